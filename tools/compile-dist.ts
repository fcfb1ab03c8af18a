/** What `npm run build` does after the TypeScript compiler: compiles WGSL and declarations in place, and makes the commands executable. */

import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { compileTypes, globalsOf, webGpuNames } from './compile-types.ts';
import { compileWgsl, isCompiled } from './compile-wgsl.ts';

const project = join(import.meta.dirname, '..');
const root = join(project, 'dist');

const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
for (const path of paths) {
  if (!path.endsWith('.js') || !isCompiled(path)) continue;
  writeFileSync(path, compileWgsl(readFileSync(path, 'utf8'), path));
}

const globals = join(root, 'webgpu.d.ts');
const names: string[] = [];
for (const path of paths.filter((path) => path.endsWith('.d.ts'))) {
  const text = readFileSync(path, 'utf8');
  names.push(...webGpuNames(text));
  const way = relative(dirname(path), globals).replaceAll('\\', '/');
  writeFileSync(path, compileTypes(text, way.startsWith('.') ? way : `./${way}`));
}
writeFileSync(globals, globalsOf(names));

// npm does so when it installs a package, not in the package itself, where `npx nalu` runs the file as it is.
const { bin } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
};
for (const path of Object.values(bin)) chmodSync(join(project, path), 0o755);
