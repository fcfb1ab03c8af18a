/** The dispatches of one training step, or of one gradient: forward with the loss, backward, and the step of each layer. */

import { columnSums } from '../../../shaders/kernels/column-sums.wgsl.ts';
import {
  type AnyTiling,
  isPackedTiling,
  slicesOf,
  threads,
  tileCols,
  tileRows,
} from '../../../shaders/kernels/contraction.ts';
import { Pass, type PlacedLayer } from '../../../shaders/kernels/layer.ts';
import { layerBackwardInputs } from '../../../shaders/kernels/layer-backward-inputs.wgsl.ts';
import { layerBackwardWeights } from '../../../shaders/kernels/layer-backward-weights.wgsl.ts';
import { GROUP_SIZE, layerGroups } from '../../../shaders/kernels/layer-groups.wgsl.ts';
import { layerStep, STEP_SIZE, stepThreads } from '../../../shaders/kernels/layer-step.wgsl.ts';
import { packedFloats, padded } from '../../../shaders/kernels/packed.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import { type Dispatch, prepareDispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { FLOAT32_MAX } from '../../model/data.ts';
import { forwardTiling, type GpuLayer, gridOf, packedBuffers, prepareForward } from './layers.ts';
import { tilingFor, weightGroups } from './tiling.ts';

export interface TrainingPassOptions {
  readonly rows: number;
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  /** Text of the loss fragment with prefix `loss`, and the factor of the loss and its gradient. */
  readonly loss: string;
  readonly lossScale: number;
  /** Whether the gradient of the inputs is wanted. */
  readonly inputGradient: boolean;
  /** Updates the parameters, or writes their gradient. */
  readonly update?: StepUpdate;
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

export interface TrainingPass {
  readonly forward: readonly Promise<Dispatch>[];
  readonly backward: readonly Promise<Dispatch>[];
  readonly steps: readonly Promise<Dispatch>[];
  /** Partial losses of the forward pass, and how many. */
  readonly partials: GPUBuffer;
  readonly partialCount: number;
  /** Gradient of the inputs, if asked for. */
  readonly dx: GPUBuffer | undefined;
  /** One per layer: optimiser state, or gradient, in parameter order. */
  readonly results: readonly GPUBuffer[];
}

/** Lays out one training step of `layers` over `rows` rows. All buffers belong to `arena`. */
export function prepareTraining(
  gpu: Gpu,
  arena: Arena,
  layers: readonly GpuLayer[],
  options: TrainingPassOptions,
): TrainingPass {
  const { rows, lossScale, update } = options;
  const noise = update !== undefined;
  const last = layers.length - 1;
  const perOutput = (label: string, index: number, fields: number) =>
    arena.values(`${label} ${index}`, rows * (layers[index] as GpuLayer).outputs * fields);
  const final = forwardTiling(gpu, layers[last] as GpuLayer, rows);
  const [across, down] = gridOf(rows, (layers[last] as GpuLayer).outputs, final);
  const partialCount = across * down * threads(final);
  const partials = arena.values('partial losses', partialCount);

  // What each layer reads and writes; filled from the first layer on, as inputs are the outputs of the layer before.
  const places: LayerPlace[] = [];
  const forward: Promise<Dispatch>[] = [];
  let x = options.x;
  for (const [index, layer] of layers.entries()) {
    const weights = weightTiling(gpu, layer, rows);
    const { rowsPerSplit, parts } = weights;
    const seed = update?.seed ?? 0;
    const info = Pass.pack({
      rows,
      rowsPerSplit,
      stride: padded(rows),
      parts,
      lossScale,
      clip: update?.clip ?? FLOAT32_MAX,
      seed,
    });
    const place: LayerPlace = {
      layer,
      weights,
      buffers: {
        pass_info: arena.uniform(`pass ${index}`, info),
        theta: layer.theta,
        x,
        deltas: layer.packed
          ? arena.values(`deltas ${index}`, packedFloats(layer.unit.delta, layer.outputs, rows))
          : perOutput('deltas', index, layer.unit.delta.length),
        ...packedBuffers(arena, layer, rows),
        counter: update?.counter,
      },
    };
    if (index < last) {
      place.accumulators = perOutput('accumulators', index, layer.unit.accumulator.length);
      x = perOutput('y', index, 1);
    }
    places.push(place);
    const result =
      index < last
        ? ({ kind: 'hidden', noise } as const)
        : ({ kind: 'loss', loss: options.loss, noise } as const);
    const written =
      index < last ? { y: x, accumulators: place.accumulators } : { targets: options.targets, partials };
    forward.push(...prepareForward(gpu, layer, rows, result, { ...place.buffers, ...written }));
  }

  const dx = options.inputGradient ? arena.values('dx', rows * (layers[0] as GpuLayer).inputs) : undefined;
  const backward: Promise<Dispatch>[] = [];
  const steps: Promise<Dispatch>[] = [];
  const results: GPUBuffer[] = [];
  for (const place of places.toReversed()) {
    const before = places[place.layer.index - 1];
    backward.push(...prepareBackwardInputs(gpu, arena, place, before, dx, rows, noise));
    backward.push(...prepareBackwardWeights(gpu, arena, place));
    const { dispatch, result } = prepareStep(gpu, arena, place, update);
    steps.push(dispatch);
    results.unshift(result);
  }
  return { forward, backward, steps, partials, partialCount, dx, results };
}

/** A layer with its buffers, by the names the kernels bind them under. */
interface LayerPlace {
  readonly layer: GpuLayer;
  readonly weights: WeightTiling;
  readonly buffers: Record<string, GPUBuffer | undefined>;
  accumulators?: GPUBuffer;
}

/** Towards the inputs: where a layer lies before, where dx is wanted, or where inputs have parameters. */
function prepareBackwardInputs(
  gpu: Gpu,
  arena: Arena,
  { layer, buffers }: LayerPlace,
  before: LayerPlace | undefined,
  dx: GPUBuffer | undefined,
  rows: number,
  noise: boolean,
): Promise<Dispatch>[] {
  const { input } = parameterCounts(layer);
  if (!before && !dx && input === 0) return [];
  if (input > 0) buffers.input_gradients = arena.values('input gradients', rows * input);
  const tiling = tilingFor(gpu, layer, {
    rows,
    cols: layer.inputs,
    depth: layer.outputs,
    left: { floats: layer.unit.delta.length, along: 'depth' },
    right: { floats: layer.unit.weight.length, along: 'extent' },
    sumFloats: layer.unit.feature.length,
  });
  const written = before
    ? {
        theta_before: before.layer.theta,
        accumulators_before: before.accumulators,
        deltas_before: before.buffers.deltas,
      }
    : { dx: dx ?? arena.values('dx', rows * layer.inputs) };
  const source = layerBackwardInputs(layer, tiling, before?.layer, noise);
  return [prepareDispatch(gpu, source, { ...buffers, ...written }, gridOf(rows, layer.inputs, tiling))];
}

/** Towards the weights, and the sums that the other parameters and the groups need. */
function prepareBackwardWeights(
  gpu: Gpu,
  arena: Arena,
  { layer, weights, buffers }: LayerPlace,
): Promise<Dispatch>[] {
  const { unit, inputs, outputs } = layer;
  const { tiling, splits, parts } = weights;
  const counts = parameterCounts(layer);
  buffers.weight_gradients = arena.values('weight gradients', parts * inputs * outputs * unit.weight.length);
  const [across, down] = gridOf(inputs, outputs, tiling);
  const dispatches = [
    prepareDispatch(gpu, layerBackwardWeights(layer, tiling), buffers, [across, down, splits]),
  ];
  const groups = layerGroups(layer, 'back');
  if (groups) {
    buffers.group_gradients = arena.values('group gradients', inputs * (unit.group?.length ?? 0));
    dispatches.push(prepareDispatch(gpu, groups, buffers, [Math.ceil(inputs / GROUP_SIZE), 1, 1]));
  }
  const sums = columnSums(layer);
  if (sums) {
    const count = counts.input + counts.output;
    buffers.sums = arena.values('sums', count);
    dispatches.push(prepareDispatch(gpu, sums, buffers, [count, 1, 1]));
  }
  return dispatches;
}

/** A grid dimension that is surely allowed. */
const GRID_WIDTH = 32768;

function prepareStep(gpu: Gpu, arena: Arena, { layer, buffers }: LayerPlace, update?: StepUpdate) {
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
    gpu,
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

interface WeightTiling {
  readonly tiling: AnyTiling;
  readonly rowsPerSplit: number;
  readonly splits: number;
  readonly parts: number;
}

function weightTiling(gpu: Gpu, layer: PlacedLayer, rows: number): WeightTiling {
  const { unit, inputs, outputs } = layer;
  const tiling = tilingFor(gpu, layer, {
    rows: inputs,
    cols: outputs,
    depth: rows,
    left: { floats: unit.feature.length, along: 'extent' },
    right: { floats: unit.delta.length, along: 'extent' },
    sumFloats: unit.weight.length,
    sliced: true,
  });
  const slices = slicesOf(tiling);
  const tiles = Math.ceil(inputs / tileRows(tiling)) * Math.ceil(outputs / tileCols(tiling));
  const piece = isPackedTiling(tiling) ? 4 * tiling.quartets : Math.max(tiling.staged, slices);
  const pieces = Math.ceil(rows / piece);
  const splits = Math.max(1, Math.min(pieces, Math.floor(weightGroups(gpu, layer) / (tiles * slices))));
  const rowsPerSplit = Math.ceil(pieces / splits) * piece;
  const used = Math.ceil(rows / rowsPerSplit);
  return { tiling, rowsPerSplit, splits: used, parts: used * slices };
}
