/** Tasks from a formula of one's own: `expressionTask({ expression: 'x0 * x1 + x2', range: [1, 2] })`. */

import type { TaskShader } from '../../shaders/kernels/ensemble-source.ts';
import { OptionError } from '../errors.ts';
import { FLOAT32_MAX } from '../model/data.ts';
import { checkSize } from '../model/description.ts';
import { columnOf, drawRows, type Task, type TaskTwin } from '../model/task.ts';
import type { InputRange } from '../range.ts';
import { toFunction, toWgsl } from './expression/compile.ts';
import { powers } from './expression/operations.ts';
import { type Expression, parseExpression } from './expression/parse.ts';
import { type RangeSampler, rangeSampler } from './range-sampler.ts';

export interface Formula {
  readonly tree: Expression;
  /** Names of all inputs, in their order. */
  readonly variables: readonly string[];
}

/** Inputs a formula may name without a list of variables: x0 to x999. */
const MOST_INPUTS = 1000;

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `x${n}`);

/**
 * Reads `expression`: + − * / ^, parentheses, numbers, pi, sqrt, abs, exp, log, sin, cos, min, max, and `variables`. Without
 * a list these are x0, x1, … up to the largest that it names. Throws ExpressionError, OptionError.
 */
export function parseFormula(expression: string, variables?: readonly string[]): Formula {
  if (variables?.length === 0 || new Set(variables).size !== (variables?.length ?? 0)) {
    throw new OptionError('variables must be at least one name, and no name twice');
  }
  const tree = parseExpression(expression, variables ?? numbered(MOST_INPUTS));
  const largest = lastVariable(tree);
  if (largest < 0) {
    throw new OptionError(`expression '${expression}' names no variable; a task needs at least one input`);
  }
  return { tree, variables: variables ?? numbered(largest + 1) };
}

/** The largest index of a variable; −1 if there is none. */
function lastVariable(tree: Expression): number {
  if (tree.kind === 'variable') return tree.index;
  return tree.kind === 'number' ? -1 : Math.max(...tree.operands.map(lastVariable));
}

export interface ExpressionTaskOptions {
  readonly expression: string;
  /** Names of the inputs, in their order, also of those that the expression leaves out. Default: x0, x1, … */
  readonly variables?: readonly string[];
  /** Inputs, if there are more than the largest x the expression names; they are redundant. Not with `variables`. */
  readonly inputs?: number;
  /** Range of every input, or one for each by the variable's name. */
  readonly range: InputRange | Readonly<Record<string, InputRange>>;
}

/**
 * The task y = expression(x). Throws ExpressionError where it cannot be read, and OptionError where 1000 rows show that it
 * is not a finite float32 number everywhere in the range.
 */
export function expressionTask({ expression, variables, inputs, range }: ExpressionTaskOptions): Task {
  if (variables && inputs !== undefined) throw new OptionError('give either variables or inputs');
  if (inputs !== undefined) checkSize('inputs', inputs);
  const formula = parseFormula(
    expression,
    variables ?? (inputs === undefined ? undefined : numbered(inputs)),
  );
  if (isRange(range)) return formulaTask(expression, formula, [rangeSampler([range])], 1);
  for (const name of Object.keys(range)) {
    if (!formula.variables.includes(name)) {
      throw new OptionError(`range.${name}: the variables are ${formula.variables.join(', ')}`);
    }
  }
  const samplers = formula.variables.map((name, index) => {
    const own = Object.hasOwn(range, name) ? range[name] : undefined;
    if (!own) throw new OptionError(`range says nothing of variable ${name}`);
    return rangeSampler([own], `range_${index}`);
  });
  return formulaTask(expression, formula, samplers, 1);
}

const isRange = (range: ExpressionTaskOptions['range']): range is InputRange => Array.isArray(range);

/** A task of one sampler for all inputs, or one for each; checked with the columns of the first `models` models. */
export function formulaTask(
  expression: string,
  { tree, variables }: Formula,
  samplers: readonly RangeSampler[],
  models: number,
): Task {
  const samplerOf = (index: number): RangeSampler => (samplers[index] ?? samplers[0]) as RangeSampler;
  const columns = Object.assign({}, ...samplers.map(({ values }) => values));
  const shader: TaskShader = {
    columns: Object.keys(columns),
    declarations: samplerOf(0).declarations + powers,
    input: (bits, index, column) => samplerOf(Number(index)).text(bits, column),
    target: (_o, input) => toWgsl(tree, input),
  };
  const f = toFunction(tree);
  const twin: TaskTwin = {
    input: (bits, index, column) => samplerOf(index).draw(bits, column),
    target: (_o, x) => f(x),
  };
  const task: Task = { inputs: variables.length, outputs: 1, shader, columns, twin };
  for (let model = 0; model < models; model++) checkDomain(expression, variables, task, model);
  return task;
}

const CHECKED_ROWS = 1000;

function checkDomain(expression: string, variables: readonly string[], task: Task, model: number): void {
  const { x, y } = drawRows(task, columnOf(task, model), 0, 0, CHECKED_ROWS);
  const row = y.findIndex((value) => !(Math.abs(value) <= FLOAT32_MAX));
  if (row < 0) return;
  const values = variables
    .slice(0, 8)
    .map((name, index) => `${name} = ${x[row * task.inputs + index]}`)
    .join(', ');
  throw new OptionError(
    `expression '${expression}' is ${y[row]} for ${values}; choose a range where it is a finite float32 number`,
  );
}
