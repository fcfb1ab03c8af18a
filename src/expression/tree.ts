/**
 * Expressions: scalar equations as trees of operators, constants, columns of a table and named quantities. They are plain,
 * immutable data; the other files of this folder evaluate, differentiate, simplify, parse and print them.
 *
 * `op.add(a, 1)` builds exactly what is written. `sum`, `product`, `power` and `call` of `simplify.ts` build the simplest form.
 */

import { OptionError } from '../errors.ts';
import { show } from '../options/check.ts';

/** The operators; `operators.ts` says what each is. */
export type OperatorName = 'add' | 'subtract' | 'multiply' | 'divide' | 'negate' | 'power' | FunctionName;

/** Operators that are called by their name. */
export type FunctionName =
  | 'sqrt'
  | 'abs'
  | 'sign'
  | 'exp'
  | 'boundedExp'
  | 'boundedExpDerivative'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'tanhDerivative'
  | 'sinpi'
  | 'cospi'
  | 'sigmoid'
  | 'sigmoidDerivative'
  | 'softplus'
  | 'floor'
  | 'min'
  | 'max'
  | 'select';

/** A number in an expression. */
export interface Constant {
  readonly kind: 'constant';
  readonly value: number;
  /** Whether it may take a better value, as a trained weight may; other constants belong to the equation. */
  readonly free: boolean;
}

/** A column of a table. */
export interface Variable {
  readonly kind: 'variable';
  /** Column of the row. */
  readonly index: number;
  readonly domain: Domain;
}

/** A quantity with a name: a parameter, or a value that is computed elsewhere. */
export interface NamedSymbol {
  readonly kind: 'symbol';
  readonly name: string;
  readonly domain: Domain;
}

/** An operation on expressions. */
export interface Call {
  readonly kind: 'call';
  readonly name: OperatorName;
  readonly args: readonly Expression[];
}

/** What is known of the values of a column: |x| is x where none is negative. */
export type Domain = 'any' | 'nonNegative' | 'positive' | 'nonPositive' | 'negative';

/** What an expression is made of in the end: numbers, columns and named quantities. */
export type Leaf = Constant | Variable | NamedSymbol;
/** A scalar equation as a tree: constants, variables, and operations on them. */
export type Expression = Leaf | Call;

/** Formulas of all outputs of a model, over the columns of a table. */
export interface Formula {
  /** Names of the columns, in the order of the rows. */
  readonly variables: readonly string[];
  /** Names of the outputs. */
  readonly targets: readonly string[];
  /** One per target. */
  readonly expressions: readonly Expression[];
}

/** A number of the equation itself. */
export const constant = (value: number, free = false): Constant => ({
  kind: 'constant',
  value: value === 0 ? 0 : value,
  free,
});

/** A number out of a trained weight, which may take a better value. */
export const weight = (value: number): Constant => constant(value, true);

/** A leaf by its index among the inputs. */
export const variable = (index: number, domain: Domain = 'any'): Variable => ({
  kind: 'variable',
  index,
  domain,
});

/** A leaf by name, such as a parameter. Throws OptionError for a name that is not text. */
export function symbol(name: string, domain: Domain = 'any'): NamedSymbol {
  if (typeof name !== 'string') throw new OptionError(`a symbol's name is ${show(name)}; it must be a text`);
  return { kind: 'symbol', name, domain };
}

/** An argument of an operator; a number stands for a constant. */
export type Operand = Expression | number;

const operand = (value: Operand): Expression => {
  if (typeof value === 'number') return constant(value);
  if (value?.kind !== undefined) return value;
  throw new OptionError(`an operand is ${show(value)}; it must be an expression or a number`);
};

/** The node `name(args)`, as it is. */
export const node = (name: OperatorName, ...args: readonly Operand[]): Call => ({
  kind: 'call',
  name,
  args: args.map(operand),
});

type Builder<N extends number> = N extends 1
  ? (a: Operand) => Call
  : N extends 2
    ? (a: Operand, b: Operand) => Call
    : (...args: readonly Operand[]) => Call;

const builder =
  (name: OperatorName, arity?: number) =>
  (...args: readonly Operand[]): Call => {
    if (arity === undefined ? args.length > 0 : args.length === arity) return node(name, ...args);
    throw new OptionError(`op.${name} takes ${arity ?? 'at least 1'} operands; it got ${args.length}`);
  };
const unary = (name: OperatorName) => builder(name, 1) as Builder<1>;
const binary = (name: OperatorName) => builder(name, 2) as Builder<2>;

/** Builds nodes as they are written, without simplification: what equations whose rounding matters are written with. */
export const op = {
  /** Σ args. */
  add: builder('add'),
  subtract: binary('subtract'),
  /** Π args. */
  multiply: builder('multiply'),
  divide: binary('divide'),
  negate: unary('negate'),
  power: binary('power'),
  sqrt: unary('sqrt'),
  abs: unary('abs'),
  sign: unary('sign'),
  exp: unary('exp'),
  boundedExp: unary('boundedExp'),
  boundedExpDerivative: unary('boundedExpDerivative'),
  expm1: unary('expm1'),
  log: unary('log'),
  log1p: unary('log1p'),
  sin: unary('sin'),
  cos: unary('cos'),
  tan: unary('tan'),
  asin: unary('asin'),
  acos: unary('acos'),
  atan: unary('atan'),
  sinh: unary('sinh'),
  cosh: unary('cosh'),
  tanh: unary('tanh'),
  tanhDerivative: unary('tanhDerivative'),
  sinpi: unary('sinpi'),
  cospi: unary('cospi'),
  sigmoid: unary('sigmoid'),
  sigmoidDerivative: unary('sigmoidDerivative'),
  softplus: unary('softplus'),
  floor: unary('floor'),
  min: binary('min'),
  max: binary('max'),
  /** `c` where a > b, else `d`. */
  select: builder('select', 4) as (a: Operand, b: Operand, c: Operand, d: Operand) => Call,
} as const satisfies Record<OperatorName, (...args: never[]) => Call>;

export const zero = constant(0);
export const one = constant(1);

/** Whether `expression` is a constant, and of this value where one is given. */
export function isConstant(expression: Expression): expression is Constant;
export function isConstant<V extends number>(
  expression: Expression,
  value: V,
): expression is Constant & { readonly value: V };
export function isConstant(expression: Expression, value?: number): boolean {
  return expression.kind === 'constant' && (value === undefined || expression.value === value);
}

/** Whether `expression` is a call of `name`. */
export const isCall = <N extends OperatorName>(
  expression: Expression,
  name: N,
): expression is Call & { readonly name: N } => expression.kind === 'call' && expression.name === name;

/** The arguments of a call of `name`, such as the terms of a sum; of anything else, it alone. */
export const argsOf = (expression: Expression, name: OperatorName): readonly Expression[] =>
  isCall(expression, name) ? expression.args : [expression];

/** The parts of `expression` that are expressions themselves. */
export const partsOf = (expression: Expression): readonly Expression[] =>
  expression.kind === 'call' ? expression.args : [];

/** The same tree with other leaves, visited from left to right; `rebuild` simplifies on the way, this does not. */
export function replaceLeaves(expression: Expression, leaf: (leaf: Leaf) => Expression): Expression {
  if (expression.kind !== 'call') return leaf(expression);
  return { ...expression, args: expression.args.map((arg) => replaceLeaves(arg, leaf)) };
}

const sizes = new WeakMap<Expression, number>();

/** How many nodes `expression` has when it is written out. */
export function sizeOf(expression: Expression): number {
  if (expression.kind !== 'call') return 1;
  const known = sizes.get(expression);
  if (known !== undefined) return known;
  const size = expression.args.reduce((sum, part) => sum + sizeOf(part), 1);
  sizes.set(expression, size);
  return size;
}

/** Every constant, from left to right. */
export const constantsOf = (expression: Expression): Constant[] =>
  expression.kind === 'constant' ? [expression] : partsOf(expression).flatMap(constantsOf);

/** All leaves, each object once. */
function leavesOf(expression: Expression): Set<Leaf> {
  const found = new Set<Leaf>();
  const seen = new Set<Expression>();
  const visit = (part: Expression): void => {
    if (part.kind !== 'call') found.add(part);
    else if (!seen.has(part)) {
      seen.add(part);
      part.args.forEach(visit);
    }
  };
  visit(expression);
  return found;
}

/** Columns that `expression` depends on, in ascending order. */
export function variablesOf(expression: Expression): number[] {
  const indices = [...leavesOf(expression)].flatMap((leaf) => (leaf.kind === 'variable' ? [leaf.index] : []));
  return [...new Set(indices)].sort((a, b) => a - b);
}

/** Names of the symbols in `expression`, in the order in which they first appear. */
export function symbolsOf(expression: Expression): string[] {
  const names = [...leavesOf(expression)].flatMap((leaf) => (leaf.kind === 'symbol' ? [leaf.name] : []));
  return [...new Set(names)];
}

const keys = new WeakMap<Expression, string>();

/** A text that two expressions share exactly if they are the same tree; constants by value. */
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
    case 'symbol':
      return `:${expression.name}`;
    case 'call': {
      const args = expression.args.map(keyOf);
      if (expression.name === 'power') return `${args[0]}^${args[1]}`;
      if (expression.name === 'add') return `(${args.join('+')})`;
      if (expression.name === 'multiply') return `(${args.join('*')})`;
      return `${expression.name}(${args.join(',')})`;
    }
  }
}
