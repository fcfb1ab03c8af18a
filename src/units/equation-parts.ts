/** Parts that equations of several units share. */

import { type Expression, op, symbol } from '../expression/tree.ts';
import { symbols, type UnitEquation, weightedSum, x } from './equation.ts';

/** log(|x| + ε). */
export const logMagnitude = (): Expression => op.log(op.add(op.abs(x), symbol('epsilon')));

/** m = exp( log(|x| + ε) W ): NAC• over any weight. */
export const inLogSpace = (
  equation: Pick<UnitEquation, 'parameters' | 'weights' | 'penalties' | 'ranges'>,
): UnitEquation => ({
  ...equation,
  features: { logs: logMagnitude() },
  accumulators: { l: weightedSum('logs', 'W', 'exponent') },
  out: op.boundedExp(symbol('l')),
  safeguards: { epsilon: 0 },
});

/** σ(z) a + σ(−z) m. */
export const blend = (a: Expression, m: Expression): Expression => {
  const { z } = symbols('z');
  return op.add(op.multiply(op.sigmoid(z), a), op.multiply(op.sigmoid(op.negate(z)), m));
};
