/** A benchmark task of a formula of one's own, for the same driver as those of the literature. */

import { checkOptions } from '../options/check.ts';
import { type Description, list, needed, text } from '../options/kinds.ts';
import { units } from '../units/registry.ts';
import type { Unit } from '../units/unit.ts';
import type { BenchmarkTask, Cell, RangePair } from './benchmark.ts';
import { assembleCell } from './cell.ts';
import { checked } from './expression-task.ts';
import { formulaTask, parseFormula } from './formula.ts';
import { networkModel, stackOf } from './networks.ts';
import { rangeSampler } from './range-sampler.ts';
import { checkOperation, rangePairKind, resolveRequest, sizeSetting } from './request.ts';

/** A formula as a benchmark, and the ranges it is trained and tested in. */
export interface ExpressionBenchmarkOptions {
  readonly expression: string;
  /** Names of the inputs. Default: x0, x1, … as far as the expression names them. */
  readonly variables?: readonly string[];
  readonly ranges: readonly RangePair[];
}

const expressionBenchmarkDescription: Description<ExpressionBenchmarkOptions> = {
  fields: {
    expression: needed(text),
    variables: list(text),
    ranges: needed(list(rangePairKind, 1)),
  },
};

/**
 * The benchmark `expression`, with the formula as its one operation. A unit is one layer, and a stack is written as
 * `NAU → NMU` with `hidden` outputs between the layers; each trains by its last unit's own recipe, 50 000 steps, 25 seeds. No
 * threshold follows from a formula, so the setting `threshold` stands for all ranges: 1e-5, as in the first benchmarks.
 * Throws ExpressionError, OptionError.
 */
export function expressionBenchmark(options: ExpressionBenchmarkOptions): BenchmarkTask {
  const given = checkOptions(expressionBenchmarkDescription, options, 'expressionBenchmark()');
  const { expression, variables, ranges } = given;
  const formula = parseFormula(expression, variables);
  const facts = {
    name: 'expression',
    operations: [expression],
    ranges,
    settings: { hidden: 2, threshold: 1e-5 },
    seeds: 25,
  };
  return {
    ...facts,
    summary: `Units learn y = ${expression}.`,
    units: (operation) => {
      checkOperation(facts, operation);
      return units.map(({ name }) => name);
    },
    cell(request): Cell {
      const resolved = resolveRequest(facts, request);
      const { settings, pairs } = resolved;
      const stack = stackOf(request.unit);
      const inputs = formula.variables.length;
      // The first model of each range.
      const firsts = pairs.flatMap((pair, model) => (pair === pairs[model - 1] ? [] : [model]));
      return assembleCell({
        task: facts.name,
        request,
        resolved,
        unit: stack.name,
        model: networkModel(stack, inputs, sizeSetting(settings, 'hidden')),
        recipe: (stack.units.at(-1) as Unit).recipe,
        on: (side) =>
          checked(
            expression,
            formula,
            formulaTask(formula, [rangeSampler(pairs.map((pair) => pair[side]))]),
            firsts,
          ),
        threshold: () => settings.threshold as number,
        steps: 50_000,
      });
    },
  };
}
