/**
 * A lock on a file that is being written: one owner at a time, on one machine or on several that share the folder. It is a
 * small file beside the other, made only if it is not there, that says which process owns it. Of a process on this
 * machine the system says whether it runs; the others show that they live by touching the lock's file. What a killed
 * process left is taken over.
 */

import { createHash, randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NaluError } from '../errors.ts';
import { besideOf, followLinks, isMissing } from './file-identity.ts';
import { isRunning, type ProcessIdentity, thisProcess } from './process-identity.ts';

/** Milliseconds between two touches of a lock's file. */
const BEAT = 5_000;
/** Milliseconds without a touch after which an owner that cannot be asked for counts as dead. */
const SILENCE = 60_000;
/** Milliseconds between two looks at a lock that is just being taken over by another process. */
const PAUSE = 20;

export interface FileLock {
  /** The lock's own file. */
  readonly path: string;
  /** Rejects with a FileLockedError when the lock was lost: this process was taken for dead, or someone removed it. */
  verify(): Promise<void>;
  /** Gives the lock up. A process that ends without this leaves a lock that the next one takes over. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** Milliseconds between two signs of life. Default: 5 s. */
  readonly beat?: number;
  /** Milliseconds without one after which an owner on another machine counts as dead. Default: 60 s. */
  readonly silence?: number;
}

/** The file is locked by a process that runs, or the lock was lost to another one. */
export class FileLockedError extends NaluError {
  /** Whether this very process holds the lock. */
  readonly own: boolean;

  constructor(message: string, own = false) {
    super('locked', message);
    this.own = own;
  }
}

interface Owner extends ProcessIdentity {
  /** Different for every lock ever taken. */
  readonly token: string;
  /** When the lock was taken, for people. */
  readonly since: string;
}

/** Tokens of the locks that this process holds, by path: they go when it ends in its own way. */
const held = new Map<string, string>();
let leavesNone = false;

function leaveNone(): void {
  if (leavesNone) return;
  leavesNone = true;
  process.once('exit', () => {
    for (const path of held.keys()) {
      try {
        unlinkSync(path);
      } catch {
        // the next process finds that its owner has ended
      }
    }
  });
}

/**
 * Locks `path`, which need not be there; symbolic links at its end are followed, so that all its names share one lock.
 * Rejects with a FileLockedError that names the owner, or with the system's error where the folder cannot be written.
 */
export async function lockFile(path: string, options: LockOptions = {}): Promise<FileLock> {
  const lock = besideOf(await followLinks(path), 'lock');
  const taken = await take(lock, path, { beat: BEAT, silence: SILENCE, ...options });
  // Of those who died while they took over. Who lives and does so finds that the lock has an owner, and lets go.
  for (const name of await readdir(dirname(lock))) {
    if (name.startsWith(`${basename(lock)}-`)) await rm(join(dirname(lock), name), { force: true });
  }
  return taken;
}

async function take(lock: string, path: string, times: Required<LockOptions>): Promise<FileLock> {
  for (;;) {
    const made = await create(lock, times);
    if (made) return made;
    const found = await look(lock);
    if (!found) continue; // given up meanwhile
    if (await lives(lock, found, times)) throw lockedBy(path, lock, found.owner);
    // Of all that find it dead only one may remove it, or it would remove the lock of whoever was faster.
    try {
      const breaking = await take(`${lock}-${found.id}`, path, times);
      try {
        if ((await look(lock))?.id === found.id) await remove(lock, path);
      } finally {
        await breaking.release();
      }
    } catch (error) {
      if (!(error instanceof FileLockedError)) throw error;
      await sleep(PAUSE);
    }
  }
}

/** Makes the lock's file; undefined where there is one. */
async function create(lock: string, { beat }: Required<LockOptions>): Promise<FileLock | undefined> {
  const owner: Owner = { ...thisProcess(), token: randomUUID(), since: new Date().toISOString() };
  try {
    const file = await open(lock, 'wx', 0o644);
    try {
      await file.writeFile(`${JSON.stringify(owner)}\n`);
    } catch (error) {
      await rm(lock, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
  held.set(lock, owner.token);
  leaveNone();
  const isOurs = async () => (await look(lock))?.owner?.token === owner.token;
  const touch = async () => {
    const now = new Date();
    if (await isOurs()) await utimes(lock, now, now);
  };
  const timer = setInterval(() => {
    void touch().catch(() => {}); // a lock that is gone is found by verify
  }, beat).unref();
  return {
    path: lock,
    async verify() {
      if (await isOurs()) return;
      throw new FileLockedError(
        `the lock ${lock} of this process is gone: another process took this one for dead, or someone removed the file`,
      );
    },
    async release() {
      clearInterval(timer);
      if (held.get(lock) !== owner.token) return;
      held.delete(lock);
      if (await isOurs()) await rm(lock, { force: true });
    },
  };
}

async function remove(lock: string, path: string): Promise<void> {
  await rm(lock, { force: true }).catch((cause: Error) => {
    throw new NaluError(
      'file',
      `a process that has ended left the lock ${lock} of ${path}, which cannot be removed (${cause.message}): remove it`,
      { cause },
    );
  });
}

interface Found {
  /** Undefined where the file is not, or not yet, whole. */
  readonly owner: Owner | undefined;
  /** Tells this lock from every other that had or will have its name. */
  readonly id: string;
}

/** The lock that is there; undefined where there is none. */
async function look(lock: string): Promise<Found | undefined> {
  let text: string;
  try {
    text = await readFile(lock, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const owner = ownerIn(text);
  return {
    owner,
    id: createHash('sha256')
      .update(owner?.token ?? text)
      .digest('hex')
      .slice(0, 12),
  };
}

function ownerIn(text: string): Owner | undefined {
  try {
    const { pid, started, machine, host, token, since } = JSON.parse(text) as Owner;
    const texts = [machine, host, token, since, ...(started === undefined ? [] : [started])];
    if (!Number.isSafeInteger(pid) || pid <= 0 || texts.some((each) => typeof each !== 'string'))
      return undefined;
    return { pid, started, machine, host, token, since };
  } catch {
    return undefined;
  }
}

/** Whether the owner of a lock still runs. */
async function lives(lock: string, { owner, id }: Found, { beat, silence }: Required<LockOptions>) {
  const running = owner && isRunning(owner);
  if (running !== undefined) return running;
  const touched = async () => (await stat(lock).catch(() => undefined))?.mtimeMs;
  const before = await touched();
  if (before === undefined) return false;
  // Clocks of two machines may differ by any amount: where they seem to, see whether it is touched now.
  if (Math.abs(Date.now() - before) < silence) return true;
  await sleep(2 * beat);
  return (await touched()) !== before || (await look(lock))?.id !== id;
}

function lockedBy(path: string, lock: string, owner: Owner | undefined): FileLockedError {
  if (owner && held.get(lock) === owner.token) {
    return new FileLockedError(`this process is writing ${path} already: two outputs need two names`, true);
  }
  const who = owner ? `process ${owner.pid} on ${owner.host}, since ${owner.since}` : `its lock is ${lock}`;
  return new FileLockedError(
    `another process is writing ${path} (${who}): wait for it, or name another file`,
  );
}
