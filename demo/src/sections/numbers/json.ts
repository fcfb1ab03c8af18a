/** The outcome of a search as JSON, in the form that `nalu fit --json` prints. What is not finite is null. */

import type { Outcome, ToldErrors, ToldFormula } from '../../worker/fit/outcome.ts';

export function json(outcome: Outcome): string {
  const { found, best, runnersUp, linear, network, inputs } = outcome;
  const law = found ? best : undefined;
  const all = {
    found,
    formula: law?.text ?? null,
    latex: law?.latex ?? null,
    javascript: law?.javascript ?? null,
    python: law?.python ?? null,
    sympy: law?.sympy ?? null,
    ...(best && errorsOf(best)),
    starts: outcome.starts,
    agreeing: outcome.agreeing,
    runnersUp: [...(best && !found ? [best] : []), ...runnersUp].map(short),
    baselines: {
      linear: { name: linear.name, formula: linear.formula, ...errorsOf(linear) },
      mlp: network ? { name: network.name, ...errorsOf(network) } : null,
    },
    wallSeconds: outcome.seconds,
    exact: outcome.exact,
    reason: outcome.reason,
    stopped: outcome.stopped,
    target: outcome.target,
    inputs,
    variables: Object.fromEntries(best?.variables.map((variable, k) => [inputs[k], variable]) ?? []),
    architecture: law?.architecture ?? null,
    split: outcome.split,
    notes: outcome.notes,
  };
  return `${JSON.stringify(all, null, 1)}\n`;
}

const short = (formula: ToldFormula) => ({
  formula: formula.text,
  javascript: formula.javascript,
  architecture: formula.architecture,
  ...errorsOf(formula),
});

function errorsOf({ inRange, outOfRange }: ToldErrors) {
  const numbers = ({ maxRelativeError, rmsRelativeError }: ToldErrors['inRange']) => ({
    maxRelativeError,
    rmsRelativeError,
  });
  return { inRange: numbers(inRange), outOfRange: numbers(outOfRange) };
}
