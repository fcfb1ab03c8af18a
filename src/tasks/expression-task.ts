/** Tasks from a formula of one's own: `expressionTask({ expression: 'x0 * x1 + x2', range: [1, 2] })`. */

import { OptionError } from '../errors.ts';
import { FLOAT32_MAX } from '../model/data.ts';
import { columnOf, drawRows, type Task } from '../model/task.ts';
import { checkOptions, show } from '../options/check.ts';
import { anything, type Description, list, needed, size, text } from '../options/kinds.ts';
import type { InputRange } from '../range.ts';
import { formulaTask, numbered, parseFormula, type TaskFormula } from './formula.ts';
import { rangeSampler } from './range-sampler.ts';

/** A formula as a task: rows are drawn in the kernel, targets computed from them. */
export interface ExpressionTaskOptions {
  readonly expression: string;
  /** Names of the inputs, in their order, also of those that the expression leaves out. Default: x0, x1, … */
  readonly variables?: readonly string[];
  /** Inputs, if there are more than the largest x the expression names; they are redundant. Not with `variables`. */
  readonly inputs?: number;
  /** Range of every input, or one for each by the variable's name. */
  readonly range: InputRange | Readonly<Record<string, InputRange>>;
}

const expressionTaskDescription: Description<ExpressionTaskOptions> = {
  fields: {
    expression: needed(text),
    variables: list(text),
    inputs: size,
    range: needed(
      anything<ExpressionTaskOptions['range']>('a range, or an object with one for each variable'),
    ),
  },
};

/**
 * The task y = expression(x). Throws ExpressionError where it cannot be read, and OptionError where 1000 rows show that it
 * is not a finite float32 number everywhere in the range.
 */
export function expressionTask(options: ExpressionTaskOptions): Task {
  const given = checkOptions(expressionTaskDescription, options, 'expressionTask()');
  const { expression, variables, inputs, range } = given;
  if (variables && inputs !== undefined) throw new OptionError('give either variables or inputs');
  const formula = parseFormula(
    expression,
    variables ?? (inputs === undefined ? undefined : numbered(inputs)),
  );
  if (typeof range !== 'object' || range === null) {
    throw new OptionError(
      `range is ${show(range)}; it must be [low, high], or an object with one for each variable`,
    );
  }
  if (isRange(range)) return checked(expression, formula, formulaTask(formula, [rangeSampler([range])]), [0]);
  for (const name of Object.keys(range)) {
    if (!formula.variables.includes(name)) {
      throw new OptionError(`range.${name}: the variables are ${formula.variables.join(', ')}`);
    }
  }
  const samplers = formula.variables.map((name, index) => {
    const own = Object.hasOwn(range, name) ? range[name] : undefined;
    if (!own) throw new OptionError(`range has no entry for variable ${name}`);
    return rangeSampler([own], `range_${index}`);
  });
  return checked(expression, formula, formulaTask(formula, samplers), [0]);
}

const isRange = (range: ExpressionTaskOptions['range']): range is InputRange => Array.isArray(range);

const CHECKED_ROWS = 1000;

/**
 * `task`, if its first 1000 rows are finite float32 numbers with the columns of each of `models`. Throws OptionError.
 */
export function checked(
  expression: string,
  { variables }: TaskFormula,
  task: Task,
  models: readonly number[],
): Task {
  for (const model of models) {
    const { x, y } = drawRows(task, columnOf(task, model), 0, 0, CHECKED_ROWS);
    const row = y.findIndex((value) => !(Math.abs(value) <= FLOAT32_MAX));
    if (row < 0) continue;
    const values = variables
      .slice(0, 8)
      .map((name, index) => `${name} = ${x[row * task.inputs + index]}`)
      .join(', ');
    throw new OptionError(
      `expression '${expression}' is ${y[row]} for ${values}; choose a range where it is a finite float32 number`,
    );
  }
  return task;
}
