/** Whether what a path leads to is safe to load and run: nobody but this user and root can have changed it. */

import { lstat, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

interface Facts {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

const STICKY = 0o1000;

/** Whether only this user and root may write what has these facts. */
export function isPrivate({ uid, gid, mode }: Facts): boolean {
  const own = process.getuid?.();
  if (own === undefined) return true; // Windows: a user's folders are his
  if (uid !== 0 && uid !== own) return false;
  // Many systems give each user a group of his own, with the same number, and let it write.
  const groupIsOwn = gid === uid && gid === process.getgid?.();
  return (mode & (groupIsOwn ? 0o002 : 0o022)) === 0;
}

/** The same for a folder and all above it. Above, others may write where they may not rename what is not theirs (/tmp). */
export async function isPrivateFolder(folder: string): Promise<boolean> {
  try {
    let at = await realpath(folder);
    if (!isPrivate(await lstat(at))) return false;
    while (at !== dirname(at)) {
      at = dirname(at);
      const facts = await lstat(at);
      const own = facts.uid === 0 || facts.uid === process.getuid?.();
      if (!isPrivate(facts) && !(own && facts.mode & STICKY)) return false;
    }
    return true;
  } catch {
    return false;
  }
}
