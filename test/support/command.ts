/** Runs the built command `nalu`, and watches the processes it starts. */

import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

export const main = join(import.meta.dirname, '../../dist/src/cli/main.js');

export interface Finished {
  /** Exit code; null when a signal ended the process. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Started {
  child: ChildProcessByStdio<Writable | null, Readable, Readable>;
  /** What it has written to stdout so far. */
  output(): string;
  finished: Promise<Finished>;
}

/** Starts `nalu` with these arguments; variables in `env` go on top of this process's own. */
export function start(
  args: readonly string[],
  env: Record<string, string> = {},
  stdin: 'ignore' | 'pipe' = 'ignore',
): Started {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, DEBUG: '', ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  }) as Started['child'];
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject).once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, output: () => stdout, finished };
}

/** Runs `nalu` to its end. */
export function nalu(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  return start(args, env).finished;
}

/**
 * Interrupts what `begin` starts. How long it takes until it listens, or has come so far that it has `enough` to tell, hangs on
 * the machine, and a signal before it listens ends it without a word: then once more, and later.
 */
export async function interrupted(
  begin: () => Started,
  enough: (result: Finished) => boolean = ({ code }) => code !== null,
): Promise<Finished> {
  for (let patience = 500; ; patience *= 2) {
    const { child, finished } = begin();
    await setTimeout(patience);
    child.kill('SIGINT');
    const result = await finished;
    if (enough(result)) return result;
  }
}

/** The one JSON object that `stdout` must be, and nothing beside it. */
export function onlyJson<T>({ stdout }: Finished): T {
  if (!/^\{.*\}\n$/.test(stdout))
    throw new Error(`not one line with one JSON object: ${stdout.slice(0, 500)}`);
  return JSON.parse(stdout) as T;
}

/** Polls until `condition` holds; throws after `seconds`, which only ends what hangs. */
export async function until(what: string, condition: () => boolean, seconds = 600): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; !condition(); await setTimeout(50)) {
    if (Date.now() > end) throw new Error(`after ${seconds} s still waiting for ${what}`);
  }
}

/** Every process that descends from `pid`, by id. */
export function descendants(pid: number): number[] {
  const parents = processes();
  const found = [pid];
  for (let at = 0; at < found.length; at++) {
    for (const [child, parent] of parents) if (parent === found[at]) found.push(child);
  }
  return found.slice(1);
}

/** Whether a process with this id runs; those that have ended and wait for their parent do not. */
export function runs(pid: number): boolean {
  return processes().has(pid);
}

/** Parents of all running processes, by id. */
function processes(): Map<number, number> {
  if (existsSync('/proc/self/stat')) {
    const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return new Map(numbers.flatMap((name) => statOf(name)));
  }
  const list = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = list.trim().split('\n');
  return new Map(pairs.map((line) => line.trim().split(/\s+/).map(Number) as [number, number]));
}

/** Id and parent out of Linux's /proc; the name in brackets may hold anything, so the rest is read from its end. */
function statOf(pid: string): [pid: number, parent: number][] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? [] : [[Number(pid), Number(parent)]];
  } catch {
    return []; // it ended meanwhile
  }
}
