/** The model of a search's best formula, with what is to be told of it. */

import type { FitResult } from './result.ts';
import type { FittedModel } from './saved-model.ts';

/** What `saveModel` of `nalu-webgpu/io` takes. `formula` is there where the law was found. */
export interface FittedModelToSave extends Pick<FittedModel, 'model' | 'parameters' | 'columns'> {
  readonly formula?: string;
  readonly notes: Readonly<Record<string, string>>;
}

/** Undefined where the search ended before there was a formula. `writtenBy` says which program keeps it. */
export function modelToSave(result: FitResult, writtenBy: string): FittedModelToSave | undefined {
  const { model: fitted, best, found, target } = result;
  if (!fitted || !best) return undefined;
  const { model, parameters, columns } = fitted;
  const formula = `${target} = ${best.text}`;
  return {
    ...{ model, parameters, columns },
    ...(found && { formula }),
    notes: {
      writtenBy,
      found: String(found),
      candidate: formula,
      inRange: JSON.stringify(best.inRange),
      outOfRange: JSON.stringify(best.outOfRange),
    },
  };
}
