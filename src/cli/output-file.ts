/** A file that a command writes: claimed before the work, complete or not there at all after it. */

import { access, constants, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NaluError } from '../index.ts';

export interface OutputFile {
  readonly path: string;
  /** Writes the file in place of what was there. Rejects with a NaluError of code `file`. */
  write(content: string | Uint8Array): Promise<void>;
  /** Removes what is left when nothing was written. */
  release(): Promise<void>;
}

/**
 * Makes sure that `path` can be written, by creating a file beside it. Rejects with a NaluError of code `file`, which
 * says what (`the plot`) cannot be written, why, and which option names it.
 */
export async function reserveFile(path: string, what: string, option: string): Promise<OutputFile> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const failed = (cause: unknown) => cannotWrite(path, what, option, cause as Error);
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    if (existing) await access(path, constants.W_OK);
    await (await open(partial, 'wx')).close();
  } catch (cause) {
    throw failed(cause);
  }
  return {
    path,
    async write(content) {
      try {
        await writeFile(partial, content);
        await rename(partial, path);
      } catch (cause) {
        throw failed(cause);
      }
    },
    release: () => rm(partial, { force: true }),
  };
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
