/** A formula over named variables, and the task it makes. */

import type { TaskShader } from '../../shaders/kernels/ensemble-source.ts';
import { OptionError } from '../errors.ts';
import { compile } from '../expression/evaluate.ts';
import { parseExpression } from '../expression/parse.ts';
import { type Expression, variablesOf } from '../expression/tree.ts';
import { wgslHelpers, wgslOf } from '../expression/wgsl.ts';
import { FLOAT32_MAX } from '../model/data.ts';
import type { Task, TaskTwin } from '../model/task.ts';
import type { RangeSampler } from './range-sampler.ts';

/** The equation of a task over its inputs. */
export interface TaskFormula {
  readonly tree: Expression;
  /** Names of all inputs, in their order. */
  readonly variables: readonly string[];
}

/** Inputs a formula may name without a list of variables: x0 to x999. */
const MOST_INPUTS = 1000;

/** x0, x1, … */
export const numbered = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `x${n}`);

/**
 * Reads `expression`: + − * / ^, parentheses, numbers, pi, functions (`functionNames` of `expression/parse.ts`) and
 * `variables`. Without a list these are x0, x1, … up to the largest that it names. Throws ExpressionError, OptionError.
 */
export function parseFormula(expression: string, variables?: readonly string[]): TaskFormula {
  if (variables?.length === 0 || new Set(variables).size !== (variables?.length ?? 0)) {
    throw new OptionError('variables must be at least one name, and no name twice');
  }
  const tree = parseExpression(expression, variables ?? numbered(MOST_INPUTS), {
    largest: FLOAT32_MAX,
    format: 'float32',
  });
  const largest = variablesOf(tree).at(-1);
  if (largest === undefined) {
    throw new OptionError(`expression '${expression}' names no variable; a task needs at least one input`);
  }
  return { tree, variables: variables ?? numbered(largest + 1) };
}

/** The task of a formula whose inputs share one sampler, or have one each. */
export function formulaTask({ tree, variables }: TaskFormula, samplers: readonly RangeSampler[]): Task {
  const samplerOf = (index: number): RangeSampler => (samplers[index] ?? samplers[0]) as RangeSampler;
  const columns = Object.assign({}, ...samplers.map(({ values }) => values));
  const text = (input: (index: number) => string): string =>
    wgslOf(tree, (leaf) => (leaf.kind === 'variable' ? input(leaf.index) : leaf.name), 't');
  const shader: TaskShader = {
    columns: Object.keys(columns),
    declarations: samplerOf(0).declarations + wgslHelpers(text(String), 't'),
    input: (bits, index, column) => samplerOf(Number(index)).text(bits, column),
    target: (_o, input) => text(input),
  };
  const f = compile(tree);
  const twin: TaskTwin = {
    input: (bits, index, column) => samplerOf(index).draw(bits, column),
    target: (_o, x) => f(x),
  };
  return { inputs: variables.length, outputs: 1, shader, columns, twin };
}
