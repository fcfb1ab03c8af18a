/**
 * The rule for how a contraction is cut: by its extents, the sizes of the structs it moves, and the kind of adapter, and by
 * nothing else, so that a run can be repeated to the bit.
 */

import {
  type AnyTiling,
  isPackedTiling,
  slicesOf,
  type Tiling,
  tileCols,
  tileRows,
} from '../../../shaders/kernels/contraction.ts';
import type { StackedLayer } from '../../../shaders/kernels/layer.ts';
import type { PackedOperand, PackedTiling } from '../../../shaders/kernels/packed-contraction.ts';
import type { Gpu } from '../../gpu/gpu.ts';

/** Axes up to this long are not worth a tile. */
const NARROW = 4;

/** Workgroup memory that every WebGPU device has. */
const WORKGROUP_BYTES = 16384;

/** Threads of a workgroup; a thread's elements along the columns and, at most, along the rows; depth staged at a time. */
export interface Profile {
  readonly threads: number;
  readonly perThread: number;
  readonly rowsPerThread: number;
  readonly depth: number;
  /** Whether a narrow contraction keeps all threads busy before it gives a thread more than one row. */
  readonly spread: boolean;
}

/**
 * A GPU wants many threads with few elements each. A software adapter runs four threads as one vector, pays for every
 * further thread of a workgroup and for every byte of workgroup memory (it clears them once per vector), and has the
 * caches of a CPU: few threads with many elements each.
 */
export const profiles: Readonly<Record<'gpu' | 'software', Profile>> = {
  gpu: { threads: 64, perThread: 4, rowsPerThread: 4, depth: 16, spread: true },
  software: { threads: 4, perThread: 4, rowsPerThread: 8, depth: 32, spread: false },
};

interface Side {
  readonly floats: number;
  readonly along: PackedOperand['along'];
}

export interface Extents {
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
  /** Of both operands: floats of one element, and which axis is in blocks if they are packed. */
  readonly left: Side;
  readonly right: Side;
  /** Floats of what an element sums. */
  readonly sumFloats: number;
  /** Whether threads that rows and columns leave over may share the depth. */
  readonly sliced?: boolean;
}

/** What a layer has that is cut: its forward pass, and its backward passes towards the inputs and towards the weights. */
export type TiledKernel = 'forward' | 'inputs' | 'weights';

/** What `kernel` contracts in a pass over `rows` rows. */
export function extentsOf(
  { unit, inputs, outputs }: StackedLayer,
  kernel: TiledKernel,
  rows: number,
): Extents {
  const feature = unit.feature.length;
  const weight = unit.weight.length;
  const delta = unit.delta.length;
  return {
    forward: {
      rows,
      cols: outputs,
      depth: inputs,
      left: { floats: feature, along: 'depth' },
      right: { floats: weight, along: 'depth' },
      sumFloats: unit.accumulator.length,
    },
    inputs: {
      rows,
      cols: inputs,
      depth: outputs,
      left: { floats: delta, along: 'depth' },
      right: { floats: weight, along: 'extent' },
      sumFloats: feature,
    },
    weights: {
      rows: inputs,
      cols: outputs,
      depth: rows,
      left: { floats: feature, along: 'extent' },
      right: { floats: delta, along: 'extent' },
      sumFloats: weight,
      sliced: true,
    },
  }[kernel] as Extents;
}

/** The smallest power of two that is at least `value`. */
export const powerOfTwo = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, value)));

/** The tiling of a kernel of `layer` in passes over `rows` rows: the same for all numbers of rows up to one power of two. */
export function ruleTiling(gpu: Gpu, layer: StackedLayer, kernel: TiledKernel, rows: number): AnyTiling {
  const extents = extentsOf(layer, kernel, rows);
  if (layer.packed) return packedTiling(gpu, extents);
  return unpackedTiling(gpu.adapter.software ? profiles.software : profiles.gpu, extents);
}

/** A tiling whose parts are powers of two, so that nearby sizes share compiled kernels. */
export function unpackedTiling(profile: Profile, extents: Extents): Tiling {
  const rows = powerOfTwo(extents.rows);
  const cols = powerOfTwo(extents.cols);
  const depth = powerOfTwo(extents.depth);
  const direct = cols <= NARROW || rows <= NARROW;
  // A narrow side goes into registers whole; otherwise both sides get about the square root of the threads.
  const side = 2 ** Math.floor(Math.log2(profile.threads) / 2);
  const colsPerThread = Math.min(cols, cols <= NARROW ? cols : direct ? 1 : profile.perThread);
  const threadCols = Math.min(cols / colsPerThread, direct ? profile.threads : side);
  const rowLimit = Math.max(1, rows / profile.threads);
  const rowsPerThread =
    rows <= NARROW ? rows : Math.min(rows, profile.rowsPerThread, direct && profile.spread ? rowLimit : rows);
  const threadRows = Math.min(rows / rowsPerThread, profile.threads / threadCols);
  const slices = extents.sliced ? Math.min(depth, profile.threads / (threadRows * threadCols)) : 1;
  const tiling = { threadRows, threadCols, slices, rowsPerThread, colsPerThread, staged: 0 };
  if (direct) return tiling;
  let staged = Math.max(slices, Math.min(depth, profile.depth));
  while (staged > slices && stagedBytes({ ...tiling, staged }, extents) > WORKGROUP_BYTES) staged /= 2;
  return { ...tiling, staged };
}

/** Workgroup memory of a contraction. */
export function stagedBytes(t: AnyTiling, { left, right }: Extents): number {
  if (!isPackedTiling(t)) {
    return 4 * t.staged * (tileRows(t) * left.floats + tileCols(t) * right.floats);
  }
  // A line of a staged operand is four floats longer than its quartets, so that threads do not meet in a memory bank.
  const side = ({ floats, along }: Side, tile: number) =>
    16 * floats * (along === 'extent' ? (tile / 4) * (4 * t.quartets + 1) : tile * t.quartets);
  return t.staged ? side(left, tileRows(t)) + side(right, tileCols(t)) : 0;
}

/** Floats of sums that one thread of a software adapter keeps: more need fewer loads, but spill out of its caches. */
const SOFTWARE_SUMS = 192;

function packedTiling(gpu: Gpu, extents: Extents): PackedTiling {
  if (gpu.adapter.software) return softwareTiling(gpu, extents);
  const tiling = {
    threadRows: 8,
    threadCols: 8,
    rowsPerThread: 4,
    colsPerThread: 4,
    staged: true,
    quads: false,
  };
  return withQuartets(tiling, extents, WORKGROUP_BYTES);
}

/** Stages as many quartets, up to four, as fit into `bytes`. */
export function withQuartets(
  tiling: Omit<PackedTiling, 'quartets'>,
  extents: Extents,
  bytes: number,
): PackedTiling {
  let quartets = 4;
  while (quartets > 1 && stagedBytes({ ...tiling, quartets }, extents) > bytes) quartets /= 2;
  return { ...tiling, quartets };
}

/** Whether four neighbouring threads can swap values. */
export const hasQuads = (gpu: Gpu): boolean =>
  gpu.device.features.has('subgroups') && gpu.adapter.subgroupMinSize >= 4;

/** Four threads, which a software adapter runs as one vector. With quads, they share the rows they load. */
function softwareTiling(gpu: Gpu, { rows, cols, left, right, sumFloats }: Extents): PackedTiling {
  const quads = hasQuads(gpu);
  const elements = SOFTWARE_SUMS / sumFloats;
  const least = (along: string, unit: number) => (along === 'extent' ? 4 * unit : unit);
  const leastRows = least(left.along, quads ? 4 : 1);
  const leastCols = least(right.along, 1);
  const rowLimit = Math.max(leastRows, powerOfTwo(rows));
  const colLimit = Math.max(leastCols, powerOfTwo(cols / 4));
  let rowsPerThread = Math.min(rowLimit, Math.max(leastRows, 16));
  let colsPerThread = Math.min(colLimit, Math.max(leastCols, 4));
  if (rowsPerThread * colsPerThread * 2 <= elements) colsPerThread = Math.min(colLimit, 2 * colsPerThread);
  if (rowsPerThread * colsPerThread * 2 <= elements) rowsPerThread = Math.min(rowLimit, 2 * rowsPerThread);
  return { threadRows: 1, threadCols: 4, rowsPerThread, colsPerThread, quartets: 1, staged: false, quads };
}

/** Workgroups aimed at in the weight gradient of a small layer, where the weights alone keep too few threads busy. */
const weightGroups = (gpu: Gpu, layer: StackedLayer): number =>
  layer.packed && !gpu.adapter.software ? 512 : 64;

/** How the weight gradient's rows are cut: rows of a split, splits, and the sums that come of them. */
export function splitsOf(gpu: Gpu, layer: StackedLayer, rows: number, tiling: AnyTiling) {
  const slices = slicesOf(tiling);
  const tiles = Math.ceil(layer.inputs / tileRows(tiling)) * Math.ceil(layer.outputs / tileCols(tiling));
  const piece = isPackedTiling(tiling) ? 4 * tiling.quartets : Math.max(tiling.staged, slices);
  const pieces = Math.ceil(rows / piece);
  const wanted = Math.max(1, Math.min(pieces, Math.floor(weightGroups(gpu, layer) / (tiles * slices))));
  const rowsPerSplit = Math.ceil(pieces / wanted) * piece;
  const splits = Math.ceil(rows / rowsPerSplit);
  return { rowsPerSplit, splits, parts: splits * slices };
}
