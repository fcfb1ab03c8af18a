/** The dispatches of one training step, or of one gradient: forward with the loss, backward, and the step of each layer. */

import { threads } from '../../../shaders/kernels/contraction.ts';
import { deltasPartials } from '../../../shaders/kernels/layer-deltas.wgsl.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { FLOAT32_MAX } from '../../model/data.ts';
import {
  type BoundKernel,
  backwardInputs,
  backwardWeights,
  type LayerPlace,
  outputDeltas,
  stepKernel,
} from './backward-pass.ts';
import { reachesInputs, resultOf } from './layer-contractions.ts';
import { floatsOf, type GpuLayer, gridOf, packedBuffers, passInfo, prepareForward } from './layers.ts';
import type { Tilings } from './tiles.ts';
import { splitsOf } from './tiling.ts';

export interface TrainingPassOptions {
  readonly tilings: Tilings;
  readonly rows: number;
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  /** Where the gradient of the outputs comes from outside, if the forward pass is to end with the outputs. */
  readonly dy?: GPUBuffer;
  /** Text of the loss fragment with prefix `loss`, and the factor of the loss and its gradient. */
  readonly loss: string;
  readonly lossScale: number;
  /** Whether the gradient of the inputs is wanted. */
  readonly inputGradient: boolean;
  /** Updates the parameters, or writes their gradient. */
  readonly update?: StepUpdate;
  /** Ends the calibration of tiles early, if there is one. */
  readonly signal?: AbortSignal | undefined;
}

export interface StepUpdate {
  /** Text of the optimiser fragment with prefix `opt`, and its state floats per parameter. */
  readonly optimizer: string;
  readonly slots: number;
  /** Buffers the tick writes: the optimiser's constants of the step, and the strength of each layer's regulariser. */
  readonly stepInfo: GPUBuffer;
  readonly strengths: GPUBuffer;
  /** Whether each layer's regulariser is a mean; else it is a sum. */
  readonly means: readonly boolean[];
  /** Bound of the gradient's elements. */
  readonly clip: number;
  /** What units with noise draw from: the counter of steps and a seed. */
  readonly counter: GPUBuffer;
  readonly seed: number;
}

/** Where a forward pass that ended with the outputs goes back from. */
export interface OpenEnd {
  /** Outputs of the forward pass. */
  readonly y: GPUBuffer;
  /** The deltas of the last layer, from the targets or from the gradient of the outputs. */
  readonly fromLoss: Promise<Dispatch>;
  readonly fromGradient: Promise<Dispatch>;
}

export interface TrainingPass {
  readonly forward: readonly Promise<Dispatch>[];
  readonly backward: readonly Promise<Dispatch>[];
  readonly steps: readonly Promise<Dispatch>[];
  /** Partial losses of the forward pass, and how many. */
  readonly partials: GPUBuffer;
  readonly partialCount: number;
  /** If there was a place for the gradient of the outputs. */
  readonly end: OpenEnd | undefined;
  /** Gradient of the inputs, if asked for. */
  readonly dx: GPUBuffer | undefined;
  /** One per layer: optimiser state, or gradient, in parameter order. */
  readonly results: readonly GPUBuffer[];
}

/** Lays out one training step of `layers` over `rows` rows, in calibrated tiles if they are. All buffers belong to `arena`. */
export async function prepareTraining(
  arena: Arena,
  layers: readonly GpuLayer[],
  options: TrainingPassOptions,
): Promise<TrainingPass> {
  const { tilings, rows, loss, lossScale, inputGradient, update, signal, dy } = options;
  const noise = update !== undefined;
  const training = { loss, noise, inputGradient, open: dy !== undefined };
  await arena.guard(tilings.prepare({ rows, training, signal }));
  const last = layers.at(-1) as GpuLayer;
  const final = tilings.of(last, 'forward', rows);
  const [across, down] = gridOf(rows, last.outputs, final);
  const partialCount = dy ? deltasPartials(rows, last.outputs) : across * down * threads(final);
  const partials = arena.values('partial losses', partialCount);

  // What each layer reads and writes; filled from the first layer on, as inputs are the outputs of the layer before.
  const places: LayerPlace[] = [];
  const forward: Promise<Dispatch>[] = [];
  let x = options.x;
  for (const layer of layers) {
    const { index } = layer;
    const floats = floatsOf(layer, rows);
    const { splits, ...split } = splitsOf(arena.gpu, layer, rows, tilings.of(layer, 'weights', rows));
    const info = passInfo(rows, {
      ...split,
      lossScale,
      clip: update?.clip ?? FLOAT32_MAX,
      seed: update?.seed ?? 0,
    });
    const place: LayerPlace = {
      layer,
      rows,
      splits,
      parts: split.parts,
      buffers: {
        pass_info: arena.uniform(`pass ${index}`, info),
        theta: layer.theta,
        x,
        deltas: arena.values(`deltas ${index}`, floats.deltas),
        ...packedBuffers(arena, layer, rows),
        counter: update?.counter,
      },
    };
    const written: Record<string, GPUBuffer> = { targets: options.targets, partials };
    if (dy || layer !== last) {
      written.accumulators = arena.values(`accumulators ${index}`, floats.accumulators);
      place.accumulators = written.accumulators;
      written.y = arena.values(`y ${index}`, floats.y);
      x = written.y;
    }
    places.push(place);
    const tiling = tilings.of(layer, 'forward', rows);
    const result = resultOf(layer, layers.length, training);
    forward.push(...prepareForward(arena, layer, rows, tiling, result, { ...place.buffers, ...written }));
  }

  const prepare = ({ source, buffers, grid }: BoundKernel) => prepareDispatch(arena, source, buffers, grid);
  const end =
    dy && openEnd(places.at(-1) as LayerPlace, x, { loss, dy, targets: options.targets, partials }, prepare);
  const dx = inputGradient ? arena.values('dx', floatsOf(layers[0] as GpuLayer, rows).dx) : undefined;
  const backward: Promise<Dispatch>[] = [];
  const steps: Promise<Dispatch>[] = [];
  const results: GPUBuffer[] = [];
  for (const place of places.toReversed()) {
    const before = places[place.layer.index - 1];
    if (reachesInputs(place.layer, dx !== undefined)) {
      const to = before ? { before } : { dx: dx ?? arena.values('dx', floatsOf(place.layer, rows).dx) };
      backward.push(prepare(backwardInputs(arena, tilings, place, to, noise)));
    }
    backward.push(...backwardWeights(arena, tilings, place, noise).map(prepare));
    const { all } = parameterCounts(place.layer);
    const result = update
      ? arena.values(`optimiser state ${place.layer.index}`, update.slots * all)
      : arena.values(`gradient ${place.layer.index}`, all);
    steps.push(prepare(stepOf(place, result, update)));
    results.unshift(result);
  }
  return { forward, backward, steps, partials, partialCount, end, dx, results };
}

function openEnd(
  place: LayerPlace,
  y: GPUBuffer,
  { loss, ...ends }: { loss: string; dy: GPUBuffer; targets: GPUBuffer; partials: GPUBuffer },
  prepare: (kernel: BoundKernel) => Promise<Dispatch>,
): OpenEnd {
  const bound = { ...ends, accumulators: place.accumulators };
  return {
    y,
    fromLoss: prepare(outputDeltas(place, { kind: 'loss', loss }, bound, true)),
    fromGradient: prepare(outputDeltas(place, { kind: 'gradient' }, bound, true)),
  };
}

/** The update of a layer's parameters, with its optimiser's state in `result`; or their gradient, which goes there. */
function stepOf(place: LayerPlace, result: GPUBuffer, update: StepUpdate | undefined): BoundKernel {
  if (!update) return stepKernel(place, { kind: 'gradient' }, { gradient: result });
  const { optimizer, slots, means, stepInfo, strengths } = update;
  const { index } = place.layer;
  return stepKernel(
    place,
    { kind: 'update', optimizer, slots, strengthIndex: index, mean: means[index] === true },
    { moments: result, step_info: stepInfo, strengths },
  );
}
