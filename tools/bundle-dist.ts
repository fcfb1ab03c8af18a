/**
 * Makes of what the compiler wrote the modules that are published: one for each entry, and one for what several share. Small libraries
 * are put into them, with their licences, so that whoever installs the package gets no other; peers stay imports of their names.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { minifySync } from 'rolldown/utils';

/** Modules that do something when they are loaded: what runs, and the registry of units, which fills itself. */
const active = /[\\/]src[\\/](?:cli[\\/](?:main|chrome-page)|units[\\/]registry)\.js$/;

export interface Bundling {
  /** Where the compiler wrote. */
  readonly built: string;
  /** Where the bundles go. */
  readonly root: string;
  readonly project: string;
  /** Modules that are imported or run from outside, by their paths in `built`. */
  readonly entries: readonly string[];
  /** Packages that stay imports. */
  readonly peers: readonly string[];
  /** The modules that package.json says do something when they are loaded. */
  readonly sideEffects: readonly string[];
}

/** Of other people's modules nobody reads the text here. */
const shortLibraries: Plugin = {
  name: 'short-libraries',
  transform: (code, id) =>
    id.includes(`${sep}node_modules${sep}`) ? { code: minifySync(id, code).code, map: null } : null,
};

/** Writes the modules that `entries` lead to. */
export async function bundleDist({
  built,
  root,
  project,
  entries,
  peers,
  sideEffects,
}: Bundling): Promise<void> {
  const bundler = await rolldown({
    cwd: built,
    input: Object.fromEntries(entries.map((entry) => [entry.replace(/\.js$/, ''), join(built, entry)])),
    platform: 'browser',
    logLevel: 'warn',
    external: (id) => peers.some((peer) => id === peer || id.startsWith(`${peer}/`)),
    // What is CommonJS asks for modules of Node by `require`.
    plugins: [esmExternalRequirePlugin({ external: [/^node:/] }), shortLibraries],
    preserveEntrySignatures: 'strict',
    treeshake: { moduleSideEffects: (id) => active.test(id) || id.includes(`${sep}node_modules${sep}`) },
  });
  const { output } = await bundler.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared/[name].js',
    // Of comments, those that bundlers read. What the others say of exports is in the declarations.
    comments: { annotation: true, jsdoc: false, legal: false },
  });
  await bundler.close();

  const chunks = output.filter((part): part is OutputChunk => part.type === 'chunk');
  for (const { fileName, code, moduleIds } of chunks) {
    if (moduleIds.some((id) => active.test(id)) && !sideEffects.includes(`./dist/${fileName}`)) {
      throw new Error(`package.json has to name ./dist/${fileName} among its sideEffects`);
    }
    mkdirSync(dirname(join(root, fileName)), { recursive: true });
    writeFileSync(join(root, fileName), code);
  }
  const folder = join(project, 'node_modules');
  const inside = chunks
    .flatMap(({ moduleIds }) => moduleIds)
    .map((id) => relative(folder, id))
    .filter((path) => !path.startsWith('..') && !path.startsWith('\0'));
  const packages = [...new Set(inside.map(packageOf))].sort();
  writeFileSync(
    join(root, 'LICENSES.md'),
    packages.map((name) => licenceOf(name, join(folder, name))).join('\n'),
  );
}

const packageOf = (path: string): string =>
  path
    .split(/[\\/]/)
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');

/** A section of the file of licences. */
function licenceOf(name: string, folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.\w+)?$/i.test(each));
  if (!file) throw new Error(`${folder} has no file with its licence`);
  return `## ${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
