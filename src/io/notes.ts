/** What a reader of a table should know of how it was read: everything that was not plain numbers under names. */

import type { Column, Convention } from './column.ts';
import { affixKind } from './numbers.ts';
import { listed, shortName } from './table.ts';

/** Of the file as a whole: decimal commas that nobody asked for, separators of thousands. */
export function fileNotes(columns: readonly Column[], { decimal }: Convention): string[] {
  const commas = columns.filter((column) => column.decimal === ',');
  const grouped = columns.filter((column) => column.grouped);
  return [
    ...(decimal === undefined && commas.length > 0 ? [`Decimal commas in ${named(commas)}.`] : []),
    ...(grouped.length > 0 ? [`Digits in groups of thousands in ${named(grouped)}.`] : []),
  ];
}

const named = (columns: readonly Column[]): string => listed(columns.map(({ name }) => name));

/** What stands beside the numbers of a column. */
export function columnNotes({ name, affix }: Column): string[] {
  const short = `'${shortName(name)}'`;
  const kind = affixKind(affix);
  if (kind === 'none') return [];
  if (kind === 'percent') return [`${short} is in ${affix}: 5 ${affix} counts as 5.`];
  return [`${short} is in ${affix}.`];
}

const DATE = /^(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:[T ].*)?$/;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s*[AaPp][Mm])?$/;
const TRUTH = /^(?:true|false|yes|no|t|f|y|n|ja|nein|oui|non)$/i;

/** What kind of words a column has, where they might be meant as numbers. */
export function wordsNote({ name, first }: Column): string[] {
  const texts = first.filter(({ kind }) => kind === 'not a number').map(({ text }) => text.trim());
  const short = `'${shortName(name)}'`;
  if (texts.length === 0) return [];
  if (texts.every((text) => DATE.test(text) || TIME.test(text))) {
    return [`${short} holds dates or times, which are not numbers: write days or seconds since the first.`];
  }
  if (texts.every((text) => TRUTH.test(text))) {
    return [
      `${short} holds ${listed([...new Set(texts)].slice(0, 2))}, which are not numbers: write 1 and 0.`,
    ];
  }
  return [];
}
