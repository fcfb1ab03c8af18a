/**
 * What `npm run build` does after the TypeScript compiler: compiles WGSL and declarations, bundles the modules that are published,
 * and makes the commands executable.
 */

import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleBrowser } from './bundle-browser.ts';
import { bundleDist } from './bundle-dist.ts';
import { bundleTypes } from './bundle-types.ts';
import { compileWgsl, isCompiled } from './compile-wgsl.ts';

const project = join(import.meta.dirname, '..');
/** Where the compiler wrote. */
const built = join(project, '.cache/build');
const root = join(project, 'dist');
const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as {
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: object;
  readonly peerDependencies: object;
  readonly sideEffects: readonly string[];
};

/** The package as one module. */
const single = 'nalu-webgpu.min.js';
/** Modules that are entered by their files: what makes the single module, the page of headless Chrome, and Dawn. */
const others = ['src/browser.js', 'src/cli/chrome-page.js', 'src/node/dawn.js', 'src/units/registry.js'];

const paths = readdirSync(built, { recursive: true, encoding: 'utf8' }).map((name) => join(built, name));
for (const path of paths) {
  if (!path.endsWith('.js')) continue;
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, isCompiled(path) ? compileWgsl(text, path) : text);
}

const peers = Object.keys(manifest.peerDependencies);
const published = JSON.stringify([manifest.exports, manifest.bin]).match(/[^"]+\.(?:d\.ts|js)(?=")/g) ?? [];
const inRoot = published.map((path) => relative(root, join(project, path)).replaceAll('\\', '/'));
await bundleDist({
  built,
  root,
  project,
  entries: [...inRoot.filter((path) => path.endsWith('.js')), ...others].filter((path) => path !== single),
  peers,
  sideEffects: manifest.sideEffects,
});
await bundleTypes(
  built,
  root,
  inRoot.filter((path) => path.endsWith('.d.ts')),
  peers,
);
await bundleBrowser(join(root, 'src/browser.js'), join(root, single));

// npm does so when it installs a package, not in the package itself, where `npx nalu` runs the file as it is.
for (const path of Object.values(manifest.bin)) chmodSync(join(project, path), 0o755);
