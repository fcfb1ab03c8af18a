/** A file that a command reads. */

import { constants, openSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { NaluError } from '../index.ts';

export interface InputFile {
  readonly path: string;
  /** In bytes; undefined unless it is a regular file. */
  readonly size: number | undefined;
  /** The file in parts; may be read once. `onBytes` gets how much was read so far. */
  parts(onBytes?: (bytes: number) => void): AsyncGenerator<Uint8Array>;
  /** All of it. Rejects where it is larger than `most` bytes. */
  bytes(most?: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Bytes that are read at a time. */
const PART = 2 ** 18;

/**
 * Opens `path`; `-` is stdin. Rejects with a NaluError of code `file`, which says what (`the table`) cannot be read and why.
 */
export async function openInput(path: string, what: string): Promise<InputFile> {
  const failed = (cause: unknown): NaluError => cannotRead(path, what, cause as Error);
  if (path === '-') {
    const close = async () => void process.stdin.destroy();
    return inputOf({ path, parts: process.stdin, failed, close });
  }
  if ((await stat(path).catch(() => undefined))?.isFIFO()) return openPipe(path, failed);
  const file = await open(path).catch((cause) => {
    throw failed(cause);
  });
  const close = () => file.close();
  try {
    const facts = await file.stat();
    if (facts.isDirectory()) throw new Error('it is a folder');
    if (!facts.isFile()) return inputOf({ path, parts: partsOf(file), failed, close });
    return inputOf({ path, size: facts.size, parts: partsOf(file), failed, close });
  } catch (cause) {
    await close();
    throw failed(cause);
  }
}

/**
 * A named pipe, read as stdin is: without a thread that waits for whoever writes to it, and would keep the process from
 * ending until somebody does.
 */
function openPipe(path: string, failed: (cause: unknown) => NaluError): InputFile {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const pipe = new Socket({ fd, readable: true, writable: false });
    return inputOf({ path, parts: pipe, failed, close: async () => void pipe.destroy() });
  } catch (cause) {
    throw failed(cause);
  }
}

async function* partsOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PART), 0, PART, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

interface Opened extends Pick<InputFile, 'path' | 'close'> {
  readonly size?: number;
  readonly parts: AsyncIterable<Uint8Array>;
  readonly failed: (cause: unknown) => NaluError;
}

function inputOf({ path, size, failed, close, ...file }: Opened): InputFile {
  async function* parts(onBytes: (bytes: number) => void = () => {}): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    const iterator = file.parts[Symbol.asyncIterator]();
    for (;;) {
      const next = await iterator.next().catch((cause: unknown) => {
        throw failed(cause);
      });
      if (next.done) return;
      bytes += next.value.length;
      onBytes(bytes);
      yield next.value;
    }
  }
  return {
    path,
    size,
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
    close,
  };
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
