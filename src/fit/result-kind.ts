/** What counts as the result of a search, of what is given from outside the package. */

import { isFormula } from '../expression/kind.ts';
import { such } from '../options/kinds.ts';
import type { FittedFormula } from './formulas.ts';
import type { FitResult } from './result.ts';

const isObjects = (value: unknown): value is readonly object[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'object' && each !== null);

const isFormulas = (value: unknown): boolean =>
  isObjects(value) && (value as readonly Partial<FittedFormula>[]).every(({ formula }) => isFormula(formula));

export const resultKind = such<FitResult>('what fit() resolves with', (value) => {
  const { found, best, runnersUp, front, baselines, search, searched, split, inputs } = (value ??
    {}) as Partial<FitResult>;
  return (
    typeof found === 'boolean' &&
    (best === undefined || isFormula(best?.formula)) &&
    [runnersUp, front].every(isFormulas) &&
    isObjects(searched) &&
    isObjects(search?.searches) &&
    [inputs, split?.inside, split?.outside].every(Array.isArray) &&
    isFormula(baselines?.linear?.formula)
  );
});
