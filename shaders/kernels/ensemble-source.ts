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

/** How one row, or one sequence, is had. `row` is a variable of the kernel. */
export interface RowText {
  /** Statements that find the row. */
  readonly find: string;
  /** Statements that fill `name` with the inputs: those of the row, or of step `step` of its sequence. */
  inputs(name: string, step?: string): string;
  /** Statements that fill `targets`; of a task, from `name`: the inputs, or their sums over the sequence. */
  targets(name: string): string;
}

export interface SourceText extends RowText {
  readonly data: boolean;
  readonly declarations: string;
  /** Before the rows of a step: what is the same for all of them. */
  readonly before: string;
  /** Fills `x_0` and `targets` for `row`. */
  readonly draw: string;
  /** After a step: moves on in the data. */
  readonly advance: string;
}

/** Widths of a row, and the steps of its sequence as an expression, where it is one. */
export interface RowShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly steps?: string;
}

/** Fills `x_0` and `targets`, where a row is not a sequence. */
export const wholeRow = ({ find, inputs, targets }: RowText): string =>
  `${find}
      ${inputs('x_0')}
      ${targets('x_0')}`;

/**
 * The text of training's batches: `seed`, `train_state`, `table_at` and `row` are variables of the kernel. Draws at step
 * `train_state.step`.
 */
export function sourceText(source: EnsembleSource, shape: RowShape, batch: number, loops: Loops): SourceText {
  if (source.kind === 'task') {
    const row = taskRow(source.task, shape, loops, { step: 'train_state.step', columns: FIXED_COLUMNS });
    const declarations = source.task.declarations ?? '';
    return { data: false, declarations, before: '', draw: wholeRow(row), advance: '', ...row };
  }
  const position = source.shuffled
    ? `var position = train_state.offset + row;
      var shuffle = this_shuffle;
      if (position >= run.rows) {
        position -= run.rows;
        shuffle = next_shuffle;
      }
      let data_row = r_shuffled(position, shuffle);`
    : 'let data_row = row;';
  const row = dataRow(position, shape, loops);
  return {
    data: true,
    declarations: '',
    before: source.shuffled
      ? `let this_shuffle = r_shuffle(run.rows, vec2u(seed, train_state.epoch));
      let next_shuffle = r_shuffle(run.rows, vec2u(seed, train_state.epoch + 1u));`
      : '',
    draw: wholeRow(row),
    advance: source.shuffled
      ? `train_state.offset += ${batch}u;
      if (train_state.offset >= run.rows) { train_state.offset -= run.rows; train_state.epoch += 1u; }`
      : '',
    ...row,
  };
}

/** A row of `data`: its inputs, step after step if it is a sequence, then its targets. `position` declares `data_row`. */
export function dataRow(position: string, { inputs, outputs, steps }: RowShape, loops: Loops): RowText {
  const before = steps === undefined ? `${inputs}u` : `${steps} * ${inputs}u`;
  return {
    find: `${position}
      let data_at = data_row * (${before} + ${outputs}u);`,
    inputs: (name, step) => {
      const at = step === undefined ? 'data_at' : `data_at + ${step} * ${inputs}u`;
      return loops.each(inputs, (i) => `${loops.at(name, i)} = data[${at} + ${loops.u32(i)}];`);
    },
    targets: () =>
      loops.each(outputs, (o) => `${loops.at('targets', o)} = data[data_at + ${before} + ${loops.u32(o)}];`),
  };
}

/**
 * What a task draws for `row`; `seed` and `table_at` are variables of the kernel, `step` is the step of training as an expression, and
 * the task's own columns of `table` stand behind `columns` others. Steps of sequences are drawn as rows are.
 */
export function taskRow(
  task: TaskShader,
  { inputs, outputs, steps }: RowShape,
  loops: Loops,
  { step, columns }: { step: string; columns: number },
): RowText {
  const column = (name: string) => `bitcast<f32>(table[table_at + ${columns + task.columns.indexOf(name)}u])`;
  // Four inputs share one call of the generator.
  const blocks = Math.ceil(inputs / 4);
  return {
    find: '',
    inputs(name, at) {
      const row = at === undefined ? 'row' : `(row * ${steps} + ${at})`;
      const words = Array.from({ length: blocks }, (_, block) => {
        const lanes = ['x', 'y', 'z', 'w'].slice(0, Math.min(4, inputs - 4 * block));
        return `{
      let bits = r_bits(vec4u(seed, ${TASK_STREAM}u, ${step}, ${row} * ${blocks}u + ${block}u));
      ${lanes
        .map((lane, n) => {
          const index = String(4 * block + n);
          return `${loops.at(name, index)} = ${task.input(`bits.${lane}`, index, column)};`;
        })
        .join('\n      ')}
      }`;
      });
      return words.join('\n      ');
    },
    targets: (name) =>
      Array.from({ length: outputs }, (_, o) => {
        const target = task.target(o, (i) => loops.at(name, String(i)), column);
        return `${loops.at('targets', String(o))} = ${target};`;
      }).join('\n      '),
  };
}
