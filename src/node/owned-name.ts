/** Names of files and folders that belong to one process: when it has ended without removing them, others can. */

import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, thisProcess } from './process-identity.ts';

/** Milliseconds after which what belongs to a process that cannot be asked for is taken for left behind. */
const ABANDONED = 3_600_000;

/** `MACHINE-PID-START-RANDOM`, unlike any other. */
export function ownedName(): string {
  const { machine, pid, started } = thisProcess();
  return [machine, pid, started ?? '', randomUUID().slice(0, 8)].join('-');
}

/** Removes from `folder` what is called `beginning`, an owned name, `end`, and whose process has ended. */
export async function removeAbandoned(folder: string, beginning: string, end: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(beginning) || !name.endsWith(end)) continue;
    const owned = name.slice(beginning.length, name.length - end.length);
    const [, machine, pid, started] = /^([0-9a-f]{12})-(\d+)-(\d*)-[0-9a-f]{8}$/.exec(owned) ?? [];
    if (machine === undefined) continue;
    const path = join(folder, name);
    const running = isRunning({ machine, pid: Number(pid), started: started || undefined, host: '' });
    const age = async () => Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (running === false || (running === undefined && (await age()) > ABANDONED)) {
      await rm(path, { recursive: true, force: true }).catch(() => {}); // it may be another user's
    }
  }
}
