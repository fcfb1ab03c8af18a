/** Which file a path leads to, whatever it is called: links, relative paths and letter case do not matter. And names beside it. */

import { createHash } from 'node:crypto';
import { fstatSync } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** Equal for two paths (or open files) exactly if both lead to one file; undefined where there is none to be seen. */
export async function fileIdentity(file: string | number): Promise<string | undefined> {
  try {
    const { dev, ino } =
      typeof file === 'number' ? fstatSync(file, { bigint: true }) : await stat(file, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined; // there is none, or none that can be looked at
  }
}

/** More symbolic links in a row than any system follows. */
const MOST_LINKS = 40;

/**
 * The path that symbolic links at the end of `path` lead to, which need not be there yet: what is written there leaves the
 * links as they are. Folders are followed as the system follows them: in `a/../b`, `a` must be there. Rejects with an error of
 * code ENOENT where a folder is missing, and ELOOP where links lead in a circle.
 */
export async function followLinks(path: string): Promise<string> {
  if (path === '') throw new Error('its name is empty');
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    const folder = await realpath(dirname(at));
    const file = join(folder, basename(at));
    const facts = await lstat(file).catch((error: unknown) => {
      if (isMissing(error)) return undefined;
      throw error;
    });
    if (!facts?.isSymbolicLink()) return file;
    const to = await readlink(file);
    at = isAbsolute(to) ? to : `${folder}/${to}`;
  }
  throw Object.assign(new Error('its symbolic links lead in a circle'), { code: 'ELOOP' });
}

/** The name of a file that belongs to `path`, in the same folder: `.NAME.END`, shortened where NAME is very long. */
export function besideOf(path: string, end: string): string {
  const name = basename(path);
  const short = [...name].slice(0, 30).join('');
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 12);
  return join(dirname(path), `.${Buffer.byteLength(name) <= 120 ? name : `${short}~${hash}`}.${end}`);
}

/** Whether a file or folder that was asked for is not there. */
export const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException)?.code === 'ENOENT';
