/**
 * What draws figures: packages that are installed where somebody wants figures, and are not part of this one. They are loaded before
 * the work whose figure they draw, so that no training ends with 'not installed'.
 */

import { NaluError } from '../index.ts';

/** The functions that draw, of curves, of fits and of reports. Rejects with a NaluError of code `missing-package`. */
export async function loadDrawing() {
  return needing('a figure', ['vega', 'vega-lite'], async () => {
    const [{ plotCurves }, { plotFit }, { drawFigure }] = await Promise.all([
      import('./plot.ts'),
      import('./plot-fit.ts'),
      import('./report-figure.ts'),
    ]);
    return { plotCurves, plotFit, drawFigure };
  });
}

/** What makes a PNG of an SVG document. Rejects with a NaluError of code `missing-package`. */
export async function loadPng(): Promise<(svg: string) => Uint8Array> {
  const { loadRenderer } = await import('./report-png.ts');
  return needing('a PNG', ['@resvg/resvg-js', 'dejavu-fonts-ttf'], loadRenderer, ', or name a .svg file');
}

/** What `load` gives, where `packages`, which draw `what`, are installed. */
async function needing<T>(
  what: string,
  packages: readonly string[],
  load: () => Promise<T>,
  instead = '',
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
    throw new NaluError(
      'missing-package',
      `${what} needs the packages ${packages.join(' and ')}, which are not installed here: run ` +
        `\`npm install ${packages.join(' ')}\`${instead}`,
      { cause },
    );
  }
}
