/** Colours and shapes that tell units apart, the same unit alike in every panel of a figure. */

/** Six dark, six light and six more; shapes help where colours are alike. */
const COLORS = [
  ...['#0b62a4', '#c2410c', '#0f766e', '#9d3fa8', '#b8860b', '#374151'],
  ...['#38a3d9', '#e57373', '#4caf7d', '#c58be0', '#d9b23c', '#8b97a8'],
  ...['#7c2d12', '#1e3a8a', '#65a30d', '#be185d', '#06b6d4', '#a8a29e'],
];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'triangle-down', 'cross', 'triangle-right'];

export interface UnitScales {
  readonly color: { readonly domain: string[]; readonly range: string[] };
  readonly shape: { readonly domain: string[]; readonly range: string[] };
}

/** Scales for the units of a panel, `all` being those of the figure. */
export function scalesOf(units: readonly string[], all: readonly string[]): UnitScales {
  const domain = [...units];
  const pick = (list: readonly string[]) =>
    domain.map((unit) => list[Math.max(0, all.indexOf(unit)) % list.length] as string);
  return { color: { domain, range: pick(COLORS) }, shape: { domain, range: pick(SHAPES) } };
}
