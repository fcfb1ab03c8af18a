/**
 * What it takes to say a formula, and what it saves of what it takes to say the target: a formula is worth believing only where it
 * saves more than it costs (Rissanen, 1978). A search looks at about as many formulas as can be said in so many symbols, so this
 * is also what allows for their number. All lengths are in nats.
 */

import { complexityOf } from '../expression/layout.ts';
import { argsOf, constantsOf, type Expression, isCall, partsOf } from '../expression/tree.ts';
import { policy } from './policy.ts';

/** Symbols that a formula is written in, beside the columns: operations and functions. */
const SYMBOLS = 18;

/** To say `expression` over `width` columns; `rows` is how many its constants were fitted to, where they are known by noise. */
export function codeLength(expression: Expression, width: number, rows?: number): number {
  const constants = constantsOf(expression).reduce((total, { value }) => {
    const written = Math.log(10) * digitsOf(value);
    return total + (rows === undefined ? written : Math.min(written, Math.log(rows) / 2));
  }, 0);
  return (
    complexityOf(expression) * Math.log(SYMBOLS + width) + constants + policy.evidence * oddPowers(expression)
  );
}

/**
 * Exponents that are no simple fractions, where they are not those of a product of powers alone: such a product is a law whatever its
 * exponents, but a sum or a function of odd powers bends to many curves and is a law in few.
 */
function oddPowers(expression: Expression): number {
  const isFactor = (part: Expression): boolean =>
    part.kind !== 'call' || (isCall(part, 'power') && partsOf(part).every(({ kind }) => kind !== 'call'));
  if (argsOf(expression, 'multiply').every(isFactor)) return 0;
  const count = (part: Expression): number =>
    partsOf(part).reduce(
      (total, each) => total + count(each),
      isCall(part, 'power') && isOdd(part.args[1]) ? 1 : 0,
    );
  return count(expression);
}

const isOdd = (exponent: Expression | undefined): boolean =>
  exponent?.kind === 'constant' &&
  [2, 3, 4].every((part) => Math.abs(part * exponent.value - Math.round(part * exponent.value)) > 1e-9);

/** Digits that a number is written with, zeros at its ends apart; at least one. */
function digitsOf(value: number): number {
  const [mantissa = ''] = Math.abs(value).toExponential().split('e');
  return mantissa.replace('.', '').length;
}

/** What an exact formula says of rows with these targets: of each how far it is told apart from other values. */
export function information(y: Float64Array, rows: number): number {
  const least = y.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = y.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const steps = (most - least) / unitOf(y);
  return rows * Math.min(Math.log(1 + steps), -Math.log(policy.exact));
}

/** The largest power of ten that all values are multiples of. */
function unitOf(y: Float64Array): number {
  const size = y.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  for (let exponent = Math.floor(Math.log10(size || 1)); exponent > -300; exponent--) {
    // Division by a whole power is exact where multiplication by a fraction is not.
    const places = (value: number) => (exponent < 0 ? value * 10 ** -exponent : value / 10 ** exponent);
    if (10 ** exponent < policy.exact * size) break;
    const whole = y.every((value) => {
      const scaled = places(value);
      return Math.abs(scaled - Math.round(scaled)) <= 1e-9 * Math.max(1, Math.abs(scaled) * 1e-6);
    });
    if (whole) return 10 ** exponent;
  }
  return policy.exact * (size || 1);
}

/** Rows that are looked at for copies: so many are evidence enough. */
const MOST_COMPARED = 2000;

/** Rows of [rows, width] that differ from all others, in an input or in the target: a copy says nothing. */
export function distinctRows({ x, y }: { x: Float64Array; y: Float64Array }, width: number): number {
  const step = Math.max(1, y.length / MOST_COMPARED);
  const seen = new Set<string>();
  for (let at = 0; at < y.length; at += step) {
    const row = Math.floor(at);
    seen.add(`${x.subarray(row * width, (row + 1) * width).join()},${y[row]}`);
  }
  return seen.size;
}
