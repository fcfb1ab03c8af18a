/** A file that a command reads. */

import { open } from 'node:fs/promises';
import { NaluError } from '../index.ts';

export interface InputFile {
  readonly path: string;
  /** In bytes; undefined for what is no regular file. */
  readonly size: number | undefined;
  /** The first 64 bytes, or all if there are fewer; none of what is no regular file. */
  readonly start: Uint8Array;
  /** The file in parts; may be read once. `onBytes` is told how much was read so far. */
  parts(onBytes?: (bytes: number) => void): AsyncGenerator<Uint8Array>;
  /** All of it. Rejects where it is larger than `most` bytes. */
  bytes(most?: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes that are read at a time. */
const PART = 2 ** 18;
const START = 64;

/**
 * Opens `path`; `-` is stdin. Rejects with a NaluError of code `file`, which says what (`the table`) cannot be read and why.
 */
export async function openInput(path: string, what: string): Promise<InputFile> {
  const failed = (cause: unknown): NaluError => cannotRead(path, what, cause as Error);
  const file = await open(path === '-' ? '/dev/stdin' : path).catch((cause) => {
    throw failed(cause);
  });
  async function* parts(onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PART), 0, PART, null);
        if (bytesRead === 0) return;
        bytes += bytesRead;
        onBytes(bytes);
        yield buffer.subarray(0, bytesRead);
      }
    } catch (cause) {
      throw cause instanceof NaluError ? cause : failed(cause);
    }
  }
  try {
    const facts = await file.stat();
    if (facts.isDirectory()) throw new Error('it is a folder');
    const regular = facts.isFile();
    const { bytesRead, buffer } = regular
      ? await file.read(Buffer.alloc(START), 0, START, 0)
      : { bytesRead: 0, buffer: Buffer.alloc(0) };
    return {
      path,
      size: regular ? facts.size : undefined,
      start: buffer.subarray(0, bytesRead),
      parts,
      async bytes(most = 2 ** 31) {
        const read: Uint8Array[] = [];
        let length = 0;
        for await (const part of parts()) {
          length += part.length;
          if (length > most) throw failed(new Error(`it is larger than ${most} bytes`));
          read.push(part);
        }
        return Buffer.concat(read);
      },
      close: () => file.close(),
    };
  } catch (cause) {
    await file.close();
    throw failed(cause);
  }
}

function cannotRead(path: string, what: string, cause: NodeJS.ErrnoException): NaluError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    ENOTDIR: 'there is no such file',
    EISDIR: 'it is a folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
  };
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new NaluError('file', `cannot read ${what} from ${path}: ${reason}`, { cause });
}

/** Adds to what is wrong in a file which file it is. */
export async function inFile<T>(path: string, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw isOfFormat(error)
      ? new NaluError(error.code, `${path}: ${error.message}`, { cause: error })
      : error;
  }
}

const isOfFormat = (error: unknown): error is NaluError =>
  error instanceof NaluError && error.code === 'file-format';
