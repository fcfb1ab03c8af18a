/**
 * A formula as safetensors without tensors. Its metadata, all of it text: `format`, `columns` and `targets` (JSON lists of names),
 * `expressions` (a JSON list: what each target is, over x0, x1, … for the columns in their order, with all digits), `formula` (the
 * same over the names of the columns, for people) and `note.NAME`. What is read back computes what was printed.
 */

import { ExpressionError, FileFormatError } from '../errors.ts';
import { formulaKind, isFormula } from '../expression/kind.ts';
import { parseExpression } from '../expression/parse.ts';
import { printExpression, printFormula } from '../expression/print.ts';
import type { Expression, Formula } from '../expression/tree.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import { type Description, map, needed, such, text } from '../options/kinds.ts';
import type { Bytes } from './bytes.ts';
import { type Json, parseJson } from './json.ts';
import { loadModel, type SavedModel } from './model-file.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

/** A formula as a file holds it. */
export interface SavedFormula {
  readonly formula: Formula;
  /** Anything else worth keeping, as text: how it was found, its errors. */
  readonly notes?: Readonly<Record<string, string>>;
}

const savedDescription: Description<SavedFormula> = {
  fields: { formula: needed(formulaKind), notes: map(text) },
};

const FORMAT = 'model';
const NAME = 'nalu-webgpu/formula';
const NOTE = 'note.';

const numbered = (count: number): string[] => Array.from({ length: count }, (_, k) => `x${k}`);

/** The bytes of a file that `loadFormula` reads. Throws FormulaError where a constant is not finite. */
export function saveFormula(saved: SavedFormula): Uint8Array<ArrayBuffer> {
  const { formula, notes = {} } = checkOptions(savedDescription, saved, 'saveFormula()');
  const { variables, targets, expressions } = formula;
  const names = numbered(variables.length);
  const metadata = {
    format: NAME,
    columns: JSON.stringify(variables),
    targets: JSON.stringify(targets),
    expressions: JSON.stringify(expressions.map((each) => printExpression(each, names, 'text'))),
    formula: printFormula(formula)
      .map((text, k) => `${targets[k]} = ${text}`)
      .join('\n'),
    ...Object.fromEntries(Object.entries(notes).map(([name, text]) => [NOTE + name, text])),
  };
  return writeSafetensors({ tensors: new Map(), metadata });
}

/** The reverse of `saveFormula`. Throws FileFormatError. */
export function loadFormula(bytes: Bytes): SavedFormula {
  const { metadata } = readSafetensors(bytes);
  if (metadata.format !== NAME) {
    refuse('__metadata__', `format is ${JSON.stringify(metadata.format)}; expected "${NAME}"`);
  }
  const variables = namesIn('columns', metadata.columns);
  const targets = namesIn('targets', metadata.targets);
  const texts = namesIn('expressions', metadata.expressions);
  if (texts.length !== targets.length)
    refuse('expressions', `must list ${targets.length}, one for each target`);
  const names = numbered(variables.length);
  const expressions = texts.map((text, k): Expression => {
    try {
      return parseExpression(text, names);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return refuse(`expressions[${k}]`, error.message);
    }
  });
  const notes = Object.entries(metadata)
    .filter(([name]) => name.startsWith(NOTE))
    .map(([name, text]) => [name.slice(NOTE.length), text]);
  return {
    formula: { variables, targets, expressions },
    ...(notes.length > 0 && { notes: Object.fromEntries(notes) }),
  };
}

/** Whether a file held a formula, and not a trained model. */
export function holdsFormula(saved: SavedModel | SavedFormula): saved is SavedFormula {
  checkArguments(
    'holdsFormula()',
    { saved: saved as Pick<SavedModel, 'model' | 'columns'> | SavedFormula },
    { saved: savedKind },
  );
  return !('model' in saved);
}

export const savedKind = such<Pick<SavedModel, 'model' | 'columns'> | SavedFormula>(
  'a model or a formula, as loadSaved() gives them',
  (value) => {
    const { model, formula } = (value ?? {}) as { readonly model?: unknown; readonly formula?: unknown };
    return (typeof model === 'object' && model !== null) || isFormula(formula);
  },
);

/** A trained model or a formula, whichever is in the file. Throws FileFormatError. */
export function loadSaved(bytes: Bytes): SavedModel | SavedFormula {
  return readSafetensors(bytes).metadata.format === NAME ? loadFormula(bytes) : loadModel(bytes);
}

function namesIn(key: string, text: string | undefined): string[] {
  if (text === undefined) return refuse(key, 'is missing');
  const list: Json = parseJson(text, { format: FORMAT, depth: 2, values: 1e6 });
  if (!Array.isArray(list) || list.length === 0) return refuse(key, 'must be a list');
  return list.map((each, k) => (typeof each === 'string' ? each : refuse(`${key}[${k}]`, 'must be text')));
}

function refuse(path: string, message: string): never {
  throw new FileFormatError(FORMAT, { path }, message);
}
