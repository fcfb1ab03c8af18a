/** The units as text: their names only, or everything about them. */

import { describeUnit, type Unit, type UnitDescription } from '../index.ts';
import { labelled, padEnd, wrap, wrapList } from './text.ts';

/** What is shown of a unit, and stands in the JSON. */
export interface UnitInfo
  extends UnitDescription,
    Pick<Unit, 'name' | 'operations' | 'options' | 'initializations' | 'initialization'> {}

/** All that is shown of `unit`. */
export function infoOf(unit: Unit): UnitInfo {
  const { name, operations, options, initializations, initialization } = unit;
  return { name, ...describeUnit(unit), operations, options, initializations, initialization };
}

/** Names, grouped by the operations one layer can learn. */
export function unitNames(units: readonly UnitInfo[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { name, operations } of units) {
    const label = operations.join(', ') || 'none';
    groups.set(label, [...(groups.get(label) ?? []), name]);
  }
  const indent = Math.max(0, ...[...groups.keys()].map((label) => label.length)) + 4;
  return [...groups].flatMap(([label, names]) => {
    const [first = '', ...rest] = wrapList(names, { indent });
    return [padEnd(`  ${label}`, indent) + first.slice(indent), ...rest];
  });
}

/** Name, formula, paper and initial values of every unit, after an empty line each. */
export function unitDetails(units: readonly UnitInfo[]): string[] {
  return units.flatMap(({ name, summary, formula, paper, initializations, initialization }) => {
    const schemes = Object.keys(initializations).map((scheme) =>
      scheme === initialization ? `${scheme} (default)` : scheme,
    );
    const source = `${paper.title} (${shortAuthors(paper.authors)} ${paper.year}, ${paper.arxiv ? `arXiv:${paper.arxiv}` : paper.url})`;
    return [
      '',
      `  ${name}`,
      ...wrap(summary, { indent: 4 }),
      ...formulaLines(formula, 4),
      ...labelled('    initial values:', schemes.join(', '), 20),
      ...labelled('    paper:', source, 20),
    ];
  });
}

/** More than two authors are the first one and others. */
function shortAuthors(authors: string): string {
  const names = authors.split(', ');
  return names.length > 2 ? `${names[0]} et al.` : names.join(' and ');
}

/** Breaks a formula between equations where it can, and at other spaces only in an equation too long for a line. */
function formulaLines(formula: string, indent: number): string[] {
  const equations: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, character] of [...formula.matchAll(/[([{)\]},]/g)].map(
    (match) => [match.index, match[0]] as const,
  )) {
    if ('([{'.includes(character)) depth++;
    else if (character !== ',') depth--;
    else if (depth === 0) {
      equations.push(formula.slice(start, at).trim());
      start = at + 1;
    }
  }
  equations.push(formula.slice(start).trim());
  return wrapList(equations, { indent }).flatMap((line) => wrap(line.trim(), { indent }));
}
