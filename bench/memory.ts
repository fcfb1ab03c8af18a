/** Memory of a process with all that it started. */

import { readdir, readFile } from 'node:fs/promises';

/** Bytes in memory (resident set) of `pid` and its descendants, from Linux's /proc; undefined elsewhere. */
export async function residentBytes(pid: number | undefined): Promise<number | undefined> {
  if (pid === undefined) return undefined;
  const names = await readdir('/proc').catch(() => [] as string[]);
  const processes = new Map<number, { parent: number; bytes: number }>();
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    const text = await readFile(`/proc/${name}/status`, 'utf8').catch(() => '');
    const number = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    if (text) processes.set(Number(name), { parent: number('PPid'), bytes: 1024 * number('VmRSS') });
  }
  if (!processes.has(pid)) return undefined;
  const family = [pid];
  for (let at = 0; at < family.length; at++) {
    for (const [id, { parent }] of processes) if (parent === family[at]) family.push(id);
  }
  return family.reduce((sum, id) => sum + (processes.get(id)?.bytes ?? 0), 0);
}
