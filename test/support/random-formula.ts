/** Random expressions, each with its value computed as it was asked for, without any simplification. */

import { call, power, product, sum } from '../../src/expression/simplify.ts';
import type { Expression } from '../../src/expression/tree.ts';
import { constant, variable } from '../../src/expression/tree.ts';
import type { Random } from '../../src/random.ts';

/** A value and how far off it may be: a first-order bound of its rounding errors. */
export interface Bounded {
  readonly value: number;
  readonly error: number;
}

export interface Sample {
  readonly expression: Expression;
  readonly compute: (row: ArrayLike<number>) => Bounded;
}

const ULP = 2 ** -52;
const rounded = (value: number, error: number): Bounded => ({ value, error: error + ULP * Math.abs(value) });
/** Where an argument may lie on either side of a step, the value may be anything. */
const nearStep = ({ value, error }: Bounded): number =>
  Math.abs(value) <= 1e4 * error ? Number.POSITIVE_INFINITY : 0;

const numbers = [-3, -2, -1, -0.5, 0, 0.25, 0.5, 1, 1.5, 2, 7, 0.1, 1e-7, Math.PI, 1e21];
const exponents = [-2, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 0.3];

export function randomExpression(random: Random, variables: number, depth: number): Sample {
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)] as T;
  const inner = (): Sample => randomExpression(random, variables, depth - 1);
  const kind = depth === 0 ? random.integer(2) : random.integer(8);
  if (kind === 0) {
    const value = pick(numbers);
    return { expression: constant(value), compute: () => ({ value, error: 0 }) };
  }
  if (kind <= 2) {
    const index = random.integer(variables);
    return {
      expression: variable(index),
      compute: (row) => ({ value: row[index] as number, error: 0 }),
    };
  }
  if (kind === 3 || kind === 4) {
    const parts = Array.from({ length: 2 + random.integer(2) }, inner);
    const expressions = parts.map(({ expression }) => expression);
    const combine = kind === 3 ? plus : times;
    return {
      expression: kind === 3 ? sum(...expressions) : product(...expressions),
      compute: (row) => parts.map((part) => part.compute(row)).reduce(combine),
    };
  }
  const [a, b] = [inner(), inner()];
  if (kind === 5) {
    const exponent = pick(exponents);
    return {
      expression: power(a.expression, constant(exponent)),
      compute: (row) => raised(a.compute(row), exponent),
    };
  }
  if (kind === 6) {
    const name = pick(['min', 'max'] as const);
    return {
      expression: call(name, a.expression, b.expression),
      compute(row) {
        const [u, v] = [a.compute(row), b.compute(row)];
        return { value: Math[name](u.value, v.value), error: Math.max(u.error, v.error) };
      },
    };
  }
  const name = pick(['abs', 'sign', 'exp', 'log', 'cos'] as const);
  return { expression: call(name, a.expression), compute: (row) => applied(name, a.compute(row)) };
}

const plus = (a: Bounded, b: Bounded): Bounded =>
  rounded(a.value + b.value, a.error + b.error + ULP * (Math.abs(a.value) + Math.abs(b.value)));

const times = (a: Bounded, b: Bounded): Bounded =>
  rounded(a.value * b.value, Math.abs(a.value) * b.error + Math.abs(b.value) * a.error);

function raised({ value, error }: Bounded, exponent: number): Bounded {
  const result = value ** exponent;
  // Near zero, a root or a quotient magnifies errors beyond any first-order bound.
  const unsure = exponent < 1 && exponent !== 0 ? nearStep({ value, error }) : 0;
  const slope = Math.abs(exponent * value ** (exponent - 1));
  return rounded(result, (error === 0 ? 0 : slope * error) + 8 * ULP * Math.abs(result) + unsure);
}

function applied(name: 'abs' | 'sign' | 'exp' | 'log' | 'cos', a: Bounded): Bounded {
  const value = Math[name](a.value);
  switch (name) {
    case 'abs':
      return { value, error: a.error };
    case 'sign':
      return { value, error: a.error === 0 ? 0 : nearStep(a) };
    case 'exp':
      return rounded(value, value * a.error);
    case 'log':
      return rounded(value, a.error / Math.abs(a.value) + nearStep(a));
    case 'cos':
      return rounded(value, a.error + ULP * Math.abs(a.value));
  }
}
