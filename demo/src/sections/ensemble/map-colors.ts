/**
 * The colour of an error: the unit's own where the model is solved, grey where it is not; the better or the worse it is, the
 * stronger.
 */

export type Color = readonly [red: number, green: number, blue: number];

/** Decades below and above the threshold over which colours change. */
const DECADES = { solved: 6, unsolved: 8 };

export interface Palette {
  readonly solved: Color;
  readonly unsolved: Color;
  readonly paper: Color;
  readonly notFinite: Color;
}

/** Reads the page's colours where `element` stands; they are written as #rrggbb, or as #rgb once they are built. */
export function paletteOf(element: Element, unit: number): Palette {
  const style = getComputedStyle(element);
  const color = (name: string): Color => {
    const digits = style.getPropertyValue(`--${name}`).trim().slice(1);
    const six = digits.length === 3 ? digits.replace(/./g, '$&$&') : digits;
    const value = Number.parseInt(six, 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  };
  return {
    solved: color(`unit-${unit}`),
    unsolved: color('soft'),
    paper: color('surface'),
    notFinite: color('problem'),
  };
}

export function colorOf(error: number, threshold: number, palette: Palette): Color {
  if (!Number.isFinite(error)) return palette.notFinite;
  const decades = Math.log10(error / threshold);
  if (error < threshold) {
    const part = Math.min(-decades / DECADES.solved, 1);
    return mix(palette.paper, palette.solved, 0.55 + 0.45 * part);
  }
  return mix(palette.paper, palette.unsolved, 0.12 + 0.5 * Math.min(decades / DECADES.unsolved, 1));
}

const mix = (from: Color, to: Color, part: number): Color => {
  const channel = (index: 0 | 1 | 2) => Math.round(from[index] + part * (to[index] - from[index]));
  return [channel(0), channel(1), channel(2)];
};
