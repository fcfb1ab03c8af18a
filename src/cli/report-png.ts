/** SVG as PNG, with fonts of its own: a machine without any, as in a container, shows the same text. */

import { createRequire } from 'node:module';

/** Pixels of the PNG for one of the SVG. */
const SCALE = 2;

/** What draws an SVG document; rejects where the optional packages that draw, and have the fonts, are not installed. */
export async function loadRenderer(): Promise<(svg: string) => Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js');
  const { resolve } = createRequire(import.meta.url);
  const fontFiles = ['DejaVuSans', 'DejaVuSans-Bold'].map((name) =>
    resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`),
  );
  return (svg) =>
    new Resvg(svg, {
      background: 'white',
      fitTo: { mode: 'zoom', value: SCALE },
      font: { loadSystemFonts: false, fontFiles, defaultFontFamily: 'DejaVu Sans' },
    })
      .render()
      .asPng();
}
