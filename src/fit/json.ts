/** What `fit` gives as JSON. */

import { printFormula } from '../expression/print.ts';
import type { Expression } from '../expression/tree.ts';
import { checkArguments } from '../options/check.ts';
import { meaningsOf } from './constants.ts';
import type { Errors } from './errors.ts';
import type { FitResult, MeasuredBaseline } from './result.ts';
import { resultKind } from './result-kind.ts';

/**
 * One object. `formula`, `latex` and `javascript` are right-hand sides and null where nothing was found; the best that was
 * found instead is the first of `runnersUp` then, and `inRange` and `outOfRange` are its errors. What is not finite is null.
 */
export function fitJson(result: FitResult) {
  checkArguments('fitJson()', { result }, { result: resultKind });
  const { found, exact, best, runnersUp, baselines, starts, agreeing, wallSeconds } = result;
  const law = found ? best : undefined;
  return {
    found,
    formula: law?.text ?? null,
    latex: law?.latex ?? null,
    javascript: law?.javascript ?? null,
    python: law?.python ?? null,
    sympy: law?.sympy ?? null,
    inRange: best ? errors(best.inRange) : null,
    outOfRange: best ? errors(best.outOfRange) : null,
    fittedToAll: best?.fittedToAll ?? false,
    ...(best?.test && { test: errors(best.test) }),
    constants: law ? meaningsOf(law.formula.expressions[0] as Expression, exact) : [],
    front: result.front.map((each) => ({
      formula: each.text,
      complexity: each.size,
      inRange: errors(each.inRange),
      outOfRange: errors(each.outOfRange),
    })),
    starts,
    agreeing,
    runnersUp: [...(best && !found ? [best] : []), ...runnersUp].map((each) => ({
      formula: each.text,
      javascript: each.javascript,
      architecture: each.architecture,
      inRange: errors(each.inRange),
      outOfRange: errors(each.outOfRange),
      ...(each.test && { test: errors(each.test) }),
    })),
    baselines: {
      linear: {
        formula: printFormula(baselines.linear.formula)[0] as string,
        ...measured(baselines.linear),
      },
      mlp: baselines.mlp ? measured(baselines.mlp) : null,
    },
    wallSeconds,
    exact,
    reason: result.reason,
    stopped: result.stopped,
    target: result.target,
    inputs: result.inputs,
    variables: Object.fromEntries(
      (best?.variables ?? []).map((variable, k) => [result.inputs[k] as string, variable]),
    ),
    architecture: law?.architecture ?? null,
    rows: { inside: result.split.inside.length, outside: result.split.outside.length },
    split: result.split.description,
    notes: result.notes,
    searched: result.searched.map(({ outOfRange, ...rest }) => ({
      ...rest,
      outOfRange: outOfRange ? errors(outOfRange) : null,
    })),
  };
}

const errors = ({ maxRelativeError, rmsRelativeError }: Errors) => ({ maxRelativeError, rmsRelativeError });

const measured = ({ name, inRange, outOfRange, test }: MeasuredBaseline) => ({
  name,
  inRange: errors(inRange),
  outOfRange: errors(outOfRange),
  ...(test && { test: errors(test) }),
});
