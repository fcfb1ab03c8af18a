/**
 * The skeleton the forward pass and both backward passes share: a tiled contraction
 *
 *     sum[row, col] = fold over d of step(left[row, d], right[d, col])
 *
 * whose terms are a unit's structs instead of numbers. A workgroup owns a tile of rows × cols, and every thread folds a
 * rectangle of it in registers. Large tiles are staged: the workgroup first loads a piece of `left` and `right` into
 * workgroup memory, so that each element is made once for the tile. Narrow ones are direct: every thread loads its own.
 *
 * The depth may be cut as well: into `slices` of a workgroup's threads and, by the grid's third dimension, into splits.
 * Each then has a sum of its own; there is no merging here. The order of summation is fixed by the tiling alone, so
 * equal inputs give equal bits.
 */

import type { PackedTiling } from './packed-contraction.ts';

/** How a contraction is cut. The workgroup has `threadRows · threadCols · slices` threads. */
export interface Tiling {
  readonly threadRows: number;
  readonly threadCols: number;
  /** Threads that share an element's depth; thread s takes every d with d mod slices = s. */
  readonly slices: number;
  /** Elements of the tile that one thread folds. */
  readonly rowsPerThread: number;
  readonly colsPerThread: number;
  /** Depth staged at a time, a multiple of `slices`; 0: direct. */
  readonly staged: number;
}

/** A tiling of any kind: of this contraction, or of packed operands. */
export type AnyTiling = Tiling | PackedTiling;
export const isPackedTiling = (t: AnyTiling): t is PackedTiling => 'quads' in t;

/** Threads that share an element's depth. */
export const slicesOf = (t: AnyTiling): number => (isPackedTiling(t) ? 1 : t.slices);
export const tileRows = (t: AnyTiling): number => t.threadRows * t.rowsPerThread;
export const tileCols = (t: AnyTiling): number => t.threadCols * t.colsPerThread;
export const threads = (t: AnyTiling): number => t.threadRows * t.threadCols * slicesOf(t);

/** An operand: its struct type and the expression that loads one element inside the extents. */
export interface Operand {
  readonly type: string;
  /** Whether neighbours in memory differ in depth or in row (column); neighbouring threads load neighbours. */
  readonly contiguous: 'depth' | 'extent';
  /** `at` is the row of the left operand or the column of the right one, `d` the depth. */
  load(at: string, d: string): string;
}

export interface Contraction {
  readonly tiling: Tiling;
  /** WGSL expressions (u32): the extents, and the depth from `depthStart` to `depthEnd` that this workgroup folds. */
  readonly rows: string;
  readonly cols: string;
  readonly depthStart: string;
  readonly depthEnd: string;
  readonly left: Operand;
  readonly right: Operand;
  /** A value of each element that stays in registers, for steps that need it. */
  readonly own?: { type: string; load(row: string, col: string): string };
  /** Type and start of the fold, and one step of it. */
  readonly sum: { type: string; zero: string };
  step(sum: string, left: string, right: string, own: string): string;
  /** Statements before the fold. */
  readonly before?: string;
  /** Statements for one element inside the extents, with `row`, `col`, `sum` and `slice` in scope. */
  readonly finish: string;
  /** Statements after all elements. */
  readonly after?: string;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const lines = <T>(items: readonly T[], write: (item: T) => string): string => items.map(write).join('\n  ');

/** Sums of a thread up to which what becomes of each is written out: faster when it runs, slower to compile. */
const WRITTEN_OUT = 8;

/** Module-scope declarations and the body of `main(group: vec3u, lane: u32)`. */
export function contraction(c: Contraction): { enable: string; declarations: string; body: string } {
  const { tiling: t, own } = c;
  const rows = range(t.rowsPerThread);
  const cols = range(t.colsPerThread);
  const elements = elementsOf(t);
  const steps = lines(
    elements,
    ([i, j]) => `sum_${i}_${j} = ${c.step(`sum_${i}_${j}`, `left_${i}`, `right_${j}`, `own_${i}_${j}`)};`,
  );
  const body = `
  let thread_col = lane % ${t.threadCols}u;
  let thread_row = (lane / ${t.threadCols}u) % ${t.threadRows}u;
  let slice = lane / ${t.threadCols * t.threadRows}u;
  let row_at = group.y * ${tileRows(t)}u;
  let col_at = group.x * ${tileCols(t)}u;
  let depth_start = ${c.depthStart};
  let depth_end = ${c.depthEnd};
  ${c.before ?? ''}
  ${lines(elements, ([i, j]) => `var sum_${i}_${j} = ${c.sum.zero};`)}
  ${lines(rows, (i) => `let row_${i} = row_at + thread_row + ${i * t.threadRows}u;`)}
  ${lines(cols, (j) => `let col_${j} = col_at + thread_col + ${j * t.threadCols}u;`)}
  ${
    own
      ? lines(
          elements,
          ([i, j]) => `var own_${i}_${j} = ${own.type}();
  if (${inside(c, i, j)}) { own_${i}_${j} = ${own.load(`row_${i}`, `col_${j}`)}; }`,
        )
      : ''
  }
  ${t.staged > 0 ? stagedFold(c, steps) : directFold(c, steps)}
  ${elements.length > WRITTEN_OUT ? finishInLoop(c) : finishEach(c)}
  ${c.after ?? ''}
`;
  const tiles =
    t.staged > 0
      ? `var<workgroup> tile_left: array<${c.left.type}, ${tileRows(t) * t.staged}>;
var<workgroup> tile_right: array<${c.right.type}, ${tileCols(t) * t.staged}>;`
      : '';
  const declarations = `${tiles}
${elements.length > WRITTEN_OUT ? `var<private> kept: array<${c.sum.type}, ${elements.length}>;` : ''}
`;
  return { enable: '', declarations, body };
}

const elementsOf = (t: Tiling) =>
  range(t.rowsPerThread).flatMap((i) => range(t.colsPerThread).map((j) => [i, j] as const));

const inside = (c: Contraction, i: number, j: number): string =>
  `row_${i} < ${c.rows} && col_${j} < ${c.cols}`;

/** What becomes of a thread's sums, written out. */
function finishEach(c: Contraction): string {
  return lines(
    elementsOf(c.tiling),
    ([i, j]) => `if (${inside(c, i, j)}) {
    let row = row_${i};
    let col = col_${j};
    let sum = sum_${i}_${j};
    ${c.finish}
  }`,
  );
}

/** The same in a loop over an array of them, in the same order. */
function finishInLoop(c: Contraction): string {
  const { tiling: t } = c;
  const elements = elementsOf(t);
  return `${lines(elements, ([i, j]) => `kept[${i * t.colsPerThread + j}u] = sum_${i}_${j};`)}
  for (var element = 0u; element < ${elements.length}u; element++) {
    let row = row_at + thread_row + element / ${t.colsPerThread}u * ${t.threadRows}u;
    let col = col_at + thread_col + element % ${t.colsPerThread}u * ${t.threadCols}u;
    if (row < ${c.rows} && col < ${c.cols}) {
      let sum = kept[element];
      ${c.finish}
    }
  }`;
}

/** Every thread loads what it needs. */
function directFold(c: Contraction, steps: string): string {
  const { tiling: t } = c;
  const load = (
    name: string,
    place: string,
    end: string,
    operand: Operand,
  ) => `var ${name} = ${operand.type}();
    if (${place} < ${end}) { ${name} = ${operand.load(place, 'd')}; }`;
  return `for (var d = depth_start + slice; d < depth_end; d += ${t.slices}u) {
    ${lines(range(t.rowsPerThread), (i) => load(`left_${i}`, `row_${i}`, c.rows, c.left))}
    ${lines(range(t.colsPerThread), (j) => load(`right_${j}`, `col_${j}`, c.cols, c.right))}
    ${steps}
  }`;
}

/** The workgroup loads tiles together; what lies outside the extents is padded with zero structs. */
function stagedFold(c: Contraction, steps: string): string {
  const { tiling: t } = c;
  const size = threads(t);
  const stage = (array: string, extent: number, origin: string, end: string, operand: Operand) => {
    const count = extent * t.staged;
    const alongDepth = operand.contiguous === 'depth';
    return `for (var round = 0u; round < ${Math.ceil(count / size)}u; round++) {
      let e = round * ${size}u + lane;
      ${count % size === 0 ? '' : `if (e < ${count}u) `}{
        let at = ${alongDepth ? `e / ${t.staged}u` : `e % ${extent}u`};
        let k = ${alongDepth ? `e % ${t.staged}u` : `e / ${extent}u`};
        let d = depth_at + k;
        let place = ${origin} + at;
        var value = ${operand.type}();
        if (place < ${end} && d < depth_end) { value = ${operand.load('place', 'd')}; }
        ${array}[k * ${extent}u + at] = value;
      }
    }`;
  };
  return `for (var depth_at = depth_start; depth_at < depth_end; depth_at += ${t.staged}u) {
    ${stage('tile_left', tileRows(t), 'row_at', c.rows, c.left)}
    ${stage('tile_right', tileCols(t), 'col_at', c.cols, c.right)}
    workgroupBarrier();
    for (var inner = 0u; inner < ${t.staged / t.slices}u; inner++) {
      let k = inner * ${t.slices}u + slice;
      ${lines(range(t.rowsPerThread), (i) => `let left_${i} = tile_left[k * ${tileRows(t)}u + thread_row + ${i * t.threadRows}u];`)}
      ${lines(range(t.colsPerThread), (j) => `let right_${j} = tile_right[k * ${tileCols(t)}u + thread_col + ${j * t.threadCols}u];`)}
      ${steps}
    }
    workgroupBarrier();
  }`;
}
