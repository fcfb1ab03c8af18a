/** Declarations as they are published: one file for each entry, and one for what several share. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { compileTypes, globalsOf, webGpuNames } from './compile-types.ts';

/** Writes to `root` the declarations that `entries`, paths in `built`, lead to; those of `peers` stay imports. */
export async function bundleTypes(
  built: string,
  root: string,
  entries: readonly string[],
  peers: readonly string[],
): Promise<void> {
  const names = [...new Set(entries)].map((path) => path.replaceAll('\\', '/').replace(/\.d\.ts$/, ''));
  const bundler = await rolldown({
    cwd: built,
    input: Object.fromEntries(names.map((name) => [name, join(built, `${name}.d.ts`)])),
    logLevel: 'warn',
    external: (id) => /^node:/.test(id) || peers.some((peer) => id === peer || id.startsWith(`${peer}/`)),
    plugins: [dts({ dtsInput: true, tsconfig: false })],
  });
  const { output } = await bundler.generate({ format: 'esm', chunkFileNames: 'shared/[name].d.ts' });
  await bundler.close();

  const globals = join(root, 'webgpu.d.ts');
  const used: string[] = [];
  for (const { fileName, code } of output.filter((part): part is OutputChunk => part.type === 'chunk')) {
    const path = join(root, fileName);
    used.push(...webGpuNames(code));
    const way = relative(dirname(path), globals).replaceAll('\\', '/');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, compileTypes(code, way.startsWith('.') ? way : `./${way}`));
  }
  writeFileSync(globals, globalsOf(used));
}
