/**
 * What the section of the visitor's numbers and its worker say to each other. The worker has one table and does one thing
 * at a time: replies that belong to an earlier request, by its number, are out of date and ignored.
 */

import type { FitProgress } from '../../../../src/fit/index.ts';
import type { CellFaults, ColumnSummary } from '../../../../src/io/index.ts';
import type { Outcome } from './report.ts';

export type MissingCells = 'error' | 'drop';
export type DecimalSign = '.' | ',';

export interface ReadingOptions {
  /** Undefined: found. */
  readonly decimal: DecimalSign | undefined;
  /** Undefined: found. */
  readonly delimiter: string | undefined;
  readonly missing: MissingCells;
}

export interface SearchChoice {
  readonly target: string;
  readonly inputs: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  /** As `parseSplit` reads it. */
  readonly split: string;
}

export type FitRequest = { readonly id: number } & (
  | { readonly type: 'read'; readonly content: string | Blob; readonly options: ReadingOptions }
  /** In the table that was read last; with progress about every `interval` ms. */
  | {
      readonly type: 'search';
      readonly choice: SearchChoice;
      readonly interval: number;
      /** Where there is none, laws are searched by least squares alone. */
      readonly gpu: boolean;
    }
  /** What the best formula of the last search gives for other inputs, in their order. */
  | { readonly type: 'predict'; readonly row: readonly number[] }
  /** Ends the search; the best so far is its outcome. */
  | { readonly type: 'stop' }
);

export type FitReply = { readonly id: number } & (
  | { readonly type: 'table'; readonly table: TableFacts }
  | { readonly type: 'progress'; readonly progress: FitProgress }
  /** The device was lost; the search goes on on another. */
  | { readonly type: 'recovered'; readonly message: string }
  | { readonly type: 'outcome'; readonly outcome: Outcome }
  | { readonly type: 'predicted'; readonly row: readonly number[]; readonly value: number }
  | { readonly type: 'failed'; readonly fault: FitFault }
);

export interface FitFault {
  /** That of the library's error. */
  readonly code: string;
  readonly message: string;
  /** Cells that are missing or no numbers, if that is all that is wrong. */
  readonly cells?: CellFaults;
  /** Whether the table could be read with decimal commas. */
  readonly commas?: boolean;
}

export interface TableFacts {
  readonly rows: number;
  readonly duplicateRows: number;
  readonly columns: readonly ColumnSummary[];
  /** Columns of words, which were left out. */
  readonly text: readonly string[];
  /** How it was read, where that is not plain numbers under names. */
  readonly notes: readonly string[];
  /** Rows that were left out, for a cell that is missing or no number. */
  readonly dropped: number;
  /** The first rows: one value per column. */
  readonly first: readonly (readonly number[])[];
}
