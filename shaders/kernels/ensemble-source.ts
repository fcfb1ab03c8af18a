/** Where the rows of an ensemble's batches come from: a table in a buffer, or a task that draws them in the kernel. */
import type { Loops } from './loops.ts';

/** Stream of the random numbers that tasks draw rows from. */
export const TASK_STREAM = 0x300;

/** Columns of the per-model table of training that every ensemble has: seed and learning rate. */
export const FIXED_COLUMNS = 2;

/**
 * A task as text. Inputs are drawn one by one; `bits` is a fresh random u32, of which `r_unit(bits)` uses the upper 24,
 * and `column(name)` an f32 of the model's row in the table.
 */
export interface TaskShader {
  /** Names of the f32 columns the task adds to the table. */
  readonly columns: readonly string[];
  /** Functions the expressions use. */
  readonly declarations?: string;
  /** Expression of an input. */
  input(bits: string, index: string, column: (name: string) => string): string;
  /** Expression of output `o` (a number), from the expressions of the inputs. */
  target(o: number, input: (index: number) => string, column: (name: string) => string): string;
}

export type EnsembleSource =
  /** Rows of a data buffer, inputs then targets; in order (the batch is all rows) or shuffled anew each epoch. */
  | { readonly kind: 'data'; readonly shuffled: boolean }
  | { readonly kind: 'task'; readonly task: TaskShader };

export interface SourceText {
  readonly data: boolean;
  readonly declarations: string;
  /** Before the rows of a step: what is the same for all of them. */
  readonly before: string;
  /** Fills `x_0` and `targets` for `row`. */
  readonly draw: string;
  /** After a step: moves on in the data. */
  readonly advance: string;
}

/**
 * The text of training's batches: `seed`, `train_state`, `table_at` and `row` are variables of the kernel. Draws at step
 * `train_state.step`.
 */
export function sourceText(
  source: EnsembleSource,
  inputs: number,
  outputs: number,
  batch: number,
  loops: Loops,
): SourceText {
  if (source.kind === 'task') {
    return {
      data: false,
      declarations: source.task.declarations ?? '',
      before: '',
      draw: drawRow(source.task, inputs, outputs, loops, {
        step: 'train_state.step',
        columns: FIXED_COLUMNS,
      }),
      advance: '',
    };
  }
  const width = inputs + outputs;
  const position = source.shuffled
    ? `var position = train_state.offset + row;
      var shuffle = this_shuffle;
      if (position >= run.rows) {
        position -= run.rows;
        shuffle = next_shuffle;
      }
      let data_row = r_shuffled(position, shuffle);
      let data_at = data_row * ${width}u;`
    : `let data_at = row * ${width}u;`;
  return {
    data: true,
    declarations: '',
    before: source.shuffled
      ? `let this_shuffle = r_shuffle(run.rows, vec2u(seed, train_state.epoch));
      let next_shuffle = r_shuffle(run.rows, vec2u(seed, train_state.epoch + 1u));`
      : '',
    draw: `${position}
      ${fetchRow(inputs, outputs, loops)}`,
    advance: source.shuffled
      ? `train_state.offset += ${batch}u;
      if (train_state.offset >= run.rows) { train_state.offset -= run.rows; train_state.epoch += 1u; }`
      : '',
  };
}

/** Fills `x_0` and `targets` from `data`, where the row begins at `data_at`: its inputs, then its targets. */
export const fetchRow = (inputs: number, outputs: number, loops: Loops): string =>
  `${loops.each(inputs, (i) => `${loops.at('x_0', i)} = data[data_at + ${loops.u32(i)}];`)}
      ${loops.each(outputs, (o) => `${loops.at('targets', o)} = data[data_at + ${inputs}u + ${loops.u32(o)}];`)}`;

/**
 * Fills `x_0` and `targets` with what a task draws for `row`; `seed` and `table_at` are variables of the kernel, `step` is
 * an expression, and the task's own columns of `table` stand behind `columns` others.
 */
export function drawRow(
  task: TaskShader,
  inputs: number,
  outputs: number,
  loops: Loops,
  { step, columns }: { step: string; columns: number },
): string {
  const column = (name: string) => `bitcast<f32>(table[table_at + ${columns + task.columns.indexOf(name)}u])`;
  // Four inputs share one call of the generator.
  const blocks = Math.ceil(inputs / 4);
  const words = Array.from({ length: blocks }, (_, block) => {
    const lanes = ['x', 'y', 'z', 'w'].slice(0, Math.min(4, inputs - 4 * block));
    return `{
      let bits = r_bits(vec4u(seed, ${TASK_STREAM}u, ${step}, row * ${blocks}u + ${block}u));
      ${lanes
        .map((lane, n) => {
          const index = String(4 * block + n);
          return `${loops.at('x_0', index)} = ${task.input(`bits.${lane}`, index, column)};`;
        })
        .join('\n      ')}
      }`;
  });
  const targets = Array.from(
    { length: outputs },
    (_, o) =>
      `${loops.at('targets', String(o))} = ${task.target(o, (i) => loops.at('x_0', String(i)), column)};`,
  );
  return `${words.join('\n      ')}
      ${targets.join('\n      ')}`;
}
