/** Where each model has its cell on a map: range by range, each from a row of its own. */

export interface MapLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels. */
  readonly cell: number;
  /** Column and row of a model. */
  place(model: number): readonly [column: number, row: number];
  /** The model there, if there is one. */
  at(column: number, row: number): number | undefined;
}

const CELL = { least: 3, most: 22 };

/** `each` models in each of `ranges` ranges, in at most `width` pixels and about `height`. */
export function mapLayout(each: number, ranges: number, width: number, height: number): MapLayout {
  const fitting = Math.floor(Math.sqrt((width * height) / (each * ranges)));
  const cell = Math.min(Math.max(fitting, CELL.least), CELL.most);
  const columns = Math.max(1, Math.min(Math.floor(width / cell), each));
  const rowsOfRange = Math.ceil(each / columns);
  return {
    columns,
    rows: rowsOfRange * ranges,
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
