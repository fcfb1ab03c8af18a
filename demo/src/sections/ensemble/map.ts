/** Where each model has its cell on a map, and the colour of its error. */

export type Color = readonly [red: number, green: number, blue: number];

/** Decades below and above the threshold over which colours change. */
const DECADES = { solved: 6, unsolved: 8 };

export interface Palette {
  readonly solved: Color;
  readonly unsolved: Color;
  readonly paper: Color;
  readonly notFinite: Color;
  /** Not looked at yet. */
  readonly unknown: Color;
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
    unknown: color('sunken'),
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

export interface MapLayout {
  readonly columns: number;
  readonly rows: number;
  /** The first rows of all ranges but the first. */
  readonly stripes: readonly number[];
  /** Pixels. */
  readonly cell: number;
  /** Column and row of a model. */
  place(model: number): readonly [column: number, row: number];
  /** The model there, if there is one. */
  at(column: number, row: number): number | undefined;
}

const CELL = { least: 3, clear: 8, most: 22 };

/** `each` models in each of `ranges` ranges, in at most `width` pixels and about `height`. */
export function mapLayout(each: number, ranges: number, width: number, height: number): MapLayout {
  const fitting = Math.floor(Math.sqrt((width * height) / (each * ranges)));
  const inOneRow = Math.floor(width / each);
  // Where there are several ranges, each is one row if its cells can be seen in it.
  const row = ranges > 1 && inOneRow >= CELL.clear;
  const cell = Math.min(Math.max(row ? inOneRow : fitting, CELL.least), CELL.most);
  const columns = row ? each : evenly(each, Math.max(1, Math.min(Math.floor(width / cell), each)));
  const rowsOfRange = Math.ceil(each / columns);
  return {
    columns,
    rows: rowsOfRange * ranges,
    stripes: Array.from({ length: ranges - 1 }, (_, before) => (before + 1) * rowsOfRange),
    cell,
    place(model) {
      const seed = model % each;
      const range = Math.floor(model / each);
      return [seed % columns, range * rowsOfRange + Math.floor(seed / columns)];
    },
    at(column, row) {
      const range = Math.floor(row / rowsOfRange);
      const seed = (row % rowsOfRange) * columns + column;
      const inside = column >= 0 && column < columns && row >= 0 && range < ranges && seed < each;
      return inside ? range * each + seed : undefined;
    },
  };
}

/** At most `most` columns; somewhat fewer, where the last row is then fuller. */
function evenly(count: number, most: number): number {
  const empty = (columns: number) => (columns - (count % columns)) % columns;
  let best = most;
  for (let columns = most; columns > 0.6 * most; columns--) if (empty(columns) < empty(best)) best = columns;
  return best;
}

/** The model that an arrow key leads to from `model`; undefined for other keys, and where there is none. */
export function modelBeside(layout: MapLayout, model: number, key: string, last: number): number | undefined {
  const [column, row] = layout.place(model);
  switch (key) {
    case 'ArrowLeft':
      return model > 0 ? model - 1 : undefined;
    case 'ArrowRight':
      return model < last ? model + 1 : undefined;
    case 'ArrowUp':
      return layout.at(column, row - 1);
    case 'ArrowDown':
      return layout.at(column, row + 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
