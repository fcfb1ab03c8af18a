/**
 * Files that are written as a whole or not at all: the content goes into a part beside the file, which takes the file's
 * place once it is on the disk. Mode and owner of what was there stay, and a symbolic link stays a link.
 */

import { access, constants, copyFile, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { besideOf, followLinks } from './file-identity.ts';
import { ownedName, removeAbandoned } from './owned-name.ts';

export interface ReplaceOptions {
  /**
   * Permissions of a file that keeps nothing of what was there: not its owner, and a symbolic link is replaced, not followed.
   * Default: mode and owner of what was there, behind links; or those of any new file.
   */
  readonly newMode?: number;
}

export interface Replacement {
  write(content: string | Uint8Array): Promise<void>;
  /** Puts what was written in place of the file. */
  commit(): Promise<void>;
  /** Removes the part, unless it was committed. */
  discard(): Promise<void>;
}

/**
 * Begins the file that will take the place of `path`. Any number of processes may do so at once: the last to commit wins,
 * and nobody ever sees a part of a file. What processes that have ended left of theirs is removed.
 */
export async function beginReplacement(path: string, options: ReplaceOptions = {}): Promise<Replacement> {
  const { newMode } = options;
  const target = newMode === undefined ? await followLinks(path) : path;
  const beginning = basename(besideOf(target, ''));
  await removeAbandoned(dirname(target), beginning, '.part');
  const before = newMode === undefined ? await stat(target).catch(() => undefined) : undefined;
  const part = besideOf(target, `${ownedName()}.part`);
  // What is in the part is nobody's business that could not read the file.
  let file: FileHandle | undefined = await open(part, 'wx', before || newMode !== undefined ? 0o600 : 0o666);
  const close = async () => {
    const open = file;
    file = undefined;
    await open?.close();
  };
  return {
    async write(content) {
      if (!file) throw new Error(`${path} was written already`);
      await file.writeFile(content);
    },
    async commit() {
      if (!file) throw new Error(`${path} was written already`);
      const takesItsPlace = !before || (await inherit(file, before));
      if (newMode !== undefined) await file.chmod(newMode);
      await file.sync();
      await close();
      if (!takesItsPlace || !(await renamed(part, target))) await overwrite(part, target);
      await syncFolder(dirname(target));
    },
    async discard() {
      await close();
      await rm(part, { force: true });
    },
  };
}

/** Writes `content` in place of `path`, as a whole or not at all. */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const replacement = await beginReplacement(path, options);
  try {
    await replacement.write(content);
    await replacement.commit();
  } finally {
    await replacement.discard();
  }
}

/** Makes names that were made, changed or removed in `folder` last, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows opens no folders, and some file systems sync none.
  }
}

/** Gives a part the mode and owner of the file it replaces; false where this user may not give files to that owner. */
async function inherit(file: FileHandle, { mode, uid, gid }: { mode: number; uid: number; gid: number }) {
  const own = await file.stat();
  try {
    if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  } catch {
    return false;
  }
  await file.chmod(mode & 0o7777);
  return true;
}

/** False where the file is mounted by itself, as containers do with single files. */
async function renamed(part: string, target: string): Promise<boolean> {
  try {
    await rename(part, target);
    return true;
  } catch (error) {
    if (['EBUSY', 'EXDEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** For a file that cannot be replaced and may be written: its new content is whole beside it until it is whole in it. */
async function overwrite(part: string, target: string): Promise<void> {
  await access(target, constants.W_OK);
  try {
    await copyFile(part, target);
    const file = await open(target, 'r+');
    await file.sync().finally(() => file.close());
  } catch (cause) {
    const kept = `${target}.complete`;
    await rename(part, kept);
    throw new Error(`${(cause as Error).message}; all of it is in ${kept}`, { cause });
  }
  await rm(part, { force: true });
}
