/** The file of `--plot`. */

import type { ReproducedExperiment } from '../reproduce/result.ts';
import { loadDrawing } from './drawing.ts';
import { fileKinds } from './file-kind.ts';
import { createOutputs, type OutputOptions, writeWhole } from './output-file.ts';

export interface PlotFile {
  /** Draws and writes the file; false, and no file, when there is no curve to draw. */
  write(experiments: readonly ReproducedExperiment[]): Promise<boolean>;
  /** Removes what is left when nothing was written. */
  release(): Promise<void>;
}

/** Makes sure that a plot can be drawn and `path` written. Rejects with a NaluError of code `missing-package` or `file`. */
export async function reservePlot(path: string, options: OutputOptions = {}): Promise<PlotFile> {
  const { plotCurves } = await loadDrawing();
  const outputs = createOutputs(options);
  const file = await outputs.claim({ path, what: 'the plot', option: '--plot', kind: fileKinds.svg });
  return {
    async write(experiments) {
      if (experiments.every(({ runs }) => runs.length === 0)) return false;
      await writeWhole(file, await plotCurves(experiments));
      return true;
    },
    release: () => outputs.release(),
  };
}
