/**
 * What a browser leaves: its processes, should this one be killed, and the folder of its profile. A shell of a few
 * kilobytes waits for the end of this process, however it comes, and then ends the browser and removes the folder.
 */

import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownedName, removeAbandoned } from './owned-name.ts';

const PROFILE = 'nalu-chrome-';

export interface Profile {
  readonly folder: string;
  /** Guards the browser with this process id, which leads a process group of its own. */
  guard(pid: number): void;
  /** Removes the folder, when the browser has ended. */
  remove(): Promise<void>;
}

/** A folder for the profile of one browser; those of processes that have ended are removed. */
export async function makeProfile(): Promise<Profile> {
  await removeAbandoned(tmpdir(), PROFILE, '');
  const folder = join(tmpdir(), PROFILE + ownedName());
  await mkdir(folder, { mode: 0o700 });
  let dismiss = () => {};
  return {
    folder,
    guard(pid) {
      dismiss = guard(pid, folder);
    },
    async remove() {
      dismiss();
      // The last of the browser's processes may still be writing.
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }).catch(() => {});
    },
  };
}

/** `read` fails when the pipe's other end is gone without a word: with this process. */
const script = `
read -r word || kill -9 -- "-$1"
for again in 1 2 3 4 5; do rm -rf -- "$2" && exit; sleep 1; done`;

/** Starts the shell; the function it returns reports that the browser has ended. */
function guard(pid: number, folder: string): () => void {
  if (process.platform === 'win32') return () => {}; // there the pipe's end is all that ends the browser
  const shell = spawn('/bin/sh', ['-c', script, 'nalu-chrome-guard', String(pid), folder], {
    detached: true, // Ctrl-C in a terminal is not meant for it
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as unknown as { unref(): void }).unref();
  return () => shell.stdin.end('ended\n');
}
