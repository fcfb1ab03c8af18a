/** Constants that the digits show to be fractions, roots or products of π and e. */

import { expressionKind } from '../expression/kind.ts';
import { constantsOf, type Expression } from '../expression/tree.ts';
import { checkArguments } from '../options/check.ts';
import { flag } from '../options/kinds.ts';

/** A constant that is a fraction, a root or the like. */
export interface Meaning {
  readonly value: number;
  /** `1 / (4 π)` */
  readonly means: string;
}

interface Base {
  readonly value: number;
  readonly upper: string;
  readonly lower: string;
}

const BASES: readonly Base[] = [
  { value: Math.PI, upper: 'π', lower: 'π' },
  { value: Math.PI ** 2, upper: 'π²', lower: 'π²' },
  { value: Math.sqrt(Math.PI), upper: '√π', lower: '√π' },
  { value: Math.E, upper: 'e', lower: 'e' },
  { value: Math.SQRT2, upper: '√2', lower: '√2' },
  { value: Math.sqrt(3), upper: '√3', lower: '√3' },
  { value: Math.sqrt(2 * Math.PI), upper: '√(2 π)', lower: '√(2 π)' },
  { value: Math.LN2, upper: 'ln 2', lower: 'ln 2' },
];
/** Largest parts of fractions, alone and beside π and its like. */
const MOST_ALONE = 60;
const MOST_BESIDE = 32;
/**
 * Relative error that is allowed. Some ten thousand numbers are compared, so that one of a thousand constants without a meaning
 * is near to one of them.
 */
const NEAR = 1e-10;

/** What the constants of an exact formula are; of others the digits do not bear it. */
export function meaningsOf(expression: Expression, exact: boolean): Meaning[] {
  checkArguments('meaningsOf()', { expression, exact }, { expression: expressionKind, exact: flag });
  if (!exact) return [];
  const values = new Set(constantsOf(expression).map(({ value }) => Math.abs(value)));
  return [...values].flatMap((value) => {
    const means = meaningOf(value);
    return means === undefined ? [] : [{ value, means }];
  });
}

/** Undefined where `value` is short as it is, or nothing is near. */
export function meaningOf(value: number): string | undefined {
  if (!(value > 0) || String(value).length <= 6) return undefined;
  const near = (other: number) => Math.abs(value - other) <= NEAR * other;
  const alone = fractionOf(value, MOST_ALONE);
  if (alone && near(alone.upper / alone.lower)) return `${alone.upper} / ${alone.lower}`;
  for (const base of BASES) {
    for (const inverse of [false, true]) {
      const rest = inverse ? value * base.value : value / base.value;
      const part = fractionOf(rest, MOST_BESIDE);
      if (!part) continue;
      if (!near((part.upper / part.lower) * (inverse ? 1 / base.value : base.value))) continue;
      const upper = [
        ...(part.upper === 1 && !inverse ? [] : [String(part.upper)]),
        ...(inverse ? [] : [base.upper]),
      ];
      const lower = [...(part.lower === 1 ? [] : [String(part.lower)]), ...(inverse ? [base.lower] : [])];
      const below = lower.length > 1 ? `(${lower.join(' ')})` : lower.join('');
      return lower.length === 0 ? upper.join(' ') : `${upper.join(' ')} / ${below}`;
    }
  }
  return undefined;
}

/** The fraction with the smallest denominator that is near to `value`. */
function fractionOf(value: number, most: number): { upper: number; lower: number } | undefined {
  for (let lower = 1; lower <= most; lower++) {
    const upper = Math.round(value * lower);
    if (upper >= 1 && upper <= most && Math.abs(value * lower - upper) <= 2 * NEAR * upper)
      return { upper, lower };
  }
  return undefined;
}
