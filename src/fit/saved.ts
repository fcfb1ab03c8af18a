/** A search as plain data: kept in a file, it goes on another time, or answers at once if it was complete. */

import { OptionError } from '../errors.ts';
import { parseExpression } from '../expression/parse.ts';
import { printExpression } from '../expression/print.ts';
import type { Expression } from '../expression/tree.ts';
import { type Candidate, candidateOf, type PartedRows } from './candidate.ts';
import type { SavedSearch } from './structured/saved.ts';
import type { BaselineErrors } from './verdict.ts';

/** What `JSON.stringify` keeps of a search. */
export interface SavedFit {
  /** A digest of the rows, how they were parted, and the functions allowed: it goes on with these alone. */
  readonly table: string;
  /** Searches in float64, one after the other. */
  readonly searches: readonly SavedSearch[];
  /** What the ensembles found; null where none were trained. */
  readonly ensembles: SavedEnsembles | null;
}

/** What the ensembles of a search have found. */
export interface SavedEnsembles {
  /** Whether everything planned was trained. */
  readonly complete: boolean;
  /** What was planned: architectures, starts of each, steps. */
  readonly plan: string;
  /** The first seed that was not trained. */
  readonly seed: number;
  /** Formulas over x0, x1, …, and what found them. */
  readonly candidates: readonly { readonly expression: string; readonly architecture: string }[];
  /** Errors of the network that the formulas were held against; null where it was not trained. */
  readonly network: BaselineErrors | null;
}

/** Throws OptionError where `saved` is of another table. */
export function checkSaved(saved: SavedFit, table: string): void {
  if (saved.table === table) return;
  throw new OptionError(
    'resume: that search was of another table, or of other inputs, weights, operators or another split; ' +
      'begin anew, or go on with what it was begun with',
  );
}

/** A digest of numbers and names: two hashes of 32 bits (after Appleby's MurmurHash). */
export function digestOf(parts: readonly (string | Float64Array | readonly number[] | undefined)[]): string {
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  const take = (word: number) => {
    a = Math.imul(a ^ word, 0xcc9e2d51);
    a = ((a << 15) | (a >>> 17)) ^ b;
    b = Math.imul(b ^ word, 0x1b873593);
    b = ((b << 13) | (b >>> 19)) + a;
  };
  for (const part of parts) {
    if (part === undefined) take(1);
    else if (typeof part === 'string') for (const letter of part) take(letter.codePointAt(0) as number);
    else for (const word of new Uint32Array(Float64Array.from(part).buffer)) take(word);
    take(part?.length ?? 0);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The same without what only a search that goes on needs. */
export const shortened = (saved: SavedFit): SavedFit => ({
  ...saved,
  searches: saved.searches.map((each) =>
    each.ended === 'spent' || each.ended === 'interrupted' ? each : { ...each, beams: [] },
  ),
});

const numbered = (count: number): string[] => Array.from({ length: count }, (_, k) => `x${k}`);

/** Candidates as they are kept. */
export const savedCandidates = (candidates: readonly Candidate[]): SavedEnsembles['candidates'] =>
  candidates.map(({ formula, architecture }) => ({
    expression: printExpression(
      formula.expressions[0] as Expression,
      numbered(formula.variables.length),
      'text',
    ),
    architecture,
  }));

/** The reverse of `savedCandidates`. */
export const candidatesFrom = ({ candidates }: SavedEnsembles, rows: PartedRows): Candidate[] =>
  candidates.map(({ expression, architecture }) =>
    candidateOf(parseExpression(expression, numbered(rows.inputs.length)), rows, {
      architecture,
      trained: undefined,
    }),
  );
