/**
 * What npm runs after `npm ci`, before `npm pack` and on the first `npx nalu` in a clone: builds the package, unless what was built is
 * newer than all that it is built from.
 */

import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const built = 'dist/src/cli/main.js';
const sources = ['data', 'shaders', 'src', 'tools', 'package.json', 'tsconfig.build.json', 'tsconfig.json'];

/** Milliseconds; 0 where there is no such file. */
const changed = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
const filesOf = (path) =>
  statSync(join(root, path)).isDirectory()
    ? readdirSync(join(root, path), { recursive: true })
        .map((name) => join(path, name))
        .filter((name) => !name.includes('node_modules'))
    : [path];

if (sources.flatMap(filesOf).some((path) => changed(path) >= changed(built))) {
  const { status } = spawnSync('npm', ['run', 'build'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exitCode = status ?? 1;
}
