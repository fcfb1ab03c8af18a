/** The package as one module, for a page that has no bundler: minified. The modules beside it can be read. */

import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { rolldown } from 'rolldown';

/** Writes `file` with all that the built module `entry` exports. */
export async function bundleBrowser(entry: string, file: string): Promise<void> {
  const built = await rolldown({ input: entry, platform: 'browser', logLevel: 'warn' });
  const { output } = await built.generate({
    file,
    format: 'esm',
    minify: true,
    codeSplitting: false,
    banner: `/*! ${basename(file)}: MIT, see LICENSE; of the libraries in it, see LICENSES.md */`,
  });
  await built.close();
  writeFileSync(file, output[0].code);
}
