/** The dispatches of a model: forward for prediction, and forward and backward for training. */

import type { Bindings, KernelSource } from '../../../shaders/bindings.ts';
import { columnSums } from '../../../shaders/kernels/column-sums.wgsl.ts';
import { type Tiling, threads, tileCols, tileRows } from '../../../shaders/kernels/contraction.ts';
import { Pass } from '../../../shaders/kernels/layer.ts';
import { layerBackwardInputs } from '../../../shaders/kernels/layer-backward-inputs.wgsl.ts';
import { layerBackwardWeights } from '../../../shaders/kernels/layer-backward-weights.wgsl.ts';
import { type ForwardResult, layerForward } from '../../../shaders/kernels/layer-forward.wgsl.ts';
import { layerStep, STEP_SIZE, type StepResult } from '../../../shaders/kernels/layer-step.wgsl.ts';
import { type Layer, parameterCounts } from '../../../shaders/kernels/parameters.ts';
import { LimitError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { chooseTiling } from './tiling.ts';

/** A kernel with its buffers and its grid: everything a pass needs to run it again and again. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: readonly [number, number, number];
}

/** Records `dispatches`, in order, into `pass`. */
export function record(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { pipeline, bindGroup, grid } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...grid);
  }
}

/** Compiles `source` and fixes its buffers and grid. Throws LimitError when the grid is larger than the adapter's. */
export async function dispatch<B extends Bindings>(
  gpu: Gpu,
  source: KernelSource<B>,
  buffers: { readonly [K in keyof B]: GPUBuffer },
  grid: readonly [number, number, number],
): Promise<Dispatch> {
  const limit = gpu.device.limits.maxComputeWorkgroupsPerDimension;
  const largest = Math.max(...grid);
  if (largest > limit) {
    throw new LimitError(
      'maxComputeWorkgroupsPerDimension',
      limit,
      largest,
      'use fewer rows at a time (batch)',
    );
  }
  const kernel = await gpu.kernel(source);
  return { pipeline: kernel.pipeline, bindGroup: kernel.bind(buffers), grid };
}

/** A layer on the GPU: its shape, its unit and its raw parameters. */
export interface GpuLayer extends Layer {
  readonly theta: GPUBuffer;
}

const forwardTiling = (gpu: Gpu, { unit, inputs, outputs }: Layer, rows: number): Tiling =>
  chooseTiling(gpu.adapter.software, {
    rows,
    cols: outputs,
    depth: inputs,
    leftFloats: unit.feature.length,
    rightFloats: unit.weight.length,
  });

const gridOf = (rows: number, cols: number, t: Tiling): [number, number, number] => [
  Math.ceil(cols / tileCols(t)),
  Math.ceil(rows / tileRows(t)),
  1,
];

/** Rows are cut by a power of two in the tiling, so that nearby sizes share compiled kernels. */
function forward(
  gpu: Gpu,
  layer: GpuLayer,
  rows: number,
  result: ForwardResult,
  buffers: Record<string, GPUBuffer>,
): Promise<Dispatch> {
  const tiling = forwardTiling(gpu, layer, rows);
  const source = layerForward(layer, tiling, result);
  return dispatch(gpu, source, { ...buffers, theta: layer.theta }, gridOf(rows, layer.outputs, tiling));
}

/** Buffers that are freed together. */
export class Arena {
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A zero-filled buffer of `floats` 32-bit values. */
  floats(label: string, floats: number): GPUBuffer {
    return this.add(this.#gpu.buffer(label, 4 * floats));
  }

  add(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }

  uniform(label: string, data: ArrayBuffer): GPUBuffer {
    return this.add(this.#gpu.upload(label, data, 'uniform'));
  }

  dispose(): void {
    for (const buffer of this.#buffers.splice(0)) this.#gpu.free(buffer);
  }
}

/** Prediction of up to `rows` rows: x → y, each layer one dispatch. */
export interface Prediction {
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly dispatches: readonly Dispatch[];
}

export async function preparePrediction(
  gpu: Gpu,
  arena: Arena,
  layers: readonly GpuLayer[],
  rows: number,
): Promise<Prediction> {
  const info = arena.uniform('pass', Pass.pack({ rows, rowsPerSplit: rows, parts: 1, lossScale: 1 }));
  const x = arena.floats('x', rows * (layers[0] as GpuLayer).inputs);
  let from = x;
  const dispatches: Dispatch[] = [];
  for (const layer of layers) {
    const y = arena.floats('y', rows * layer.outputs);
    dispatches.push(await forward(gpu, layer, rows, { kind: 'predict' }, { pass_info: info, x: from, y }));
    from = y;
  }
  return { x, y: from, dispatches };
}

export interface TrainingPassOptions {
  readonly rows: number;
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  /** Text of the loss fragment with prefix `loss`, and the factor of the loss and its gradient. */
  readonly loss: string;
  readonly lossScale: number;
  /** Whether the gradient of the inputs is wanted. */
  readonly inputGradient: boolean;
  readonly result: StepResult;
  /** For `result.kind` 'update': the optimiser's constants of the step. */
  readonly stepInfo?: GPUBuffer;
}

export interface TrainingPass {
  readonly forward: readonly Dispatch[];
  readonly backward: readonly Dispatch[];
  readonly steps: readonly Dispatch[];
  /** Partial losses of the forward pass, and how many. */
  readonly partials: GPUBuffer;
  readonly partialCount: number;
  /** Gradient of the inputs, if asked for. */
  readonly dx: GPUBuffer | undefined;
  /** One per layer: optimiser state (`update`) or gradient (`gradient`), in parameter order. */
  readonly results: readonly GPUBuffer[];
}

/** Lays out one training step of `layers` over `rows` rows. All buffers belong to `arena`. */
export async function prepareTraining(
  gpu: Gpu,
  arena: Arena,
  layers: readonly GpuLayer[],
  options: TrainingPassOptions,
): Promise<TrainingPass> {
  const { rows, lossScale } = options;
  const last = layers.length - 1;
  const weightTilings = layers.map((layer) => weightTiling(gpu, layer, rows));
  const infos = weightTilings.map(({ rowsPerSplit, parts }, index) =>
    arena.uniform(`pass ${index}`, Pass.pack({ rows, rowsPerSplit, parts, lossScale })),
  );
  const deltas = layers.map((layer, i) =>
    arena.floats(`deltas ${i}`, rows * layer.outputs * layer.unit.delta.length),
  );
  const accumulators = layers
    .slice(0, last)
    .map((layer, i) =>
      arena.floats(`accumulators ${i}`, rows * layer.outputs * layer.unit.accumulator.length),
    );
  const xs = [
    options.x,
    ...layers.slice(0, last).map((layer, i) => arena.floats(`y ${i}`, rows * layer.outputs)),
  ];
  const finalTiling = forwardTiling(gpu, layers[last] as GpuLayer, rows);
  const finalGrid = gridOf(rows, (layers[last] as GpuLayer).outputs, finalTiling);
  const partialCount = finalGrid[0] * finalGrid[1] * threads(finalTiling);
  const partials = arena.floats('partial losses', partialCount);

  const forwards: Dispatch[] = [];
  const backward: Dispatch[] = [];
  const steps: Dispatch[] = [];
  const results: GPUBuffer[] = [];
  let dx: GPUBuffer | undefined;

  for (const [index, layer] of layers.entries()) {
    const common = { pass_info: infos[index] as GPUBuffer, x: xs[index] as GPUBuffer };
    forwards.push(
      index === last
        ? await forward(
            gpu,
            layer,
            rows,
            { kind: 'loss', loss: options.loss },
            {
              ...common,
              targets: options.targets,
              deltas: deltas[index] as GPUBuffer,
              partials,
            },
          )
        : await forward(
            gpu,
            layer,
            rows,
            { kind: 'hidden' },
            {
              ...common,
              y: xs[index + 1] as GPUBuffer,
              accumulators: accumulators[index] as GPUBuffer,
            },
          ),
    );
  }
  for (let index = last; index >= 0; index--) {
    const layer = layers[index] as GpuLayer;
    const before = layers[index - 1];
    const counts = parameterCounts(layer);
    const common: Record<string, GPUBuffer> = {
      pass_info: infos[index] as GPUBuffer,
      theta: layer.theta,
      x: xs[index] as GPUBuffer,
      deltas: deltas[index] as GPUBuffer,
    };
    const inputGradients =
      counts.input > 0 ? arena.floats('input gradients', rows * counts.input) : undefined;
    if (before || options.inputGradient || inputGradients) {
      const tiling = chooseTiling(gpu.adapter.software, {
        rows,
        cols: layer.inputs,
        depth: layer.outputs,
        leftFloats: layer.unit.delta.length,
        rightFloats: layer.unit.weight.length,
      });
      if (!before) dx = arena.floats('dx', rows * layer.inputs);
      const target = before
        ? {
            theta_before: before.theta,
            accumulators_before: accumulators[index - 1] as GPUBuffer,
            deltas_before: deltas[index - 1] as GPUBuffer,
          }
        : { dx: dx as GPUBuffer };
      const extra = inputGradients ? { input_gradients: inputGradients } : {};
      backward.push(
        await dispatch(
          gpu,
          layerBackwardInputs(layer, tiling, before),
          { ...common, ...target, ...extra } as Record<string, GPUBuffer>,
          gridOf(rows, layer.inputs, tiling),
        ),
      );
    }
    const { tiling, splits, parts } = weightTilings[index] as WeightTiling;
    const weightGradients = arena.floats(
      'weight gradients',
      parts * layer.inputs * layer.outputs * layer.unit.weight.length,
    );
    const [across, down] = gridOf(layer.inputs, layer.outputs, tiling);
    backward.push(
      await dispatch(
        gpu,
        layerBackwardWeights(layer, tiling),
        { ...common, weight_gradients: weightGradients } as Record<string, GPUBuffer>,
        [across, down, splits],
      ),
    );
    let sums: GPUBuffer | undefined;
    const sumKernel = columnSums(layer);
    if (sumKernel) {
      const own = counts.input + counts.output;
      sums = arena.floats('sums', own);
      const buffers = {
        pass_info: common.pass_info as GPUBuffer,
        deltas: common.deltas as GPUBuffer,
        ...(inputGradients ? { input_gradients: inputGradients } : {}),
        sums,
      };
      backward.push(await dispatch(gpu, sumKernel, buffers, [own, 1, 1]));
    }
    const slots = options.result.kind === 'update' ? options.result.slots : 1;
    const result = arena.floats(
      options.result.kind === 'update' ? `optimiser state ${index}` : `gradient ${index}`,
      slots * counts.all,
    );
    results.unshift(result);
    const groups = Math.ceil((layer.inputs * layer.outputs + counts.input + counts.output) / STEP_SIZE);
    const width = Math.min(groups, 32768);
    steps.push(
      await dispatch(
        gpu,
        layerStep(layer, options.result),
        {
          pass_info: infos[index],
          theta: layer.theta,
          weight_gradients: weightGradients,
          ...(sums ? { sums } : {}),
          ...(options.result.kind === 'update'
            ? { moments: result, step_info: options.stepInfo }
            : { gradient: result }),
        } as Record<string, GPUBuffer>,
        [width, Math.ceil(groups / width), 1],
      ),
    );
  }
  return { forward: forwards, backward, steps, partials, partialCount, dx, results };
}

interface WeightTiling {
  readonly tiling: Tiling;
  readonly rowsPerSplit: number;
  readonly splits: number;
  readonly parts: number;
}

/** Parts aimed at in the weight gradient of a small layer, where the weights alone keep too few threads busy. */
const WEIGHT_PARTS = 64;

function weightTiling(gpu: Gpu, { unit, inputs, outputs }: Layer, rows: number): WeightTiling {
  const tiling = chooseTiling(gpu.adapter.software, {
    rows: inputs,
    cols: outputs,
    depth: rows,
    leftFloats: unit.feature.length,
    rightFloats: unit.delta.length,
    sliced: true,
  });
  const tiles = Math.ceil(inputs / tileRows(tiling)) * Math.ceil(outputs / tileCols(tiling));
  const piece = Math.max(tiling.staged, tiling.slices);
  const pieces = Math.ceil(rows / piece);
  const splits = Math.max(1, Math.min(pieces, Math.floor(WEIGHT_PARTS / (tiles * tiling.slices))));
  const rowsPerSplit = Math.ceil(pieces / splits) * piece;
  const used = Math.ceil(rows / rowsPerSplit);
  return { tiling, rowsPerSplit, splits: used, parts: used * tiling.slices };
}
