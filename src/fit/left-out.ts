/** What the structure of a formula says of each fold of the rows when its constants are fitted to the others alone. */

import { parametrize } from '../expression/columns.ts';
import { minimize } from '../formula/least-squares.ts';
import type { PartedRows } from './candidate.ts';
import { policy } from './policy.ts';
import { columnsOf, type Refit, weightedErrors } from './refit.ts';
import { pickRows, rowNumbers } from './rows.ts';

/** Predictions of all rows; undefined where a fold has none. */
export function leftOutBy(refit: Refit, { inside, inputs }: PartedRows): Float64Array | undefined {
  const weights = refit.weigh(refit.predict(inside.x));
  const width = inputs.length;
  const n = inside.y.length;
  const predicted = new Float64Array(n);
  const parametrized = parametrize(refit.whole);
  const { start, values } = parametrized;
  for (let fold = 0; fold < policy.folds; fold++) {
    const others = rowNumbers(n).filter((row) => row % policy.folds !== fold);
    const own = rowNumbers(n).filter((row) => row % policy.folds === fold);
    const columns = columnsOf(pickRows(inside.x, width, others), width);
    const y = pickRows(inside.y, 1, others);
    const found = minimize(weightedErrors(parametrized, columns, y, pickRows(weights, 1, others)), start);
    if (!found) return undefined;
    const said = values(columnsOf(pickRows(inside.x, width, own), width), own.length, found.parameters);
    own.forEach((row, at) => {
      predicted[row] = said[at] as number;
    });
  }
  return predicted;
}
