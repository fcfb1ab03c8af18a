/** What the section can be set to, and where its table comes from. */

import { parseSplit } from '../../../../src/fit/index.ts';
import { NaluError } from '../../../../src/index.ts';
import { choice, number, seed, text } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { sampleNames } from './samples.ts';

export interface TableSource {
  readonly content: string | Blob;
  /** What stands in the text area; undefined for a file that is too large for it, or no text. */
  readonly text: string | undefined;
  /** Of a file. */
  readonly name?: string;
  /** More of it may follow in a moment. */
  readonly typing?: true;
}

const KEY = 'numbers-table';
/** Characters that are kept, and bytes of a file that is shown. */
const MOST = { kept: 500_000, shown: 100_000 };

export const typed = (text: string): TableSource => ({ content: text, text });

export async function fileSource(file: File): Promise<TableSource> {
  const { name } = file;
  const text = file.size <= MOST.shown ? await file.text() : undefined;
  // The reader gets the bytes themselves: it knows other encodings, and what is no text at all.
  return { content: file, text: text?.includes('\0') ? undefined : text, name };
}

export function keep({ text }: TableSource): void {
  try {
    if (text !== undefined && text.length <= MOST.kept) sessionStorage.setItem(KEY, text);
    else sessionStorage.removeItem(KEY);
  } catch {
    // storage may be forbidden or full; the table then lasts as long as the page
  }
}

export function kept(): TableSource {
  try {
    return typed(sessionStorage.getItem(KEY) ?? '');
  } catch {
    return typed('');
  }
}

const parameters = {
  table: choice('energy', [...sampleNames, 'own']),
  /** Empty: the last column. */
  target: text(''),
  /** Names as `joinNames` writes them; empty: all other columns. */
  inputs: text('', { longest: 2000 }),
  seconds: number(60, { least: 1, most: 3600 }),
  seed: seed(),
  split: text('magnitude', {
    check(value) {
      try {
        parseSplit(value);
        return undefined;
      } catch (error) {
        if (error instanceof NaluError) return error.message;
        throw error;
      }
    },
  }),
  decimal: choice('auto', ['auto', 'point', 'comma']),
  delimiter: choice('auto', ['auto', 'comma', 'semicolon', 'tab', 'bar']),
  missing: choice('error', ['error', 'drop']),
};

export const state = sectionState('numbers', parameters);
export type NumbersState = typeof state;
