/** Which tilings a kernel can have on an adapter. */

import {
  type AnyTiling,
  isPackedTiling,
  threads,
  tileCols,
  tileRows,
} from '../../../shaders/kernels/contraction.ts';
import { PADDING } from '../../../shaders/kernels/packed.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { NamedLayer } from './layers.ts';
import { type Extents, extentsOf, hasQuads, powerOfTwo, stagedBytes, type TiledKernel } from './tiling.ts';

/** Elements that a thread may fold: each is written out in the kernel's text. */
const MOST_ELEMENTS = 256;
const MOST_QUARTETS = 16;
const MOST_STAGED = 1024;

const counts = ['threadRows', 'threadCols', 'rowsPerThread', 'colsPerThread'] as const;

const isPowerOfTwo = (value: unknown, most: number): boolean =>
  typeof value === 'number' && value >= 1 && value <= most && powerOfTwo(value) === value;

/** What is wrong with `tiling` for a kernel of `layer`, beginning with the name of the field; undefined if nothing is. */
export function tilingFault(
  gpu: Gpu,
  layer: NamedLayer,
  kernel: TiledKernel,
  tiling: AnyTiling,
): string | undefined {
  if (typeof tiling !== 'object' || tiling === null) return ` is ${String(tiling)}; it must be an object`;
  if (isPackedTiling(tiling) !== layer.packed) {
    return layer.packed
      ? ' has no quads; this layer needs them'
      : ' has quads; this layer has no use for them';
  }
  const fields = tiling as unknown as Readonly<Record<string, unknown>>;
  const count = (name: string, most: number) =>
    isPowerOfTwo(fields[name], most)
      ? undefined
      : `.${name} is ${String(fields[name])}; it must be a power of two from 1 to ${most}`;
  const { maxComputeInvocationsPerWorkgroup: mostThreads } = gpu.device.limits;
  for (const name of counts) {
    const fault = count(name, mostThreads);
    if (fault) return fault;
  }
  const extents = extentsOf(layer, kernel, 1);
  const fault = layer.packed
    ? (count('quartets', MOST_QUARTETS) ?? packedFault(gpu, extents, tiling))
    : (count('slices', extents.sliced ? mostThreads : 1) ?? stagedFault(fields));
  if (fault) return fault;
  const elements = tiling.rowsPerThread * tiling.colsPerThread;
  if (elements > MOST_ELEMENTS)
    return ` has ${elements} elements per thread; at most ${MOST_ELEMENTS} are allowed`;
  if (threads(tiling) > mostThreads) {
    return ` has ${threads(tiling)} threads; a workgroup of this adapter has at most ${mostThreads}`;
  }
  const bytes = stagedBytes(tiling, extents);
  const { maxComputeWorkgroupStorageSize: mostBytes } = gpu.device.limits;
  if (bytes > mostBytes) return ` stages ${bytes} bytes; a workgroup of this adapter has ${mostBytes}`;
  return undefined;
}

function stagedFault({ staged, slices }: Readonly<Record<string, unknown>>): string | undefined {
  if (staged === 0 || (isPowerOfTwo(staged, MOST_STAGED) && (staged as number) >= (slices as number)))
    return undefined;
  return `.staged is ${String(staged)}; it must be 0 or a power of two from slices to ${MOST_STAGED}`;
}

function packedFault(gpu: Gpu, { left, right }: Extents, tiling: AnyTiling): string | undefined {
  if (!isPackedTiling(tiling)) return undefined;
  const { staged, quads, threadRows, threadCols, rowsPerThread, colsPerThread } = tiling;
  for (const [name, value] of [
    ['staged', staged],
    ['quads', quads],
  ] as const) {
    if (typeof value !== 'boolean') return `.${name} is ${String(value)}; it must be true or false`;
  }
  if (tileRows(tiling) > PADDING || tileCols(tiling) > PADDING) {
    return ` is a tile of ${tileRows(tiling)}×${tileCols(tiling)}; at most ${PADDING}×${PADDING} are allowed`;
  }
  const leastRows = (left.along === 'extent' ? 4 : 1) * (quads ? 4 : 1);
  const leastCols = right.along === 'extent' ? 4 : 1;
  if (rowsPerThread < leastRows)
    return `.rowsPerThread is ${rowsPerThread}; here it must be at least ${leastRows}`;
  if (colsPerThread < leastCols)
    return `.colsPerThread is ${colsPerThread}; here it must be at least ${leastCols}`;
  if (quads && !hasQuads(gpu)) return '.quads is true; this adapter has no quads';
  if (quads && (threadRows !== 1 || threadCols !== 4 || staged)) {
    return '.quads is true; then threadRows must be 1, threadCols 4, and staged false';
  }
  return undefined;
}
