/** Names as the literature writes them, how they are compared, and the order in which tables show them. */

import type { RunRecord } from '../benchmark/record.ts';
import { units } from '../units/registry.ts';

type Settings = RunRecord['settings'];

const tasks: Readonly<Record<string, string>> = {
  'single-module': 'Single-module task',
  arithmetic: 'Arithmetic dataset',
  'arithmetic-simple': 'Simple arithmetic dataset',
  identity: 'Identity task',
  'static-function': 'Static function task',
  recurrent: 'Recurrent task',
  expression: 'Expressions',
};

const operations = ['add', 'sub', 'mul', 'div', 'squared', 'root'];

/** `Single-module task` */
export function taskTitle(task: string): string {
  return tasks[task] ?? task;
}

/** `inputs 100, subset 0.25`; empty without settings. */
export function settingsText(settings: Settings): string {
  return sorted(settings)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** Equal for equal settings, in whatever order they were written. */
export function settingsKey(settings: Settings): string {
  return JSON.stringify(sorted(settings));
}

const sorted = (settings: Settings) => Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));

/**
 * The name without what differs between papers: NAC+ is NAC, `NAC•,NMU` is `NAC•NMU`, ReLU is `Dense ReLU`. `NAC•,σ` keeps
 * its name: it is a stack of NAC and NAC•σ, and two layers with a NAC•σ may be another.
 */
export function commonUnit(name: string): string {
  return name
    .replace(/^NAU ?→ ?NMU$/, 'NMU')
    .replace(/^NAC ?→ ?NAC•σ$/, 'NAC•,σ')
    .replace(/^Dense /, '')
    .replace(/\+$/, '')
    .replace('NAC•,NMU', 'NAC•NMU');
}

/** The range without what differs between papers: brackets at its ends, and spaces. */
export function commonRange(range: string): string {
  return range.replaceAll(' ', '').replaceAll(')', ']');
}

/** The numbers in a range: `U[-6,-2) ∪ U[2,6)` has four; none where it is written in another way. */
export function boundsOf(range: string): number[] {
  return [...range.matchAll(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g)].map(([text]) => Number(text));
}

const rank = (list: readonly string[], name: string) => {
  const at = list.indexOf(name);
  return at < 0 ? list.length : at;
};

const byName = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export function byTask(a: string, b: string): number {
  const known = Object.keys(tasks);
  return rank(known, a) - rank(known, b) || byName(a, b);
}

export function byOperation(a: string, b: string): number {
  return rank(operations, a) - rank(operations, b) || byName(a, b);
}

/** By the middle of the range, from the most negative. */
export function byRange(a: string, b: string): number {
  const middle = (range: string) => {
    const bounds = boundsOf(range);
    return bounds.length > 0 ? bounds.reduce((sum, bound) => sum + bound, 0) / bounds.length : 0;
  };
  return middle(a) - middle(b) || byName(a, b);
}

const known = units.map((unit) => commonUnit(unit.name));

/** As `nalu info` lists them; others follow by name. */
export function byUnit(a: string, b: string): number {
  const place = (name: string) => rank(known, commonUnit(name).replaceAll(',', ''));
  return place(a) - place(b) || byName(a, b);
}
