/** What `npm run build` does after the TypeScript compiler: compiles the WGSL in place, and makes the commands executable. */

import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileWgsl, isCompiled } from './compile-wgsl.ts';

const project = join(import.meta.dirname, '..');
const root = join(project, 'dist');

for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
  const path = join(root, name);
  if (!path.endsWith('.js') || !isCompiled(path)) continue;
  writeFileSync(path, compileWgsl(readFileSync(path, 'utf8'), path));
}

// npm does so when it installs a package, not in the package itself, where `npx nalu` runs the file as it is.
const { bin } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
};
for (const path of Object.values(bin)) chmodSync(join(project, path), 0o755);
