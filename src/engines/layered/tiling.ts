/** Chooses how a contraction is cut: from its extents, the sizes of the structs it moves, and the kind of adapter. */

import { type Tiling, threads, tileCols, tileRows } from '../../../shaders/kernels/contraction.ts';

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

/** Columns, or rows, up to which a tile is not worth staging. */
const NARROW = 4;

export interface Extents {
  readonly rows: number;
  readonly cols: number;
  readonly depth: number;
  /** Floats of one left and one right element. */
  readonly leftFloats: number;
  readonly rightFloats: number;
  /** Whether threads that rows and columns leave over may share the depth. */
  readonly sliced?: boolean;
}

/** The smallest power of two that is at least `value`. */
const powerOfTwo = (value: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, value)));

/** A tiling whose parts are powers of two, so that nearby sizes share compiled kernels. */
export function chooseTiling(software: boolean, extents: Extents): Tiling {
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
  const perDepth = 4 * (tileRows(tiling) * extents.leftFloats + tileCols(tiling) * extents.rightFloats);
  let staged = Math.max(slices, Math.min(depth, profile.depth));
  while (staged > slices && staged * perDepth > WORKGROUP_BYTES) staged /= 2;
  return { ...tiling, staged };
}

/** For messages and tests. */
export const describeTiling = (t: Tiling): string =>
  `${tileRows(t)}×${tileCols(t)} by ${threads(t)} threads${t.staged > 0 ? `, ${t.staged} deep` : ', direct'}`;
