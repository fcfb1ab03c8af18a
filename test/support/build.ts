/** Builds the package and the page before the tests that run what was built, so that they never see an old one. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildDemo } from './demo.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the built page. */
    demo: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [, demo] = await Promise.all([buildPackage(), buildDemo()]);
  project.provide('demo', demo);
  return () => rm(demo, { recursive: true, force: true });
}

async function buildPackage(): Promise<void> {
  const npm = spawn('npm', ['run', '--silent', 'build'], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const [code] = await once(npm, 'close');
  if (code !== 0) throw new Error(`npm run build ended with ${code}`);
}
