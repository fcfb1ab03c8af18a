/** The best formula of a search, with its notes: what is saved is what was printed. */

import type { Formula } from '../expression/tree.ts';
import { checkArguments } from '../options/check.ts';
import { text } from '../options/kinds.ts';
import type { FitResult } from './result.ts';
import { resultKind } from './result-kind.ts';
import { shortened } from './saved.ts';

/** What `saveFormula` of `nalu-webgpu/io` takes. */
export interface FormulaToSave {
  readonly formula: Formula;
  readonly notes: Readonly<Record<string, string>>;
}

/** Undefined where the search ended before there was a formula. `writtenBy` says which program keeps it. */
export function formulaToSave(result: FitResult, writtenBy: string): FormulaToSave | undefined {
  checkArguments('formulaToSave()', { result, writtenBy }, { result: resultKind, writtenBy: text });
  const { best, found, exact, search } = result;
  if (!best) return undefined;
  return {
    formula: best.formula,
    notes: {
      writtenBy,
      found: String(found),
      exact: String(exact),
      how: best.architecture,
      inRange: JSON.stringify(best.inRange),
      outOfRange: JSON.stringify(best.outOfRange),
      search: JSON.stringify(shortened(search)),
    },
  };
}
