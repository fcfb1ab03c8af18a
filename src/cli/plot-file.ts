/** The file of `--plot`. */

import type { ReproducedExperiment } from '../reproduce/result.ts';
import { reserveFile } from './output-file.ts';

export interface PlotFile {
  /** Draws and writes the file; false, and no file, when there is no curve to draw. */
  write(experiments: readonly ReproducedExperiment[]): Promise<boolean>;
  /** Removes what is left when nothing was written. */
  release(): Promise<void>;
}

/** Makes sure that `path` can be written. Rejects with a NaluError of code `file`. */
export async function reservePlot(path: string): Promise<PlotFile> {
  const file = await reserveFile(path, 'the plot', '--plot');
  return {
    async write(experiments) {
      if (experiments.every(({ runs }) => runs.length === 0)) return false;
      const { plotCurves } = await import('./plot.ts');
      await file.write(await plotCurves(experiments));
      return true;
    },
    release: () => file.release(),
  };
}
