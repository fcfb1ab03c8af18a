/** The lines of a file, read as a stream: memory holds one chunk and one line, however long the file is. */

import { createReadStream } from 'node:fs';
import { NaluError, RecordError } from '../errors.ts';

/** Bytes a line may have: a curve of 100,000 log points has about 5 million. */
export const LONGEST_LINE = 16 * 2 ** 20;

const NEWLINE = 0x0a;

/**
 * Every line and its number, from 1; the last may lack its newline. Throws RecordError for a line that is too long or is
 * not UTF-8, a NaluError of code `file` for a file that cannot be read, and the signal's reason when it aborts.
 */
export async function* linesOf(
  file: string,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly text: string; readonly line: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let line = 1;
  let parts: Buffer[] = [];
  let bytes = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    if (bytes <= LONGEST_LINE) return;
    throw new RecordError(
      { file, line },
      undefined,
      `the line has more than ${LONGEST_LINE} bytes: no record has`,
    );
  };
  const finish = () => {
    try {
      return { text: decoder.decode(Buffer.concat(parts)), line };
    } catch {
      throw new RecordError(
        { file, line },
        undefined,
        'the line is not UTF-8: the file is not text, or damaged',
      );
    } finally {
      parts = [];
      bytes = 0;
      line += 1;
    }
  };
  for await (const chunk of chunksOf(file)) {
    signal?.throwIfAborted();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end));
      yield finish();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (bytes > 0) yield finish();
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (cause) {
    if (cause instanceof NaluError || !(cause instanceof Error)) throw cause;
    throw cannotRead(file, cause);
  }
}

function cannotRead(file: string, cause: NodeJS.ErrnoException): NaluError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EISDIR: 'it is a folder; name the files in it',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
  };
  return new NaluError('file', `cannot read ${file}: ${reasons[cause.code ?? ''] ?? cause.message}`, {
    cause,
  });
}
