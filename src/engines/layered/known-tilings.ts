/** What calibration knows of a kernel on an adapter, and how that is kept in a store. */

import type { AnyTiling } from '../../../shaders/kernels/contraction.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { LayerContraction } from './layer-contractions.ts';
import type { TileStore } from './tile-options.ts';
import { extentsOf, powerOfTwo } from './tiling.ts';

/** The best of the first `tried` candidates. */
export interface KnownTiling {
  readonly tiling: AnyTiling;
  readonly tried: number;
}

/** What a known tiling is for: adapter, unit, kernel, extents up to a power of two, and the candidates. */
export function keyOf(
  gpu: Gpu,
  contraction: LayerContraction,
  rows: number,
  list: readonly AnyTiling[],
): string {
  const { vendor, architecture, device, description, software } = gpu.adapter;
  const { layer, kernel } = contraction;
  const extents = extentsOf(layer, kernel, rows);
  const { left, right, sumFloats } = extents;
  return JSON.stringify([
    [vendor, architecture, device, description, software],
    [layer.name, kernel, left.floats, right.floats, sumFloats],
    [extents.rows, extents.cols, extents.depth].map(powerOfTwo),
    list,
  ]);
}

/** What `store` has of `key`; undefined if that is nothing, or nothing that makes sense. */
export async function recall(
  store: TileStore | undefined,
  key: string,
  list: readonly AnyTiling[],
): Promise<KnownTiling | undefined> {
  const bytes = await store?.read(await nameOf(key));
  if (!bytes) return undefined;
  try {
    const found = JSON.parse(new TextDecoder().decode(bytes));
    const tiling = list[found.best];
    const { tried } = found;
    if (found.key !== key || !tiling || !(tried > found.best && tried <= list.length)) return undefined;
    return { tiling, tried };
  } catch {
    return undefined;
  }
}

/** Keeps what was found. */
export async function keep(
  store: TileStore | undefined,
  key: string,
  list: readonly AnyTiling[],
  { tiling, tried }: KnownTiling,
): Promise<void> {
  const text = JSON.stringify({ key, best: list.indexOf(tiling), tried });
  await store?.write(await nameOf(key), new TextEncoder().encode(text));
}

/** A name that every store takes. */
async function nameOf(key: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)));
  const digits = [...hash.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
  return `tiles-${digits.join('')}.json`;
}
