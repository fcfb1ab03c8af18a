/** Draws rows of a task in WGSL, by the text that the kernels use. */

import { FIXED_COLUMNS, sourceText } from '../../shaders/kernels/ensemble-source.ts';
import { looped, writtenOut } from '../../shaders/kernels/loops.ts';
import { math } from '../../shaders/math.wgsl.ts';
import { random } from '../../shaders/random.wgsl.ts';
import { wgsl } from '../../shaders/wgsl.ts';
import { columnOf, type Task } from '../../src/model/task.ts';
import type { WgslResult, WgslSnippet } from './run-wgsl.ts';

export interface KernelRows {
  /** [rows, inputs]. */
  readonly x: Float32Array;
  /** [rows, outputs]. */
  readonly y: Float32Array;
}

/** The first `rows` rows of `step` for `seed`, with the columns of `model`. */
export async function kernelRows(
  run: (snippet: WgslSnippet) => Promise<WgslResult>,
  task: Task,
  { model = 0, seed = 0, step = 0, rows = 64, loops = 'written out' as 'written out' | 'looped' },
): Promise<KernelRows> {
  const { inputs, outputs, shader } = task;
  const style = loops === 'looped' ? looped() : writtenOut;
  const text = sourceText({ kind: 'task', task: shader }, { inputs, outputs }, rows, style);
  const column = columnOf(task, model);
  const columns = new Uint32Array(
    new Float32Array([...Array(FIXED_COLUMNS).fill(0), ...shader.columns.map(column)]).buffer,
  );
  const width = columns.length + 1;
  const input = new Uint32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    input.set(columns, row * width);
    input[row * width + columns.length] = row;
  }
  const { reals } = await run({
    code: wgsl`
${math}
${random}
struct TrainState { step: u32 }
${text.declarations}`,
    // The table is what an item reads: its own copy of the model's columns.
    body: wgsl`
let table_at = 0u;
let seed = ${seed}u;
let train_state = TrainState(${step}u);
var table: array<u32, ${columns.length}>;
for (var n = 0u; n < ${columns.length}u; n++) { table[n] = word(n); }
let row = word(${columns.length}u);
${style.declare('x_0', 'f32', inputs)}
${style.declare('targets', 'f32', outputs)}
${text.before}
${text.draw}
${style.each(inputs, (i) => `put_real(${style.u32(i)}, ${style.at('x_0', i)});`)}
${style.each(outputs, (o) => `put_real(${inputs}u + ${style.u32(o)}, ${style.at('targets', o)});`)}`,
    input,
    inputs: width,
    outputs: inputs + outputs,
  });
  const x = new Float32Array(rows * inputs);
  const y = new Float32Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    const at = row * (inputs + outputs);
    x.set(reals.subarray(at, at + inputs), row * inputs);
    y.set(reals.subarray(at + inputs, at + inputs + outputs), row * outputs);
  }
  return { x, y };
}
