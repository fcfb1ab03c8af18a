/**
 * Files that a command writes: claimed before the work, complete or not there at all after it. None is one that the
 * command reads, none takes the place of something else, and no two processes write one at a time.
 */

import { access, constants, type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { NaluError } from '../index.ts';
import { fileIdentity } from '../node/file-identity.ts';
import { FileLockedError, lockFile } from '../node/file-lock.ts';
import { beginReplacement } from '../node/replace-file.ts';
import { type FileKind, START_BYTES } from './file-kind.ts';
import { printData } from './terminal.ts';

export interface OutputFile {
  readonly path: string;
  /** Resolves when there is room for more. Rejects with a NaluError of code `file`. */
  write(content: string | Uint8Array): Promise<void>;
  /** Puts what was written in place of what was there. Rejects with a NaluError of code `file`. */
  commit(): Promise<void>;
}

export interface OutputClaim {
  readonly path: string;
  /** For messages: `the plot`. */
  readonly what: string;
  /** The option that names it: `--plot`. */
  readonly option: string;
  /** What it will be: only such a file, or an empty one, is replaced without `force`. */
  readonly kind: FileKind;
}

export interface Outputs {
  /**
   * Makes sure that the file can be written, and locks it. Rejects with a NaluError of code `file`, which says what cannot
   * be written, why, and which option names it.
   */
  claim(wanted: OutputClaim): Promise<OutputFile>;
  /** Unlocks all, and removes what was not committed. */
  release(): Promise<void>;
}

export interface OutputOptions {
  /** Files that the command reads; `-` is stdin. */
  readonly inputs?: readonly (string | undefined)[];
  /** Replace what is there, whatever it is. It never is one of `inputs`. */
  readonly force?: boolean | undefined;
}

/** The description of `--force`, for every command that has outputs. */
export const forceText = 'replace a file though it is not of the kind that is written';

/** The files one command writes. */
export function createOutputs({ inputs = [], force = false }: OutputOptions = {}): Outputs {
  const undo: (() => Promise<void>)[] = [];
  return {
    async claim({ path, what, option, kind }) {
      const failed = (cause: unknown) => cannotWrite(path, what, option, cause as Error);
      const check = () => mayReplace(path, kind, inputs, force);
      try {
        if (!(await check())) return await openDevice(path, failed, undo);
        const lock = await lockFile(path);
        undo.push(() => lock.release());
        const replacement = await beginReplacement(path);
        undo.push(() => replacement.discard());
        return {
          path,
          write: (content) => guarded(failed, () => replacement.write(content)),
          commit: () =>
            guarded(failed, async () => {
              // Somebody may have put something else there meanwhile.
              await check();
              await lock.verify();
              await replacement.commit();
            }),
        };
      } catch (cause) {
        throw failed(cause);
      }
    },
    async release() {
      for (const act of undo.splice(0).reverse()) await act();
    },
  };
}

/** Writes all of a file that was claimed. */
export async function writeWhole(file: OutputFile, content: string | Uint8Array): Promise<void> {
  await file.write(content);
  await file.commit();
}

/** stdout, which whoever reads it slowly slows down. */
export const standardOutput = (): OutputFile => ({
  path: '-',
  write: printData,
  async commit() {},
});

/**
 * Throws where `path` must not be written; false where it can be written but not replaced, as a device or a pipe.
 */
async function mayReplace(path: string, kind: FileKind, inputs: OutputOptions['inputs'], force: boolean) {
  const existing = await stat(path).catch(() => undefined);
  if (!existing) return true;
  if (existing.isDirectory()) throw new Error('it is a folder');
  await access(path, constants.W_OK);
  if (!existing.isFile()) return false;
  const identity = await fileIdentity(path);
  for (const input of inputs ?? []) {
    // Standard input may be redirected from the file.
    const read = input === '-' ? await fileIdentity(process.stdin.fd) : input && (await fileIdentity(input));
    if (read && read === identity)
      throw new Error(`it is ${input === '-' ? 'what stdin reads' : input}, which this command reads`);
  }
  if (existing.size > 0 && !force && !kind.matches(await startOf(path), path)) {
    throw new Error(`what is there is not ${kind.name} (--force replaces it)`);
  }
  return true;
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What is not a regular file is written to directly. */
async function openDevice(
  path: string,
  failed: (cause: unknown) => NaluError,
  undo: (() => Promise<void>)[],
): Promise<OutputFile> {
  const file: FileHandle = await open(path, 'w');
  let isOpen = true;
  const close = async () => {
    if (isOpen) await file.close();
    isOpen = false;
  };
  undo.push(close);
  return {
    path,
    write: (content) => guarded(failed, () => file.writeFile(content)),
    commit: () => guarded(failed, close),
  };
}

async function guarded(failed: (cause: unknown) => NaluError, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (cause) {
    throw failed(cause);
  }
}

/** Why something in `folder` cannot be written, in words. */
export function reasonOf(cause: NodeJS.ErrnoException, folder: string): string {
  const reasons: Record<string, string> = {
    ENOENT: `the folder ${folder} does not exist`,
    ENOTDIR: `${folder} is not a folder`,
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EDQUOT: 'your share of the disk is full',
    ENAMETOOLONG: 'its name is too long',
  };
  return reasons[cause.code ?? ''] ?? cause.message;
}

/** The error of code `file` that says what cannot be written where, why, and which option names another place. */
export function cannotWrite(
  path: string,
  what: string,
  option: string,
  cause: NodeJS.ErrnoException,
): NaluError {
  if (cause instanceof FileLockedError && !cause.own) {
    return new NaluError('file', `cannot write ${what}: ${cause.message} with ${option}`, { cause });
  }
  const named = cause instanceof FileLockedError ? 'it was named twice' : undefined;
  const reason = named ?? reasonOf(cause, dirname(path));
  return new NaluError(
    'file',
    `cannot write ${what} to ${path}: ${reason}; name another file with ${option}`,
    { cause },
  );
}
