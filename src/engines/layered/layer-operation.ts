/** One layer as an operation between buffers of somebody else, who owns the parameters, too: recorded without waiting. */

import { parameterCounts, thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { Counter } from '../../../shaders/kernels/tick.wgsl.ts';
import { Arena } from '../../gpu/arena.ts';
import { type Dispatch, passOf } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { compileNow, type Kernel } from '../../gpu/kernel.ts';
import { type BoundBuffers, bindDispatch } from '../../gpu/prepare-dispatch.ts';
import { FLOAT32_MAX } from '../../model/data.ts';
import {
  type BoundKernel,
  type BoundLayer,
  backwardInputs,
  backwardWeights,
  outputDeltas,
  stepKernel,
} from './backward-pass.ts';
import { floatsOf, forwardKernels, type NamedLayer, packedBuffers, passInfo } from './layers.ts';
import { Tilings } from './tiles.ts';
import { splitsOf } from './tiling.ts';

/** Numbers of rows whose buffers are kept. */
const MOST_PLANS = 4;

/** What a pass reads, and which numbers a unit with noise draws in it; without `draw` it takes their mean. */
export interface LayerInputs {
  readonly rows: number;
  /** `[rows, inputs]`. */
  readonly x: GPUBuffer;
  /** In their order, one buffer each. */
  readonly parameters: readonly GPUBuffer[];
  readonly draw?: { readonly seed: number; readonly step: number } | undefined;
}

/** The buffers and kernels of passes over so many rows. */
interface Plan {
  readonly arena: Arena;
  readonly bound: BoundLayer;
  /** Groups and packed operands, which both passes need. */
  readonly operands: readonly BoundKernel[];
  readonly predict: BoundKernel;
  readonly forward: (drawn: boolean) => BoundKernel;
  readonly backward: (drawn: boolean) => readonly BoundKernel[];
}

export class LayerOperation {
  readonly #arena: Arena;
  readonly #layer: NamedLayer;
  readonly #tilings: Tilings;
  readonly #theta: GPUBuffer;
  readonly #gradient: GPUBuffer;
  /** The step, and the one after it, which kernels behind the bookkeeping of a training step count back from. */
  readonly #counter: GPUBuffer;
  readonly #ticked: GPUBuffer;
  /** Floats of each parameter, in their order. */
  readonly #sizes: readonly number[];
  readonly #kernels = new Map<string, Kernel>();
  readonly #plans = new Map<number, Plan>();

  constructor(gpu: Gpu, layer: NamedLayer) {
    this.#arena = new Arena(gpu, 'this layer');
    this.#layer = layer;
    this.#tilings = new Tilings(gpu, undefined);
    const { unit, inputs, outputs } = layer;
    this.#theta = this.#arena.values('parameters', thetaFloats(layer));
    this.#gradient = this.#arena.values('gradient', parameterCounts(layer).all);
    this.#counter = this.#arena.values('counter', Counter.size / 4);
    this.#ticked = this.#arena.values('counter', Counter.size / 4);
    this.#sizes = [
      ...unit.edge.map(() => inputs * outputs),
      ...(unit.input ?? []).map(() => inputs),
      ...(unit.output ?? []).map(() => outputs),
    ];
  }

  /** Floats of what the forward pass keeps for the backward pass. */
  keptFloats(rows: number): number {
    return floatsOf(this.#layer, rows).accumulators;
  }

  /** Submits the forward pass: x → y, and what the backward pass needs to `kept` if that is given. */
  forward({ rows, x, parameters, draw }: LayerInputs, y: GPUBuffer, kept?: GPUBuffer): void {
    const plan = this.#planOf(rows, draw?.seed ?? 0);
    const kernel = kept ? plan.forward(draw !== undefined) : plan.predict;
    this.#submit(parameters, draw, [...plan.operands, kernel], { x, y, accumulators: kept });
  }

  /** Submits the backward pass, from dy to dx and the gradient of each parameter. */
  backward(
    { rows, x, parameters, draw }: LayerInputs,
    { dy, kept }: { readonly dy: GPUBuffer; readonly kept: GPUBuffer },
    { dx, gradients }: { readonly dx: GPUBuffer; readonly gradients: readonly GPUBuffer[] },
  ): void {
    const plan = this.#planOf(rows, draw?.seed ?? 0);
    const kernels = [...plan.operands, ...plan.backward(draw !== undefined)];
    this.#submit(parameters, draw, kernels, { x, dy, accumulators: kept, dx }, (encoder) => {
      let offset = 0;
      gradients.forEach((buffer, k) => {
        const size = 4 * (this.#sizes[k] as number);
        encoder.copyBufferToBuffer(this.#gradient, offset, buffer, 0, size);
        offset += size;
      });
    });
  }

  dispose(): void {
    this.#arena.dispose();
  }

  #submit(
    parameters: readonly GPUBuffer[],
    draw: LayerInputs['draw'],
    kernels: readonly BoundKernel[],
    bound: BoundBuffers,
    after?: (encoder: GPUCommandEncoder) => void,
  ): void {
    this.#arena.scope(() => {
      const dispatches = kernels.map((kernel) => this.#bind(kernel, bound));
      if (draw) {
        this.#arena.write(this.#counter, Uint32Array.of(draw.step));
        this.#arena.write(this.#ticked, Uint32Array.of(draw.step + 1));
      }
      this.#arena.submit((encoder) => {
        let offset = 0;
        parameters.forEach((buffer, k) => {
          const size = 4 * (this.#sizes[k] as number);
          encoder.copyBufferToBuffer(buffer, 0, this.#theta, offset, size);
          offset += size;
        });
        passOf(dispatches)(encoder);
        after?.(encoder);
      });
    });
  }

  #bind({ source, buffers, grid }: BoundKernel, bound: BoundBuffers): Dispatch {
    return bindDispatch(this.#arena, source, this.#kernelOf(source), { ...buffers, ...bound }, grid);
  }

  #kernelOf(source: BoundKernel['source']): Kernel {
    let kernel = this.#kernels.get(source.code);
    if (!kernel) {
      kernel = compileNow(this.#arena.gpu.device, source) as Kernel;
      this.#kernels.set(source.code, kernel);
    }
    return kernel;
  }

  /** The plan for `rows` rows; the seed is the same in all calls. */
  #planOf(rows: number, seed: number): Plan {
    const known = this.#plans.get(rows);
    const plan = known ?? this.#plan(rows, seed);
    this.#plans.delete(rows);
    this.#plans.set(rows, plan);
    for (const [oldest, { arena }] of this.#plans) {
      if (this.#plans.size <= MOST_PLANS) break;
      this.#plans.delete(oldest);
      arena.dispose();
    }
    return plan;
  }

  #plan(rows: number, seed: number): Plan {
    const layer = this.#layer;
    const tilings = this.#tilings;
    const arena = new Arena(this.#arena, 'this pass');
    const { splits, ...split } = splitsOf(arena.gpu, layer, rows, tilings.of(layer, 'weights', rows));
    const info = passInfo(rows, { ...split, clip: FLOAT32_MAX, seed });
    const bound: BoundLayer = {
      layer,
      rows,
      splits,
      parts: split.parts,
      buffers: {
        pass_info: arena.uniform('pass', info),
        theta: this.#theta,
        deltas: arena.values('deltas', floatsOf(layer, rows).deltas),
        counter: this.#counter,
        ...packedBuffers(arena, layer, rows),
      },
    };
    const tiling = tilings.of(layer, 'forward', rows);
    const kernels = (result: Parameters<typeof forwardKernels>[2]): BoundKernel[] =>
      forwardKernels(layer, tiling, result).map(({ source, grid }) => ({
        source,
        buffers: bound.buffers,
        grid: grid(rows),
      }));
    const predict = kernels({ kind: 'predict' });
    const made = <T>(make: (drawn: boolean) => T) => {
      const known = new Map<boolean, T>();
      return (drawn: boolean): T => {
        const found = known.get(drawn) ?? make(drawn);
        known.set(drawn, found);
        return found;
      };
    };
    return {
      arena,
      bound,
      operands: predict.slice(0, -1),
      predict: predict.at(-1) as BoundKernel,
      forward: made((noise) => kernels({ kind: 'hidden', noise }).at(-1) as BoundKernel),
      backward: made((noise) => {
        const ticked = (kernel: BoundKernel): BoundKernel => ({
          ...kernel,
          buffers: { ...kernel.buffers, counter: this.#ticked },
        });
        return [
          outputDeltas(bound, { kind: 'gradient' }, {}, noise),
          ticked(backwardInputs(arena, tilings, bound, { dx: undefined }, noise)),
          ...backwardWeights(arena, tilings, bound, noise).map(ticked),
          stepKernel(bound, { kind: 'gradient' }, { gradient: this.#gradient }),
        ];
      }),
    };
  }
}
