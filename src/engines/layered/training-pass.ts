/** The dispatches of one training step, or of one gradient: forward with the loss, backward, and the step of each layer. */

import { threads } from '../../../shaders/kernels/contraction.ts';
import { deltasPartials } from '../../../shaders/kernels/layer-deltas.wgsl.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import { type LossPart, type LossShader, lossScale } from '../../../shaders/loss.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { FLOAT32_MAX } from '../../model/data.ts';
import {
  type BoundKernel,
  type BoundLayer,
  backwardInputs,
  backwardWeights,
  outputDeltas,
} from './backward-pass.ts';
import { reachesInputs, resultOf, type TrainingKernels } from './layer-contractions.ts';
import { floatsOf, type GpuLayer, gridOf, packedBuffers, passInfo, prepareForward } from './layers.ts';
import { clippedStep, normClipping, type StepUpdate, stepOf } from './parameter-steps.ts';
import type { Tilings } from './tiles.ts';
import { splitsOf } from './tiling.ts';

export interface TrainingPassOptions {
  readonly tilings: Tilings;
  readonly rows: number;
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  /** Where the gradient of the outputs comes from outside, if the forward pass is to end with the outputs. */
  readonly dy?: GPUBuffer;
  readonly loss: LossShader;
  /** A factor of each row's loss. */
  readonly sampleWeights?: GPUBuffer | undefined;
  /** Whether the gradient of the inputs is wanted. */
  readonly inputGradient: boolean;
  /** Updates the parameters, or writes their gradient. */
  readonly update?: StepUpdate;
  /** Ends the calibration of tiles early, if there is one. */
  readonly signal?: AbortSignal | undefined;
}

/** Where a forward pass that ended with the outputs goes back from. */
export interface OpenEnd {
  /** Outputs of the forward pass. */
  readonly y: GPUBuffer;
  /** The deltas of the last layer, from the targets, or from the gradient of the outputs if there is a buffer for it. */
  readonly fromLoss: Promise<Dispatch>;
  readonly fromGradient: Promise<Dispatch> | undefined;
}

export interface TrainingPass {
  readonly forward: readonly Promise<Dispatch>[];
  readonly backward: readonly Promise<Dispatch>[];
  readonly steps: readonly Promise<Dispatch>[];
  /** Partial losses of the forward pass, and how many. */
  readonly partials: GPUBuffer;
  readonly partialCount: number;
  /** If there was a buffer for the gradient of the outputs, or the loss is one of whole rows. */
  readonly end: OpenEnd | undefined;
  /** Gradient of the inputs, if asked for. */
  readonly dx: GPUBuffer | undefined;
  /** One per layer: optimiser state, or gradient, in parameter order; of a layer that is not trained, nothing. */
  readonly results: readonly GPUBuffer[];
}

/** Lays out one training step of `layers` over `rows` rows, in calibrated tiles if they are. All buffers belong to `arena`. */
export async function prepareTraining(
  arena: Arena,
  layers: readonly GpuLayer[],
  options: TrainingPassOptions,
): Promise<TrainingPass> {
  const { tilings, rows, inputGradient, update, signal, dy, sampleWeights } = options;
  const noise = update !== undefined;
  const loss: LossPart = {
    text: options.loss.code('loss'),
    perRow: options.loss.perRow === true,
    weighted: sampleWeights !== undefined,
  };
  const open = dy !== undefined || loss.perRow;
  const trainable = update?.trainable ?? layers.map(() => true);
  const training: TrainingKernels = { loss, noise, inputGradient, open, trainable };
  await arena.guard(tilings.prepare({ rows, training, signal }));
  const last = layers.at(-1) as GpuLayer;
  const final = tilings.of(last, 'forward', rows);
  const [across, down] = gridOf(rows, last.outputs, final);
  const partialCount = open ? deltasPartials(loss, rows, last.outputs) : across * down * threads(final);
  const partials = arena.values('partial losses', partialCount);

  // What each layer reads and writes; filled from the first layer on, as inputs are the outputs of the layer before.
  const boundLayers: BoundLayer[] = [];
  const forward: Promise<Dispatch>[] = [];
  let x = options.x;
  for (const layer of layers) {
    const { index } = layer;
    const floats = floatsOf(layer, rows);
    const { splits, ...split } = splitsOf(arena.gpu, layer, rows, tilings.of(layer, 'weights', rows));
    const info = passInfo(rows, {
      ...split,
      lossScale: lossScale(options.loss, rows, last.outputs),
      clip: update?.clip ?? FLOAT32_MAX,
      seed: update?.seed ?? 0,
      l1: update?.l1[index] ?? 0,
    });
    const bound: BoundLayer = {
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
    const written: Record<string, GPUBuffer | undefined> = {
      targets: options.targets,
      partials,
      sample_weights: sampleWeights,
    };
    if (open || layer !== last) {
      written.accumulators = arena.values(`accumulators ${index}`, floats.accumulators);
      bound.accumulators = written.accumulators;
      x = arena.values(`y ${index}`, floats.y);
      written.y = x;
    }
    boundLayers.push(bound);
    const tiling = tilings.of(layer, 'forward', rows);
    const result = resultOf(layer, layers.length, training);
    forward.push(...prepareForward(arena, layer, rows, tiling, result, { ...bound.buffers, ...written }));
  }

  const prepare = ({ source, buffers, grid }: BoundKernel) => prepareDispatch(arena, source, buffers, grid);
  const ends = { dy, targets: options.targets, partials, sample_weights: sampleWeights };
  const end = open ? openEnd(boundLayers.at(-1) as BoundLayer, x, loss, ends, prepare) : undefined;
  const dx = inputGradient ? arena.values('dx', floatsOf(layers[0] as GpuLayer, rows).dx) : undefined;
  const backward: Promise<Dispatch>[] = [];
  const steps: Promise<Dispatch>[] = [];
  const results: GPUBuffer[] = [];
  const clipped = update?.clipNorm === undefined ? undefined : normClipping(arena, layers, update.clipNorm);
  const applying: BoundKernel[] = [];
  for (const bound of boundLayers.toReversed()) {
    const before = boundLayers[bound.layer.index - 1];
    if (reachesInputs(bound.layer, training)) {
      const to = before ? { before } : { dx: dx ?? arena.values('dx', floatsOf(bound.layer, rows).dx) };
      backward.push(prepare(backwardInputs(arena, tilings, bound, to, noise)));
    }
    const { index } = bound.layer;
    const trained = trainable[index] === true;
    const all = trained ? parameterCounts(bound.layer).all : 0;
    const result = update
      ? arena.values(`optimiser state ${index}`, update.slots * all)
      : arena.values(`gradient ${index}`, all);
    results.unshift(result);
    if (!trained) continue;
    backward.push(...backwardWeights(arena, tilings, bound, noise).map(prepare));
    if (!(update && clipped)) {
      steps.push(prepare(stepOf(bound, result, update)));
      continue;
    }
    const [whole, apply] = clippedStep(bound, result, update, clipped);
    steps.push(prepare(whole));
    applying.push(apply);
  }
  if (clipped) steps.push(...[clipped.norm, ...applying].map(prepare));
  return { forward, backward, steps, partials, partialCount, end, dx, results };
}

function openEnd(
  bound: BoundLayer,
  y: GPUBuffer,
  loss: LossPart,
  { dy, ...ends }: Readonly<Record<string, GPUBuffer | undefined>>,
  prepare: (kernel: BoundKernel) => Promise<Dispatch>,
): OpenEnd {
  const buffers = { ...ends, y, accumulators: bound.accumulators };
  return {
    y,
    fromLoss: prepare(outputDeltas(bound, { kind: 'loss', loss }, buffers, true)),
    fromGradient: dy && prepare(outputDeltas(bound, { kind: 'gradient' }, { ...buffers, dy }, true)),
  };
}
