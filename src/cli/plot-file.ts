/** The file of `--plot`: claimed before the training, complete or not there at all after it. */

import { access, constants, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { NaluError } from '../index.ts';
import type { ReproducedExperiment } from '../reproduce/result.ts';

export interface PlotFile {
  /** Draws and writes the file; false, and no file, when there is no curve to draw. */
  write(experiments: readonly ReproducedExperiment[]): Promise<boolean>;
  /** Removes what is left when nothing was written. */
  release(): Promise<void>;
}

/** Makes sure that `path` can be written, by creating a file beside it. Rejects with a NaluError of code `file`. */
export async function reservePlot(path: string): Promise<PlotFile> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    const existing = await stat(path).catch(() => undefined);
    if (existing?.isDirectory()) throw new Error('it is a folder');
    if (existing) await access(path, constants.W_OK);
    await (await open(partial, 'wx')).close();
  } catch (cause) {
    throw cannotWrite(path, cause as Error);
  }
  return {
    async write(experiments) {
      if (experiments.every(({ runs }) => runs.length === 0)) return false;
      const { plotCurves } = await import('./plot.ts');
      const svg = await plotCurves(experiments);
      try {
        await writeFile(partial, svg);
        await rename(partial, path);
      } catch (cause) {
        throw cannotWrite(path, cause as Error);
      }
      return true;
    },
    release: () => rm(partial, { force: true }),
  };
}

function cannotWrite(path: string, cause: NodeJS.ErrnoException): NaluError {
  const reasons: Record<string, string> = {
    ENOENT: `the folder ${dirname(path)} does not exist`,
    ENOTDIR: `${dirname(path)} is not a folder`,
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  };
  const reason = reasons[cause.code ?? ''] ?? cause.message;
  return new NaluError('file', `cannot write the plot to ${path}: ${reason}; name another file with --plot`, {
    cause,
  });
}
