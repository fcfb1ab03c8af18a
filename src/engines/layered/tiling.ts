/** Chooses how a contraction is cut: from its extents, the sizes of the structs it moves, and the kind of adapter. */

import {
  type AnyTiling,
  isPackedTiling,
  type Tiling,
  threads,
  tileCols,
  tileRows,
} from '../../../shaders/kernels/contraction.ts';
import type { PlacedLayer } from '../../../shaders/kernels/layer.ts';
import type { PackedOperand, PackedTiling } from '../../../shaders/kernels/packed-contraction.ts';
import type { Gpu } from '../../gpu/gpu.ts';

/** Axes up to this long are not worth a tile. */
const NARROW = 4;

/** Workgroup memory that every WebGPU device has. */
const WORKGROUP_BYTES = 16384;

/**
 * A GPU wants many threads with few elements each. A software adapter runs four threads as one vector, pays for every
 * further thread of a workgroup and for every byte of workgroup memory (it clears them once per vector), and has the
 * caches of a CPU: few threads with many elements each.
 */
const profiles = {
  gpu: { threads: 64, perThread: 4, rowsPerThread: 4, depth: 16 },
  software: { threads: 4, perThread: 4, rowsPerThread: 8, depth: 32 },
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

/** The smallest power of two that is at least `value`. */
const powerOfTwo = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, value)));

/** The tiling of one of `layer`'s contractions. */
export const tilingFor = (gpu: Gpu, layer: PlacedLayer, extents: Extents): AnyTiling =>
  layer.packed ? packedTiling(gpu, extents) : unpackedTiling(gpu.adapter.software, extents);

/** A tiling whose parts are powers of two, so that nearby sizes share compiled kernels. */
function unpackedTiling(software: boolean, extents: Extents): Tiling {
  const profile = software ? profiles.software : profiles.gpu;
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
    rows <= NARROW ? rows : Math.min(rows, profile.rowsPerThread, direct && !software ? rowLimit : rows);
  const threadRows = Math.min(rows / rowsPerThread, profile.threads / threadCols);
  const slices = extents.sliced ? Math.min(depth, profile.threads / (threadRows * threadCols)) : 1;
  const tiling = { threadRows, threadCols, slices, rowsPerThread, colsPerThread, staged: 0 };
  if (direct) return tiling;
  const perDepth = 4 * (tileRows(tiling) * extents.left.floats + tileCols(tiling) * extents.right.floats);
  let staged = Math.max(slices, Math.min(depth, profile.depth));
  while (staged > slices && staged * perDepth > WORKGROUP_BYTES) staged /= 2;
  return { ...tiling, staged };
}

/** Floats of sums that one thread of a software adapter keeps: more need fewer loads, but spill out of its caches. */
const SOFTWARE_SUMS = 192;

function packedTiling(gpu: Gpu, extents: Extents): PackedTiling {
  const { left, right } = extents;
  if (gpu.adapter.software) return softwareTiling(gpu, extents);
  const tiling = { threadRows: 8, threadCols: 8, rowsPerThread: 4, colsPerThread: 4 };
  // A line of a staged operand is four floats longer than its quartets, so that threads do not meet in a memory bank.
  const bytes = (quartets: number) => {
    const side = (floats: number, along: string, tile: number) =>
      16 * floats * (along === 'extent' ? (tile / 4) * (4 * quartets + 1) : tile * quartets);
    return side(left.floats, left.along, 32) + side(right.floats, right.along, 32);
  };
  let quartets = 4;
  while (quartets > 1 && bytes(quartets) > WORKGROUP_BYTES) quartets /= 2;
  return { ...tiling, quartets, staged: true, quads: false };
}

/** Four threads, which a software adapter runs as one vector. With quads, they share the rows they load. */
function softwareTiling(gpu: Gpu, { rows, cols, left, right, sumFloats }: Extents): PackedTiling {
  const quads = gpu.device.features.has('subgroups') && gpu.adapter.subgroupMinSize >= 4;
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
export const weightGroups = (gpu: Gpu, layer: PlacedLayer): number =>
  layer.packed && !gpu.adapter.software ? 512 : 64;

/** For messages and tests. */
export const describeTiling = (t: AnyTiling): string =>
  `${tileRows(t)}×${tileCols(t)} by ${threads(t)} threads${!isPackedTiling(t) && t.staged > 0 ? `, ${t.staged} deep` : ', direct'}`;
