/** Versions of what takes part, and where this package lies. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Manifest {
  name?: string;
  version?: string;
}

const manifestIn = (folder: string): Manifest | undefined => {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
};

/** The folder of this package, whether this file is source or built. */
export function packageRoot(): string {
  let folder = import.meta.dirname;
  while (manifestIn(folder)?.name !== 'nalu-webgpu') {
    if (folder === dirname(folder)) throw new Error('the package.json of nalu-webgpu is missing');
    folder = dirname(folder);
  }
  return folder;
}

/** Version of this package. */
export function packageVersion(): string {
  return manifestIn(packageRoot())?.version ?? 'unknown';
}

/** Version of the installed npm package `webgpu` (Dawn); undefined where it is missing. */
export function dawnVersion(): string | undefined {
  try {
    const path = createRequire(import.meta.url).resolve('webgpu/package.json');
    return manifestIn(dirname(path))?.version;
  } catch {
    return undefined;
  }
}
