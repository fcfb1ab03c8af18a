/** The tilings that calibration tries. */

import {
  type AnyTiling,
  isPackedTiling,
  type Tiling,
  tileCols,
  tileRows,
} from '../../../shaders/kernels/contraction.ts';
import type { PackedTiling } from '../../../shaders/kernels/packed-contraction.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { NamedLayer } from './layers.ts';
import {
  type Extents,
  extentsOf,
  type Profile,
  powerOfTwo,
  profiles,
  ruleTiling,
  type TiledKernel,
  unpackedTiling,
  withQuartets,
} from './tiling.ts';
import { tilingFault } from './tiling-check.ts';

/** Floats of sums that a thread of a GPU can keep in registers, with what it loads. */
const GPU_SUMS = 128;

/** Tilings of a kernel that fit the layer and the adapter, the rule's first, the others by what is hoped of them. */
export function candidates(gpu: Gpu, layer: NamedLayer, kernel: TiledKernel, rows: number): AnyTiling[] {
  const extents = extentsOf(layer, kernel, rows);
  const rule = ruleTiling(gpu, layer, kernel, rows);
  const others = isPackedTiling(rule)
    ? gpu.adapter.software
      ? packedForSoftware(rule, extents)
      : packedForGpu(gpu, rule, extents)
    : unpacked(rule, gpu.adapter.software, extents);
  const fitting = others.filter((tiling) => tilingFault(gpu, layer, kernel, tiling) === undefined);
  const distinct = new Map([rule, ...fitting].map((tiling) => [JSON.stringify(tiling), tiling]));
  return [...distinct.values()];
}

/** Larger tiles load less per product and take longer to compile. */
function packedForSoftware(rule: PackedTiling, { rows, cols }: Extents): PackedTiling[] {
  const { rowsPerThread, colsPerThread } = rule;
  return [
    { ...rule, colsPerThread: 2 * colsPerThread },
    { ...rule, rowsPerThread: 2 * rowsPerThread },
    { ...rule, quads: false },
    { ...rule, rowsPerThread: 2 * rowsPerThread, colsPerThread: 2 * colsPerThread },
  ].filter((tiling) => tileRows(tiling) <= powerOfTwo(rows) && tileCols(tiling) <= powerOfTwo(cols));
}

/** More threads to a tile, more elements to a thread, or the caches instead of workgroup memory. */
function packedForGpu(gpu: Gpu, rule: PackedTiling, extents: Extents): PackedTiling[] {
  const bytes = gpu.device.limits.maxComputeWorkgroupStorageSize;
  return [
    { ...rule, threadRows: 16, threadCols: 16 },
    { ...rule, rowsPerThread: 8 },
    { ...rule, colsPerThread: 8 },
    { ...rule, rowsPerThread: 8, colsPerThread: 8 },
    { ...rule, staged: false },
  ]
    .filter((tiling) => tiling.rowsPerThread * tiling.colsPerThread * extents.sumFloats <= GPU_SUMS)
    .map((tiling) => (tiling.staged ? withQuartets(tiling, extents, bytes) : { ...tiling, quartets: 1 }));
}

function unpacked(rule: Tiling, software: boolean, extents: Extents): Tiling[] {
  const profile = software ? profiles.software : profiles.gpu;
  const changes: Partial<Profile>[] = software
    ? [{ rowsPerThread: 4 }, { threads: 16 }, { perThread: 8 }]
    : [{ threads: 256 }, { threads: 128 }, { perThread: 2, rowsPerThread: 2 }, { depth: 8 }];
  return [
    { ...rule, staged: 0 },
    ...changes.map((change) => unpackedTiling({ ...profile, ...change }, extents)),
  ];
}
