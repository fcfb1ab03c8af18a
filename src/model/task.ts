/** Tasks that draw their rows: in the kernel for training and evaluation, and the same rows on the CPU. */

import { TASK_STREAM, type TaskShader } from '../../shaders/kernels/ensemble-source.ts';
import { bits4 } from '../random.ts';

/** A task that draws its rows inside the kernel, with the values of its columns for every model. */
export interface Task {
  readonly inputs: number;
  readonly outputs: number;
  readonly shader: TaskShader;
  /** Values of the shader's columns: one number for all models, or one for each. */
  readonly columns: Readonly<Record<string, number | readonly number[]>>;
  /** The shader's draws on the CPU, which errors in float64 need. */
  readonly twin?: TaskTwin;
}

/** Reads one of the model's columns, as the float32 that the kernel has. */
export type Column = (name: string) => number;

/** What the shader computes, on the CPU. */
export interface TaskTwin {
  /**
   * Input `index` of a row from its random word. The same bits as in the kernel, so every operation is rounded to float32
   * (`Math.fround`); an adapter that fuses a product with a sum may differ in the last bit.
   */
  input(bits: number, index: number, column: Column): number;
  /** Output `o` of a row, in float64, from its inputs; of a sequence, from their sums over its steps. */
  target(o: number, x: Float32Array | Float64Array, column: Column): number;
}

/** Rows of a task that are drawn once: the same for every model, but for what its columns say. */
export interface TaskSet {
  readonly task: Task;
  /** How many. */
  readonly rows: number;
  /** Seed of the draws, whatever the models' seeds are. */
  readonly seed: number;
  /** Steps of each row, where models are recurrent. Default: as in training. */
  readonly steps?: number;
}

/** Rows as a task draws them: x [rows, inputs] in float32, y [rows, outputs] in float64, row-major. */
export interface DrawnRows {
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float64Array<ArrayBuffer>;
}

/** The column of `model` in `task`. */
export const columnOf =
  ({ columns }: Task, model: number): Column =>
  (name) => {
    const values = columns[name] as number | readonly number[];
    return Math.fround(typeof values === 'number' ? values : (values[model] as number));
  };

/**
 * The first `rows` rows that `task` draws for `seed` at `step`, with the columns of one model; the twin is needed. With a `length`,
 * sequences of so many steps, `[rows, length, inputs]`, whose targets are those of the inputs' sums.
 */
export function drawRows(
  task: Task,
  column: Column,
  seed: number,
  step: number,
  rows: number,
  length?: number,
): DrawnRows {
  if (length !== undefined) return drawSequences(task, column, seed, step, rows, length);
  const { inputs, outputs } = task;
  const twin = task.twin as TaskTwin;
  const blocks = Math.ceil(inputs / 4);
  const x = new Float32Array(rows * inputs);
  const y = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const own = x.subarray(row * inputs, (row + 1) * inputs);
    for (let block = 0; block < blocks; block++) {
      const words = bits4(seed, TASK_STREAM, step, row * blocks + block);
      const end = Math.min(4 * block + 4, inputs);
      for (let index = 4 * block; index < end; index++) {
        own[index] = twin.input(words[index - 4 * block] as number, index, column);
      }
    }
    for (let o = 0; o < outputs; o++) y[row * outputs + o] = twin.target(o, own, column);
  }
  return { x, y };
}

/** The steps of sequences are drawn as rows are. */
function drawSequences(
  task: Task,
  column: Column,
  seed: number,
  step: number,
  rows: number,
  length: number,
): DrawnRows {
  const { inputs, outputs } = task;
  const twin = task.twin as TaskTwin;
  const { x } = drawRows({ ...task, outputs: 0 }, column, seed, step, rows * length);
  const y = new Float64Array(rows * outputs);
  const sums = new Float64Array(inputs);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let at = 0; at < length * inputs; at++) {
      const i = at % inputs;
      sums[i] = (sums[i] as number) + (x[row * length * inputs + at] as number);
    }
    for (let o = 0; o < outputs; o++) y[row * outputs + o] = twin.target(o, sums, column);
  }
  return { x, y };
}
