/**
 * Which columns of a table take part: what was asked for, as far as the table has it. Lists of names are one text: with commas
 * between them, and a backslash before a comma of a name.
 */

import type { SearchChoice, TableFacts } from '../../experiments/fit/plan.ts';
import type { NumbersState } from './state.ts';

export const joinNames = (names: readonly string[]): string =>
  names.map((name) => name.replace(/[\\,]/g, '\\$&')).join(',');

export function splitNames(text: string): string[] {
  if (text.trim() === '') return [];
  const parts = text.match(/(?:\\.|[^\\,])*(?:,|$)/gs) ?? [];
  const names = parts.map((part) => part.replace(/,$/, '').replace(/\\(.)/gs, '$1').trim());
  // The last match is the empty one at the end.
  return names.slice(0, -1);
}

export interface Chosen {
  readonly choice: SearchChoice;
  /** What was asked for and is not in the table, in words. */
  readonly faults: readonly string[];
}

export function chosenOf({ columns }: TableFacts, values: NumbersState['values']['value']): Chosen {
  const { seconds, seed, split } = values;
  const names = columns.map(({ name }) => name);
  const known = names.includes(values.target);
  const target = known ? values.target : (names.at(-1) as string);
  const wanted = splitNames(values.inputs);
  const others = names.filter((name) => name !== target);
  const chosen = others.filter((name) => wanted.includes(name));
  const inputs = chosen.length > 0 ? chosen : others;
  const unknown = wanted.filter((name) => !names.includes(name));
  const column = /^column:(.*)$/s.exec(split)?.[1];
  const splits = column === undefined || inputs.includes(column);
  return {
    choice: { target, inputs, seconds, seed, split: splits ? split : 'magnitude' },
    faults: [
      ...(known || values.target === ''
        ? []
        : [`there is no column '${values.target}'; '${target}' is explained instead`]),
      ...unknown.map((name) => `there is no column '${name}'`),
      ...(splits ? [] : [`'${column}' is no input; the rows held out are those with any large input`]),
    ],
  };
}
