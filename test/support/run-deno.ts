/**
 * Runs the portable test files (by default every test/chrome/**.portable.test.ts) under Deno, a second and independent
 * WebGPU: wgpu and naga, as in Firefox. Usage: node tools/run.mjs test/support/run-deno.ts [FILE ...]
 */

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adapterWanted } from '../../src/node/environment.ts';
import { findSwiftShader, swiftShaderEnvironment } from '../../src/node/swiftshader.ts';
import { cacheDirectory } from '../../src/node/unpack.ts';

const root = join(import.meta.dirname, '../..');
const found = readdirSync(join(root, 'test/chrome'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.portable.test.ts'))
  .map((path) => join('test/chrome', path))
  .sort();
const files = process.argv.length > 2 ? process.argv.slice(2) : found;

/** Deno, whether or not npm ran the install script of its package. */
const deno = createRequire(import.meta.url).resolve('deno/bin.cjs');
const base: NodeJS.ProcessEnv = {
  ...process.env,
  DENO_DIR: join(cacheDirectory() ?? tmpdir(), 'deno'),
  DENO_NO_UPDATE_CHECK: '1',
  // Otherwise wgpu would also take OpenGL, which is no full WebGPU.
  ...(process.platform === 'linux' ? { DENO_WEBGPU_BACKEND: 'vulkan' } : {}),
};

function run(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const { status, error } = spawnSync(process.execPath, [deno, ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  if (error) throw error;
  return status ?? 1;
}

const probe = 'Deno.exit((await navigator.gpu?.requestAdapter()) ? 0 : 1)';
let env = base;
if (adapterWanted(undefined) === 'software' || run(['eval', probe], base) !== 0) {
  const swiftShader = await findSwiftShader();
  if (swiftShader) env = { ...base, ...swiftShaderEnvironment(swiftShader) };
}
const status = run(
  ['run', '--allow-all', '--no-remote', '--no-lock', 'test/support/deno-main.ts', ...files],
  env,
);
process.exit(status);
