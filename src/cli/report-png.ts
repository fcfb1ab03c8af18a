/** SVG as PNG, with fonts of its own: a machine without any, as in a container, shows the same text. */

import { createRequire } from 'node:module';
import { NaluError } from '../index.ts';

/** Pixels of the PNG for one of the SVG. */
const SCALE = 2;

/**
 * Draws an SVG document. Rejects with a NaluError of code `missing-package` where the optional packages that draw, and
 * have the fonts, are not installed.
 */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg, fontFiles } = await load();
  const resvg = new Resvg(svg, {
    background: 'white',
    fitTo: { mode: 'zoom', value: SCALE },
    font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' },
  });
  return resvg.render().asPng();
}

async function load() {
  try {
    const { Resvg } = await import('@resvg/resvg-js');
    const { resolve } = createRequire(import.meta.url);
    const fontFiles = ['DejaVuSans', 'DejaVuSans-Bold'].map((name) =>
      resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`),
    );
    return { Resvg, fontFiles };
  } catch (cause) {
    throw new NaluError(
      'missing-package',
      'a PNG needs the packages @resvg/resvg-js and dejavu-fonts-ttf, which are not installed here: run ' +
        '`npm install @resvg/resvg-js dejavu-fonts-ttf`, or name a file that ends with .svg',
      { cause },
    );
  }
}
