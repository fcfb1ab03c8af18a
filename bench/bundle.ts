/** Bundles one of the benchmark's modules with all it imports, in memory. */

import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { wgslCompiler } from '../tools/compile-wgsl.ts';

/** Name of the file with the module itself among the bundled ones. */
export const ENTRY = 'entry.js';

export interface BundleOptions {
  /** As a visitor would download it. Default: false. */
  minify?: boolean;
  /** Packages that stay outside. Default: none. */
  external?: readonly string[];
}

/** A bundled file: modules as text, the rest as it is. */
export interface BundledFile {
  readonly content: string | Uint8Array;
  /** What of each source file is in it, by path, before it is minified. */
  readonly modules: ReadonlyMap<string, string>;
}

/** Files by name. `where` decides which of the packages' files are taken. */
export async function bundleFiles(
  module: string,
  where: 'browser' | 'node',
  { minify = false, external = [] }: BundleOptions = {},
): Promise<Map<string, BundledFile>> {
  const built = await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    base: './',
    // As in the published package.
    plugins: minify ? [wgslCompiler()] : [],
    ...(where === 'node' && { ssr: { noExternal: true, external: [...external] } }),
    build: {
      write: false,
      // TensorFlow.js hands the text of a function to its threads, which must not lean on names the minifier moved out.
      minify,
      ssr: where === 'node',
      target: where === 'node' ? 'node20' : 'esnext',
      modulePreload: false,
      assetsInlineLimit: 0,
      rolldownOptions: {
        input: join(import.meta.dirname, module),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: ENTRY, chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
      },
    },
  });
  const files = new Map<string, BundledFile>();
  for (const { output } of [built].flat() as Rolldown.RolldownOutput[]) {
    for (const file of output) {
      const modules = file.type === 'chunk' ? Object.entries(file.modules) : [];
      files.set(file.fileName, {
        content: file.type === 'chunk' ? file.code : file.source,
        modules: new Map(modules.map(([path, { code }]) => [path, code ?? ''])),
      });
    }
  }
  return files;
}

/** Only what is in the files. */
export async function bundle(
  module: string,
  where: 'browser' | 'node',
  options: BundleOptions = {},
): Promise<Map<string, string | Uint8Array>> {
  const files = await bundleFiles(module, where, options);
  return new Map([...files].map(([name, { content }]) => [name, content]));
}
