/** A file that a command writes: claimed before the work, complete or not there at all after it. */

import { access, constants, type FileHandle, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NaluError } from '../index.ts';

export interface OutputFile {
  readonly path: string;
  /** Writes the file in place of what was there. Rejects with a NaluError of code `file`. */
  write(content: string | Uint8Array): Promise<void>;
  /** Removes what is left when nothing was written. */
  release(): Promise<void>;
}

/** A file that is written piece by piece; nobody sees it before `commit`. */
export interface StreamedFile {
  readonly path: string;
  /** Resolves when there is room for more. Rejects with a NaluError of code `file`. */
  write(text: string): Promise<void>;
  /** Puts the file in place of what was there. */
  commit(): Promise<void>;
  /** Removes what is left when nothing was committed. */
  release(): Promise<void>;
}

/**
 * Makes sure that `path` can be written, by creating a file beside it. Rejects with a NaluError of code `file`, which
 * says what (`the plot`) cannot be written, why, and which option names it.
 */
export async function reserveFile(path: string, what: string, option: string): Promise<OutputFile> {
  const { partial, failed } = await claim(path, what, option, (file) => file.close());
  return {
    path,
    async write(content) {
      try {
        await writeFile(partial ?? path, content);
        if (partial) await rename(partial, path);
      } catch (cause) {
        throw failed(cause);
      }
    },
    release: async () => {
      if (partial) await rm(partial, { force: true });
    },
  };
}

/** The same for a file that is too large to be written at once. */
export async function reserveStream(path: string, what: string, option: string): Promise<StreamedFile> {
  let file: FileHandle | undefined;
  const { partial, failed } = await claim(path, what, option, (opened) => {
    file = opened;
  });
  const close = async () => {
    await file?.close();
    file = undefined;
  };
  return {
    path,
    async write(text) {
      try {
        await file?.writeFile(text);
      } catch (cause) {
        throw failed(cause);
      }
    },
    async commit() {
      try {
        if (partial) await file?.sync();
        await close();
        if (partial) await rename(partial, path);
      } catch (cause) {
        throw failed(cause);
      }
    },
    release: async () => {
      await close();
      if (partial) await rm(partial, { force: true });
    },
  };
}

/** stdout, which whoever reads it slowly slows down. */
export const standardOutput = (): StreamedFile => ({
  path: '-',
  async write(text) {
    if (process.stdout.write(text)) return;
    await new Promise((resolve) => process.stdout.once('drain', resolve));
  },
  async commit() {},
  async release() {},
});

/**
 * Opens the file beside `path` that will take its place. What is no regular file (a device, a pipe) cannot be replaced:
 * it is opened itself, and there is no `partial`.
 */
async function claim(
  path: string,
  what: string,
  option: string,
  take: (file: FileHandle) => void | Promise<void>,
) {
  const failed = (cause: unknown) => cannotWrite(path, what, option, cause as Error);
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    if (existing) await access(path, constants.W_OK);
    const partial =
      !existing || existing.isFile()
        ? join(dirname(path), `.${basename(path)}.${process.pid}.partial`)
        : undefined;
    await take(await (partial ? open(partial, 'wx') : open(path, 'w')));
    return { partial, failed };
  } catch (cause) {
    throw failed(cause);
  }
}

/** The error of code `file` that says what cannot be written where, why, and which option names another place. */
export function cannotWrite(
  path: string,
  what: string,
  option: string,
  cause: NodeJS.ErrnoException,
): NaluError {
  const reasons: Record<string, string> = {
    ENOENT: `the folder ${dirname(path)} does not exist`,
    ENOTDIR: `${dirname(path)} is not a folder`,
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EEXIST: 'another run is writing it, or it was named twice',
  };
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new NaluError(
    'file',
    `cannot write ${what} to ${path}: ${reason}; name another file with ${option}`,
    {
      cause,
    },
  );
}
