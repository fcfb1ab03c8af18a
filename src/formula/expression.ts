/** Expressions: what a formula is made of. They are built with the functions of `build.ts`, which keep them simple. */

export type FunctionName = 'abs' | 'sign' | 'exp' | 'log' | 'cos' | 'min' | 'max';

export interface Constant {
  readonly kind: 'constant';
  readonly value: number;
  /** Whether it comes out of a trained weight, so that a better value may be found; others belong to the unit's equation. */
  readonly free: boolean;
}

export interface Variable {
  readonly kind: 'variable';
  /** Column of the row. */
  readonly index: number;
  /** What is known of its values; |x| is x where they are not negative. */
  readonly domain: Domain;
}

export type Domain = 'any' | 'nonNegative' | 'positive';

export type Expression =
  | Constant
  | Variable
  /** Sum of at least two terms. */
  | { readonly kind: 'sum'; readonly terms: readonly Expression[] }
  /** Product of at least two factors, at most the first of which is a constant. */
  | { readonly kind: 'product'; readonly factors: readonly Expression[] }
  /** Where the exponent is not whole and the base is negative, it is not a number. */
  | { readonly kind: 'power'; readonly base: Expression; readonly exponent: Constant }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] };

/** Formulas of all outputs of a model, over the columns of a table. */
export interface Formula {
  /** Names of the columns, in the order of the rows. */
  readonly variables: readonly string[];
  /** Names of the outputs. */
  readonly targets: readonly string[];
  /** One per target. */
  readonly expressions: readonly Expression[];
}

/** The parts of `expression` that are expressions themselves. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'sum':
      return expression.terms;
    case 'product':
      return expression.factors;
    case 'power':
      return [expression.base, expression.exponent];
    case 'call':
      return expression.args;
    default:
      return [];
  }
}

const sizes = new WeakMap<Expression, number>();

/** How many nodes `expression` has when it is written out. */
export function sizeOf(expression: Expression): number {
  const known = sizes.get(expression);
  if (known !== undefined) return known;
  const size = partsOf(expression).reduce((sum, part) => sum + sizeOf(part), 1);
  sizes.set(expression, size);
  return size;
}

/** Every constant, in the order in which it is written. */
export const constantsOf = (expression: Expression): Constant[] =>
  expression.kind === 'constant' ? [expression] : partsOf(expression).flatMap(constantsOf);

/** Columns that `expression` depends on, in ascending order. */
export function variablesOf(expression: Expression): number[] {
  const found = new Set<number>();
  const visit = (node: Expression): void => {
    if (node.kind === 'variable') found.add(node.index);
    for (const part of partsOf(node)) visit(part);
  };
  visit(expression);
  return [...found].sort((a, b) => a - b);
}

const keys = new WeakMap<Expression, string>();

/** A text that two expressions share if they are the same; constants by value. */
export function keyOf(expression: Expression): string {
  const known = keys.get(expression);
  if (known !== undefined) return known;
  const key = writeKey(expression);
  keys.set(expression, key);
  return key;
}

function writeKey(expression: Expression): string {
  switch (expression.kind) {
    case 'constant':
      return `#${expression.value}`;
    case 'variable':
      // Padded, so that x2 sorts before x10.
      return `x${String(expression.index).padStart(6, '0')}`;
    case 'power':
      return `${keyOf(expression.base)}^${keyOf(expression.exponent)}`;
    case 'call':
      return `${expression.name}(${expression.args.map(keyOf).join(',')})`;
    default: {
      const mark = expression.kind === 'sum' ? '+' : '*';
      return `(${partsOf(expression).map(keyOf).join(mark)})`;
    }
  }
}

/** Whether no value of `expression` is negative, as far as its form tells. */
export function isNonNegative(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.value >= 0;
    case 'variable':
      return expression.domain !== 'any';
    case 'sum':
      return expression.terms.every(isNonNegative);
    case 'product':
      return expression.factors.every(isNonNegative);
    case 'power': {
      const { value } = expression.exponent;
      return value % 2 === 0 || !Number.isInteger(value) || isNonNegative(expression.base);
    }
    case 'call':
      return isNonNegativeCall(expression.name, expression.args);
  }
}

function isNonNegativeCall(name: FunctionName, args: readonly Expression[]): boolean {
  switch (name) {
    case 'abs':
    case 'exp':
      return true;
    case 'sign':
    case 'min':
      return args.every(isNonNegative);
    case 'max':
      return args.some(isNonNegative);
    default:
      return false;
  }
}

/** Whether every value is above zero, as far as the form tells. */
export function isPositive(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
      return expression.value > 0;
    case 'variable':
      return expression.domain === 'positive';
    case 'sum':
      return expression.terms.every(isNonNegative) && expression.terms.some(isPositive);
    case 'product':
      return expression.factors.every(isPositive);
    case 'power':
      return isPositive(expression.base);
    case 'call':
      return expression.name === 'exp';
  }
}
