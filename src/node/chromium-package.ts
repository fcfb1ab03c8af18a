/** The npm package `@sparticuz/chromium`, which holds a browser and a software adapter for Linux x64. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = '@sparticuz/chromium';

/** The command that installs the package where it is missing. */
export const installCommand = `npm install ${PACKAGE}@147.0.0`;

export interface ChromiumPackage {
  readonly directory: string;
  readonly version: string;
}

/** Folder and version of the installed package; undefined where it is not installed or not made for this machine. */
export async function chromiumPackage(): Promise<ChromiumPackage | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let entry: string;
  try {
    const require = createRequire(import.meta.url);
    // It is an optional peer: beside this package, or in the project that runs it.
    entry = require.resolve(PACKAGE, { paths: [dirname(import.meta.filename), process.cwd()] });
  } catch {
    return undefined;
  }
  // Its package.json is not among its exports: walk up to it.
  for (let directory = dirname(entry); directory !== dirname(directory); directory = dirname(directory)) {
    const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => '{}');
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    if (name === PACKAGE && version) return { directory, version };
  }
  return undefined;
}
