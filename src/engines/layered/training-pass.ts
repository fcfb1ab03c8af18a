/** The dispatches of one training step, or of one gradient: forward with the loss, backward, and the step of each layer. */

import { columnSums } from '../../../shaders/kernels/column-sums.wgsl.ts';
import { threads } from '../../../shaders/kernels/contraction.ts';
import { layerBackwardInputs } from '../../../shaders/kernels/layer-backward-inputs.wgsl.ts';
import { layerBackwardWeights } from '../../../shaders/kernels/layer-backward-weights.wgsl.ts';
import { deltasGroups, deltasPartials, layerDeltas } from '../../../shaders/kernels/layer-deltas.wgsl.ts';
import { GROUP_SIZE, layerGroups } from '../../../shaders/kernels/layer-groups.wgsl.ts';
import { layerStep, STEP_SIZE, stepThreads } from '../../../shaders/kernels/layer-step.wgsl.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { FLOAT32_MAX } from '../../model/data.ts';
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

  const end = dy && {
    y: x,
    ...openEnd(arena, places.at(-1) as LayerPlace, { loss, dy, targets: options.targets, partials }),
  };
  const dx = inputGradient ? arena.values('dx', floatsOf(layers[0] as GpuLayer, rows).dx) : undefined;
  const backward: Promise<Dispatch>[] = [];
  const steps: Promise<Dispatch>[] = [];
  const results: GPUBuffer[] = [];
  for (const place of places.toReversed()) {
    const before = places[place.layer.index - 1];
    backward.push(...prepareBackwardInputs(arena, tilings, place, before, dx, noise));
    backward.push(...prepareBackwardWeights(arena, tilings, place, noise));
    const { dispatch, result } = prepareStep(arena, place, update);
    steps.push(dispatch);
    results.unshift(result);
  }
  return { forward, backward, steps, partials, partialCount, end, dx, results };
}

/** A layer with its buffers, by the names the kernels bind them under. */
interface LayerPlace {
  readonly layer: GpuLayer;
  readonly rows: number;
  /** Splits of the rows in the weight gradient, and the sums that come of them. */
  readonly splits: number;
  readonly parts: number;
  readonly buffers: Record<string, GPUBuffer | undefined>;
  accumulators?: GPUBuffer;
}

function openEnd(
  arena: Arena,
  { layer, rows, buffers, accumulators }: LayerPlace,
  { loss, ...ends }: { loss: string; dy: GPUBuffer; targets: GPUBuffer; partials: GPUBuffer },
): Omit<OpenEnd, 'y'> {
  const bound = { ...buffers, ...ends, accumulators };
  const grid = [deltasGroups(rows, layer.outputs), 1, 1] as const;
  return {
    fromLoss: prepareDispatch(arena, layerDeltas(layer, { kind: 'loss', loss }), bound, grid),
    fromGradient: prepareDispatch(arena, layerDeltas(layer, { kind: 'gradient' }), bound, grid),
  };
}

function prepareBackwardInputs(
  arena: Arena,
  tilings: Tilings,
  { layer, rows, buffers }: LayerPlace,
  before: LayerPlace | undefined,
  dx: GPUBuffer | undefined,
  noise: boolean,
): Promise<Dispatch>[] {
  if (!reachesInputs(layer, dx !== undefined)) return [];
  const floats = floatsOf(layer, rows);
  if (floats.input_gradients > 0)
    buffers.input_gradients = arena.values('input gradients', floats.input_gradients);
  const tiling = tilings.of(layer, 'inputs', rows);
  const written = before
    ? {
        theta_before: before.layer.theta,
        accumulators_before: before.accumulators,
        deltas_before: before.buffers.deltas,
      }
    : { dx: dx ?? arena.values('dx', floats.dx) };
  const source = layerBackwardInputs(layer, tiling, before?.layer, noise);
  return [prepareDispatch(arena, source, { ...buffers, ...written }, gridOf(rows, layer.inputs, tiling))];
}

/** Towards the weights, and the sums that the other parameters and the groups need. */
function prepareBackwardWeights(
  arena: Arena,
  tilings: Tilings,
  { layer, rows, splits, parts, buffers }: LayerPlace,
  noise: boolean,
): Promise<Dispatch>[] {
  const { unit, inputs, outputs } = layer;
  const tiling = tilings.of(layer, 'weights', rows);
  const counts = parameterCounts(layer);
  buffers.weight_gradients = arena.values('weight gradients', parts * inputs * outputs * unit.weight.length);
  const [across, down] = gridOf(inputs, outputs, tiling);
  const dispatches = [
    prepareDispatch(arena, layerBackwardWeights(layer, tiling, noise), buffers, [across, down, splits]),
  ];
  const groups = layerGroups(layer, 'back');
  if (groups) {
    buffers.group_gradients = arena.values('group gradients', inputs * (unit.group?.length ?? 0));
    dispatches.push(prepareDispatch(arena, groups, buffers, [Math.ceil(inputs / GROUP_SIZE), 1, 1]));
  }
  const sums = columnSums(layer);
  if (sums) {
    const count = counts.input + counts.output;
    buffers.sums = arena.values('sums', count);
    dispatches.push(prepareDispatch(arena, sums, buffers, [count, 1, 1]));
  }
  return dispatches;
}

/** A grid dimension that is surely allowed. */
const GRID_WIDTH = 32768;

function prepareStep(arena: Arena, { layer, buffers }: LayerPlace, update?: StepUpdate) {
  const { all } = parameterCounts(layer);
  const result = update
    ? arena.values(`optimiser state ${layer.index}`, update.slots * all)
    : arena.values(`gradient ${layer.index}`, all);
  const kind = update
    ? ({
        kind: 'update',
        optimizer: update.optimizer,
        slots: update.slots,
        strengthIndex: layer.index,
        mean: update.means[layer.index] === true,
      } as const)
    : ({ kind: 'gradient' } as const);
  const groups = Math.ceil(stepThreads(layer) / STEP_SIZE);
  const width = Math.min(groups, GRID_WIDTH);
  const dispatch = prepareDispatch(
    arena,
    layerStep(layer, kind),
    {
      ...buffers,
      moments: result,
      gradient: result,
      step_info: update?.stepInfo,
      strengths: update?.strengths,
    },
    [width, Math.ceil(groups / width), 1],
  );
  return { dispatch, result };
}
