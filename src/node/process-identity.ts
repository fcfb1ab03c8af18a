/**
 * Which process it is that made a file, so that another one can tell whether it still runs. A process id alone does not
 * tell: ids are used again, and two containers that share a folder each have their own.
 */

import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in ticks since the machine did; undefined where the system does not say (only Linux does). */
  readonly started: string | undefined;
  /** Stands for host name, boot and process name space: ids mean the same only where all three are the same. */
  readonly machine: string;
  readonly host: string;
}

/** Of this process. */
export function thisProcess(): ProcessIdentity {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const space = attempt(() => readlinkSync('/proc/self/ns/pid'));
  const host = hostname();
  const machine = createHash('sha256')
    .update(JSON.stringify([host, boot, space]))
    .digest('hex')
    .slice(0, 12);
  return { pid: process.pid, started: startOf(process.pid), machine, host };
}

/**
 * Whether the process runs: undefined where that cannot be told from here, because it is (or was) on another machine, in
 * another container, or because the system does not tell when processes started.
 */
export function isRunning({ pid, started, machine }: ProcessIdentity): boolean | undefined {
  if (machine !== thisProcess().machine) return undefined;
  try {
    process.kill(pid, 0); // sends nothing; asks whether it could
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = startOf(pid);
  return started === undefined || now === undefined ? undefined : now === started;
}

/** The 22nd field of /proc/PID/stat; the second, the name in brackets, may hold anything. A zombie has ended. */
function startOf(pid: number): string | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' || fields?.[0] === 'X' ? 'ended' : fields?.[19];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
