/** Compiles the WGSL of the built package in place: `npm run build` after the TypeScript compiler. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileWgsl, isCompiled } from './compile-wgsl.ts';

const root = join(import.meta.dirname, '../dist');

for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
  const path = join(root, name);
  if (!path.endsWith('.js') || !isCompiled(path)) continue;
  writeFileSync(path, compileWgsl(readFileSync(path, 'utf8'), path));
}
