/** Bundles one of the benchmark's modules with all it imports, in memory. */

import { join } from 'node:path';
import { build } from 'vite';

/** Name of the file with the module itself among the bundled ones. */
export const ENTRY = 'entry.js';

/** Files by name: modules as text, the rest as it is. `where` decides which of the packages' files are taken. */
export async function bundle(
  module: string,
  where: 'browser' | 'node',
): Promise<Map<string, string | Uint8Array>> {
  const built = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    ...(where === 'node' && { ssr: { noExternal: true } }),
    build: {
      write: false,
      // TensorFlow.js hands the text of a function to its threads, which must not lean on names the minifier moved out.
      minify: false,
      ssr: where === 'node',
      target: where === 'node' ? 'node20' : 'esnext',
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: join(import.meta.dirname, module),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: ENTRY, chunkFileNames: '[name].js' },
      },
    },
  });
  const files = new Map<string, string | Uint8Array>();
  for (const { output } of [built].flat() as { output: Output[] }[]) {
    for (const file of output) files.set(file.fileName, 'code' in file ? file.code : file.source);
  }
  return files;
}

type Output = { fileName: string } & ({ code: string } | { source: string | Uint8Array });
