/**
 * The contraction of wide layers: `contraction.ts` over packed operands. Everything is loaded as vec4, four elements of
 * depth (a quartet) are folded at a time, and padding takes the place of bounds checks.
 *
 * Every element folds its depth in ascending order whatever the tiling is, so the tiling does not change the result.
 *
 * Two ways to share loads, for two kinds of adapter:
 * - `staged`: the workgroup copies a piece of both operands into workgroup memory. For GPUs.
 * - `quads`: four threads own different rows and fold all of them: they hand the values on by quad swaps. For software
 *   adapters, where a load costs as much as ten multiply-adds, a barrier as much as a thousand, and a swap nothing.
 */
import type { FieldNames } from '../units/unit.ts';
import { blocksOf, type Packed } from './packed.ts';

/** How a packed contraction is cut. The workgroup has `threadRows · threadCols` threads. */
export interface PackedTiling {
  readonly threadRows: number;
  readonly threadCols: number;
  /** Elements of the tile that one thread folds. Multiples of 4 along an axis in blocks. */
  readonly rowsPerThread: number;
  readonly colsPerThread: number;
  /** Quartets of depth per round: those staged, or written out one after the other. Divides 16. */
  readonly quartets: number;
  readonly staged: boolean;
  /** Needs `threadRows` 1, `threadCols` 4, and four times as many rows per thread. */
  readonly quads: boolean;
}

export interface PackedOperand {
  readonly packed: Packed;
  /** Which of its axes is in blocks: the depth, or the rows (columns). */
  readonly along: 'depth' | 'extent';
}

export interface PackedContraction {
  readonly tiling: PackedTiling;
  /** WGSL expressions (u32): the extents, and the first and the end of the quartets of depth. */
  readonly rows: string;
  readonly cols: string;
  readonly start: string;
  readonly end: string;
  readonly left: PackedOperand;
  readonly right: PackedOperand;
  /** Struct and fields of the sum, and what is added to it: sum field += left field · right field. */
  readonly sum: { type: string; fields: FieldNames };
  readonly terms: readonly (readonly [sum: string, left: string, right: string])[];
  readonly before?: string;
  /** Statements for one element inside the extents, with `row`, `col` and `sum` in scope. */
  readonly finish: string;
  readonly after?: string;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const text = <T>(items: readonly T[], write: (item: T, at: number) => string): string =>
  items.map(write).join('\n  ');
const components = ['x', 'y', 'z', 'w'];
const swaps = ['', 'quadSwapX', 'quadSwapY', 'quadSwapDiagonal'];

/** One operand of one tiling, as text. */
interface Side {
  /** Declarations at module scope, and statements before the loop. */
  readonly declaration: string;
  readonly before: string;
  /** Copies the round that begins at quartet `round` into workgroup memory. */
  readonly stage: string;
  /** Loads the quartet `q`, the number `u` of its round. */
  load(q: string, u: string): string;
  /** Number of elements of a thread, and field `field` of element `slot` at component `k` of the quartet. */
  readonly slots: readonly number[];
  /** Where element `slot`, a WGSL expression, stands in the tile. */
  place(slot: string): string;
  value(slot: number, k: number, field: string): string;
}

/** `turns`: 4 if the elements of all four threads of a quad are folded, else 1. */
function side(
  c: PackedContraction,
  name: 'left' | 'right',
  operand: PackedOperand,
  [axis, threads, perThread]: readonly ['row' | 'col', number, number],
  turns: number,
): Side {
  const { staged, quartets } = c.tiling;
  const { packed, along } = operand;
  const fields = range(packed.fields.length);
  const own = range(perThread / turns);
  const tile = threads * perThread;
  const lanes = turns === 4 ? 4 : threads;
  const inBlocks = along === 'extent';
  const blocks = range(own.length / 4);
  const slot = (i: number, turn: number) => i * turns + turn;
  const place = (i: number, turn: number) =>
    inBlocks
      ? `(${Math.floor(i / 4) * lanes}u + ${axis}_thread_${turn}) * 4u + ${i % 4}u`
      : `${i * lanes}u + ${axis}_thread_${turn}`;
  const line = 4 * quartets + 1;
  const tileFloats = fields.length * (inBlocks ? (tile / 4) * line : quartets * tile);
  const source = (index: string) => `${packed.buffer}[${index}]`;
  /** Where the vec4 of own element or block `at`, field f, begins to be counted from. */
  const line0 = (f: number, b: number) =>
    staged
      ? `(${f * (tile / 4) + b * lanes}u + ${axis}_thread_0) * ${line}u`
      : `(${f * blocksOf(packed)}u + ${axis}_at / 4u + ${b * lanes}u + ${axis}_thread_0) * ${packed.stride}`;
  const items = fields.flatMap((f) =>
    inBlocks
      ? blocks.flatMap((b) => components.map((_, k) => ({ f, name: `${name}_${f}_${b}_${k}`, b, k })))
      : own.map((i) => ({ f, name: `${name}_${f}_${i}`, b: i, k: 0 })),
  );
  const fetch = ({ f, b, k }: { f: number; b: number; k: number }, u: string) => {
    if (inBlocks) {
      const at = `${name}_line_${f}_${b} + ${staged ? `4u * ${u}` : 'depth'} + ${k}u`;
      return staged ? `tile_${name}[${at}]` : source(at);
    }
    return staged
      ? `tile_${name}[(${f * quartets}u + ${u}) * ${tile}u + ${b * lanes}u + ${axis}_thread_0]`
      : source(`${name}_plane_${f} + ${axis}_${slot(b, 0)}`);
  };
  const size = c.tiling.threadRows * c.tiling.threadCols;
  const count = fields.length * quartets * tile;
  const copy = inBlocks
    ? `let k = e % ${4 * quartets}u;
      let at = e / ${4 * quartets}u;
      tile_${name}[at * ${line}u + k] = ${source(`((at / ${tile / 4}u) * ${blocksOf(packed)}u + ${axis}_at / 4u + at % ${tile / 4}u) * ${packed.stride} + 4u * round + k`)};`
    : `let at = e % ${tile}u;
      let plane = e / ${tile}u;
      tile_${name}[e] = ${source(`((plane / ${quartets}u) * ${blocksOf(packed)}u + round + plane % ${quartets}u) * ${packed.stride} + ${axis}_at + at`)};`;
  return {
    declaration: staged ? `var<workgroup> tile_${name}: array<vec4f, ${tileFloats}>;\n` : '',
    before: `${text(own, (i) => text(range(turns), (turn) => `let ${axis}_${slot(i, turn)} = ${axis}_at + ${place(i, turn)};`))}
  ${inBlocks ? text(fields, (f) => text(blocks, (b) => `let ${name}_line_${f}_${b} = ${line0(f, b)};`)) : ''}`,
    stage: `for (var turn = 0u; turn < ${Math.ceil(count / size)}u; turn++) {
      let e = turn * ${size}u + lane;
      ${count % size === 0 ? '' : `if (e < ${count}u) `}{
      ${copy}
      }
    }`,
    load: (q, u) => `${
      inBlocks
        ? ''
        : staged
          ? ''
          : text(
              fields,
              (f) => `let ${name}_plane_${f} = (${f * blocksOf(packed)}u + ${q}) * ${packed.stride};`,
            )
    }
    ${text(items, (item) => `let ${item.name}_t0 = ${fetch(item, u)};`)}
    ${text(range(turns).slice(1), (turn) => text(items, (item) => `let ${item.name}_t${turn} = ${swaps[turn]}(${item.name}_t0);`))}`,
    slots: range(perThread),
    place(at) {
      const thread = turns === 4 ? `row_threads[${at} % 4u]` : `${axis}_thread_0`;
      const i = `(${at} / ${turns}u)`;
      return inBlocks
        ? `(${i} / 4u * ${lanes}u + ${thread}) * 4u + ${i} % 4u`
        : `${i} * ${lanes}u + ${thread}`;
    },
    value(at, k, field) {
      const turn = at % turns;
      const i = (at - turn) / turns;
      const f = packed.fields.indexOf(field);
      return inBlocks
        ? `${name}_${f}_${Math.floor(i / 4)}_${k}_t${turn}.${components[i % 4]}`
        : `${name}_${f}_${i}_t${turn}.${components[k]}`;
    },
  };
}

/** Extensions, module-scope declarations and the body of `main(group: vec3u, lane: u32)`. */
export function packedContraction(c: PackedContraction): {
  enable: string;
  declarations: string;
  body: string;
} {
  const { tiling: t } = c;
  const turns = t.quads ? 4 : 1;
  const left = side(c, 'left', c.left, ['row', t.threadRows, t.rowsPerThread], turns);
  const right = side(c, 'right', c.right, ['col', t.threadCols, t.colsPerThread], 1);
  const elements = right.slots.flatMap((j) => left.slots.map((i) => [i, j] as const));
  /** Four terms at a time, so that a sum is loaded and stored once per quartet. */
  const added = (i: number, j: number, field: string) => {
    const terms = c.terms.filter(([sum]) => sum === field);
    const products = range(4).flatMap((k) =>
      terms.map(([, x, w]) => `${left.value(i, k, x)} * ${right.value(j, k, w)}`),
    );
    const whole = products.reduce((sum, product) => `(${sum} + ${product})`, `sum_${i}_${j}_${field}`);
    return `sum_${i}_${j}_${field} = ${whole};`;
  };
  const fold = (q: string, u: string) => `{
    let depth = 4u * ${q};
    ${left.load(q, u)}
    ${right.load(q, u)}
    ${text(elements, ([i, j]) => text(c.sum.fields, (field) => added(i, j, field)))}
    }`;
  const loop = t.staged
    ? `${left.stage}
    ${right.stage}
    workgroupBarrier();
    for (var u = 0u; u < ${t.quartets}u; u++) ${fold('(round + u)', 'u')}
    workgroupBarrier();`
    : text(range(t.quartets), (u) => fold(`(round + ${u}u)`, `${u}u`));
  const body = `
  let row_at = group.y * ${t.threadRows * t.rowsPerThread}u;
  let col_at = group.x * ${t.threadCols * t.colsPerThread}u;
  let col_thread_0 = lane % ${t.threadCols}u;
  let row_thread_0 = ${t.quads ? 'lane' : `lane / ${t.threadCols}u`};
  ${text(range(turns).slice(1), (turn) => `let row_thread_${turn} = ${swaps[turn]}(lane);`)}
  ${c.before ?? ''}
  ${left.before}
  ${right.before}
  ${text(elements, ([i, j]) => text(c.sum.fields, (field) => `var sum_${i}_${j}_${field} = 0.0;`))}
  for (var round = ${c.start}; round < ${c.end}; round += ${t.quartets}u) {
    ${loop}
  }
  ${text(elements, ([i, j], at) => `kept[${at}u] = ${c.sum.type}(${c.sum.fields.map((field) => `sum_${i}_${j}_${field}`).join(', ')});`)}
  ${t.quads ? 'var row_threads = array<u32, 4>(row_thread_0, row_thread_1, row_thread_2, row_thread_3);' : ''}
  for (var element = 0u; element < ${elements.length}u; element++) {
    let row = row_at + ${left.place(`(element % ${t.rowsPerThread}u)`)};
    let col = col_at + ${right.place(`(element / ${t.rowsPerThread}u)`)};
    if (row < ${c.rows} && col < ${c.cols}) {
      let sum = kept[element];
      ${c.finish}
    }
  }
  ${c.after ?? ''}
`;
  return {
    enable: t.quads ? 'enable subgroups;\n' : '',
    declarations: `${left.declaration}${right.declaration}
// Finished sums: a loop over them keeps the text of what becomes of them short.
var<private> kept: array<${c.sum.type}, ${elements.length}>;
`,
    body,
  };
}
