/** Rows of a workload: always the same ones, drawn without any library. */

import type { RowsName, Workload } from './workloads.ts';

export interface Table {
  /** Row-major, `[rows, inputs]` and `[rows, outputs]`. */
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer>;
}

/** `rows` rows of a workload's kind. */
export function drawTable(workload: Pick<Workload, 'rows' | 'inputs' | 'outputs'>, rows: number): Table {
  const { rows: name, inputs, outputs } = workload;
  const x = new Float32Array(rows * inputs);
  const y = new Float32Array(rows * outputs);
  const random = generator(1);
  const { input, target } = makers[name];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inputs; i++) x[row * inputs + i] = input(row, i, random);
    const at = x.subarray(row * inputs, (row + 1) * inputs);
    for (let o = 0; o < outputs; o++) y[row * outputs + o] = target(at, o);
  }
  return { x, y };
}

interface Maker {
  input(row: number, index: number, random: () => number): number;
  target(x: Float32Array, output: number): number;
}

const get = (values: ArrayLike<number>, index: number) => values[index] as number;
const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);

const makers: Record<RowsName, Maker> = {
  /** The article's multiplication: (0, 5), (5, 10), … */
  article: {
    input: (row, index) => 5 * (row + index),
    target: (x) => get(x, 0) * get(x, 1),
  },
  /** The product of two inputs from U[1, 2]. */
  product: {
    input: (_row, _index, random) => 1 + random(),
    target: (x) => get(x, 0) * get(x, 1),
  },
  /** Inputs from U[1, 2]; each target is the product of two neighbours. */
  neighbours: {
    input: (_row, _index, random) => 1 + random(),
    target: (x, output) => get(x, output % x.length) * get(x, (output + 1) % x.length),
  },
  /** Inputs from U[1, 2]; the target is the product of the means of both halves. */
  halves: {
    input: (_row, _index, random) => 1 + random(),
    target: (x) => {
      const half = x.length / 2;
      return (sum(x.subarray(0, half)) / half) * (sum(x.subarray(half)) / half);
    },
  },
};

/** Uniform numbers in [0, 1): Tommy Ettinger's mulberry32. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
