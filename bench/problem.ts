/** Data and start parameters of a workload: the same numbers for every contender. */

import { createModel, experiments, type Gpu, type ModelDescription } from '../src/index.ts';
import type { RowsName, Workload } from './workloads.ts';

export interface Table {
  /** Row-major, `[rows, inputs]` and `[rows, outputs]`. */
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Ŵ, M̂ and G of all models, `[models, inputs, outputs]` row-major. */
export type Parameters = Readonly<Record<'W_hat' | 'M_hat' | 'G', Float32Array<ArrayBuffer>>>;

export interface Problem {
  readonly workload: Workload;
  readonly table: Table;
  /** Seeds 0, 1, 2, … of the library; asked for by those that do not draw them themselves. */
  parameters(): Promise<Parameters>;
}

/** ε of log(|x| + ε), and of Adam, which adds it to √v̂. */
export const LOG_EPSILON = 1e-7;
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** The architecture of a workload. */
export function description({ inputs, outputs }: Workload): Omit<ModelDescription, 'seed'> {
  return { inputs, layers: [{ unit: 'NALU', outputs, initialization: 'article' }] };
}

export function createProblem(gpu: Gpu, workload: Workload): Problem {
  let parameters: Promise<Parameters> | undefined;
  return {
    workload,
    table: drawTable(workload, workload.batch),
    parameters: () => {
      parameters ??= startParameters(gpu, workload);
      return parameters;
    },
  };
}

/** `rows` rows of a workload's kind, always the same ones. */
export function drawTable({ rows: name, inputs, outputs }: Workload, rows: number): Table {
  const x = new Float32Array(rows * inputs);
  const y = new Float32Array(rows * outputs);
  const random = generator(1);
  const { input, target } = makers[name];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inputs; i++) x[row * inputs + i] = input(row, i, random);
    const at = x.subarray(row * inputs, (row + 1) * inputs);
    for (let o = 0; o < outputs; o++) y[row * outputs + o] = target(at, row, o);
  }
  return { x, y };
}

interface Maker {
  input(row: number, index: number, random: () => number): number;
  target(x: Float32Array, row: number, output: number): number;
}

const { train } = experiments.multiplication;
const get = (values: ArrayLike<number> | undefined, index: number) => values?.[index] as number;

const makers: Record<RowsName, Maker> = {
  /** The article's multiplication: (0, 5), (5, 10), … */
  article: {
    input: (row, index) => get(train.x[row], index),
    target: (_, row) => get(train.y[row], 0),
  },
  /** The product of two inputs from U[1, 2]. */
  product: {
    input: (_row, _index, random) => 1 + random(),
    target: (x) => get(x, 0) * get(x, 1),
  },
  /** Inputs from U[1, 2]; each target is the product of two neighbours. */
  neighbours: {
    input: (_row, _index, random) => 1 + random(),
    target: (x, _, output) => get(x, output % x.length) * get(x, (output + 1) % x.length),
  },
};

/** Uniform numbers in [0, 1): Tommy Ettinger's mulberry32. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function startParameters(gpu: Gpu, workload: Workload): Promise<Parameters> {
  const each = workload.inputs * workload.outputs;
  const values = () => new Float32Array(workload.models * each);
  const parameters = { W_hat: values(), M_hat: values(), G: values() };
  for (let seed = 0; seed < workload.models; seed++) {
    const model = createModel(gpu, { ...description(workload), seed });
    const [layer] = await model.weights();
    for (const [name, all] of Object.entries(parameters)) {
      all.set(layer?.parameters[name]?.data as Float32Array, seed * each);
    }
    model.dispose();
  }
  return parameters;
}
