/** The package as one module, for a page that has no bundler: minified, with a source map. */

import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { decode, encode, type SourceMapMappings } from '@jridgewell/sourcemap-codec';
import { rolldown } from 'rolldown';

/**
 * Writes `file` with all that the built module `entry` exports. Its map leads to the lines of the modules beside it, which hold
 * their own text; a map that led to every word would be larger than the module.
 */
export async function bundleBrowser(entry: string, file: string): Promise<void> {
  const built = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn' });
  const { output } = await built.generate({
    file,
    format: 'esm',
    minify: true,
    codeSplitting: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    banner: `/*! ${basename(file)}: MIT, see LICENSE; of the libraries in it, see LICENSES.md */`,
  });
  await built.close();
  const [{ code, map }] = output;
  if (!map) throw new Error(`${file} has no source map`);
  writeFileSync(file, code);
  const mappings = encode(linesOnly(decode(map.mappings)));
  writeFileSync(
    `${file}.map`,
    JSON.stringify({ version: 3, file: basename(file), sources: map.sources, names: [], mappings }),
  );
}

/** Of the segments that lead to one line of a source, one after the other, the first. */
const linesOnly = (mappings: SourceMapMappings): SourceMapMappings =>
  mappings.map((line) =>
    line
      .filter((segment, at) => {
        const before = line[at - 1];
        return !before || segment[1] !== before[1] || segment[2] !== before[2];
      })
      .map((segment) => (segment.length === 5 ? [segment[0], segment[1], segment[2], segment[3]] : segment)),
  );
