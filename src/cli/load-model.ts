/** A model's file, as commands read it. */

import { loadSaved, type SavedFormula, type SavedModel } from '../io/index.ts';
import { inFile, openInput } from './input-file.ts';

/** Bytes of the largest model that is read. */
const MOST = 2 ** 30;

/** Reads the model or the formula in `path`. Rejects with a NaluError that names the file, and says where in it what is wrong. */
export async function readModel(path: string): Promise<SavedModel | SavedFormula> {
  const file = await openInput(path, 'the model');
  try {
    const bytes = await file.bytes(MOST);
    return await inFile(path, () => loadSaved(bytes));
  } finally {
    await file.close();
  }
}
