/** One contraction in one tiling, on zeros and in buffers of its own, to be timed. */

import { type AnyTiling, threads } from '../../../shaders/kernels/contraction.ts';
import type { StackedLayer } from '../../../shaders/kernels/layer.ts';
import { thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { Counter } from '../../../shaders/kernels/tick.wgsl.ts';
import { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import type { LayerContraction } from './layer-contractions.ts';
import { floatsOf, gridOf, passInfo } from './layers.ts';
import { extentsOf, splitsOf } from './tiling.ts';

/** A part of a pass: so many of its rows, and of the contraction's columns. */
export interface Part {
  readonly rows: number;
  readonly cols: number;
}

/** Rows and columns that are not cut any further: a few tiles of any size. */
const LEAST = 64;

const halved = (extent: number): number => Math.max(LEAST, Math.ceil(extent / 2));

/** A part of the pass over `rows` rows with about `work` multiply-adds, and whether it is all of it. */
export function partOf(
  { layer, kernel }: LayerContraction,
  rows: number,
  work: number,
): Part & { whole: boolean } {
  const all = { rows, cols: extentsOf(layer, kernel, rows).cols };
  let part = all;
  const workOf = () => {
    const { rows, depth, sumFloats } = extentsOf(layer, kernel, part.rows);
    return rows * part.cols * depth * Math.max(1, sumFloats);
  };
  while (workOf() > work && part.rows > LEAST) part = { ...part, rows: halved(part.rows) };
  while (workOf() > work && part.cols > LEAST) part = { ...part, cols: halved(part.cols) };
  return { ...part, whole: part === all };
}

export class Trial {
  readonly #arena: Arena;
  readonly #dispatch: Dispatch;

  private constructor(arena: Arena, dispatch: Dispatch) {
    this.#arena = arena;
    this.#dispatch = dispatch;
  }

  static async create(
    gpu: Gpu,
    contraction: LayerContraction,
    part: Part,
    tiling: AnyTiling,
  ): Promise<Trial> {
    const { layer, before, kernel } = contraction;
    const { rows } = part;
    const arena = new Arena(gpu, 'this trial');
    try {
      const extents = extentsOf(layer, kernel, rows);
      const { splits, ...split } = splitsOf(gpu, layer, rows, tiling);
      const [across, down] = gridOf(extents.rows, extents.cols, tiling);
      const floats = {
        ...valuesOf(layer, rows, ''),
        ...(before && valuesOf(before, rows, '_before')),
        partials: across * down * threads(tiling),
        weight_gradients: split.parts * layer.inputs * layer.outputs * layer.unit.weight.length,
        counter: Counter.size / 4,
      } as Readonly<Record<string, number>>;
      const source = contraction.source(tiling);
      const bind = (name: string): GPUBuffer => {
        if (name === 'pass_info') return arena.uniform(name, passInfo(rows, split));
        const count = floats[name];
        if (count === undefined) throw new Error(`a trial of '${source.label}' knows nothing of '${name}'`);
        return arena.values(name, count);
      };
      const buffers = Object.fromEntries(Object.keys(source.bindings).map((name) => [name, bind(name)]));
      await arena.sound();
      const [partAcross] = gridOf(extents.rows, part.cols, tiling);
      const grid = [partAcross, down, kernel === 'weights' ? splits : 1] as const;
      return new Trial(arena, await prepareDispatch(arena, source, buffers, grid));
    } catch (error) {
      arena.dispose();
      throw error;
    }
  }

  /** Milliseconds of one run, of `times` in a row. */
  async time(times: number): Promise<number> {
    const start = performance.now();
    this.#arena.run([this.#dispatch], times);
    await this.#arena.finished();
    return (performance.now() - start) / times;
  }

  dispose(): void {
    this.#arena.dispose();
  }
}

const valuesOf = (layer: StackedLayer, rows: number, suffix: string) =>
  Object.fromEntries(
    Object.entries({ ...floatsOf(layer, rows), theta: thetaFloats(layer) }).map(([name, floats]) => [
      `${name}${suffix}`,
      floats,
    ]),
  );
