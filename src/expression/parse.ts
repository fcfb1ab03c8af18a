/**
 * Reads an expression into a tree, by recursive descent:
 *
 *     sum      = product { ("+" | "-") product }
 *     product  = signed { ("*" | "/") signed }
 *     signed   = { "+" | "-" } power
 *     power    = atom [ "^" signed ]
 *     atom     = number | "pi" | variable | function "(" sum { "," sum } ")" | "(" sum ")"
 *
 * So −x ^ 2 is −(x ^ 2), and 2 ^ 3 ^ 2 is 2 ^ (3 ^ 2). A variable whose name is not a word of letters, digits and _ stands
 * in backquotes. Parts without variables are numbers at once, in float64.
 */

import { operators } from './operators.ts';
import { fault, type Token, tokenize } from './tokens.ts';
import { constant, type Expression, type FunctionName, node, type OperatorName, variable } from './tree.ts';

/** Functions by the names they are called by; every one has at least one argument. */
const functions: Readonly<Record<string, FunctionName>> = {
  sqrt: 'sqrt',
  abs: 'abs',
  sign: 'sign',
  exp: 'exp',
  expm1: 'expm1',
  log: 'log',
  ln: 'log',
  log1p: 'log1p',
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  asin: 'asin',
  arcsin: 'asin',
  acos: 'acos',
  arccos: 'acos',
  atan: 'atan',
  arctan: 'atan',
  sinh: 'sinh',
  cosh: 'cosh',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  floor: 'floor',
  min: 'min',
  max: 'max',
  select: 'select',
};

/** The names under which `parseExpression` knows functions, without second names. */
export const functionNames: readonly string[] = [...new Set(Object.values(functions))];

const infixes: Readonly<Record<string, OperatorName>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
};

/** Parentheses, calls, signs and powers inside each other, at most. */
export const MAX_NESTING = 32;

/** Operations inside each other, as those of a long sum are, at most; compilers of WGSL allow 512. */
export const MAX_DEPTH = 256;

export interface ParseOptions {
  /** Largest magnitude of a number, and of what can be worked out without the variables. Default: that of float64. */
  readonly largest?: number;
  /** What such numbers are called in messages. */
  readonly format?: string;
}

/** The tree of `text` over `variables`, as it is written. Throws ExpressionError with the position of the fault. */
export function parseExpression(
  text: string,
  variables: readonly string[],
  { largest = Number.MAX_VALUE, format = 'float64' }: ParseOptions = {},
): Expression {
  const tokens = tokenize(text);
  const indices = new Map(variables.map((name, index) => [name, index]));
  const depths = new Map<Expression, number>();
  let at = 0;
  let nesting = 0;
  const peek = (): Token => tokens[at] as Token;
  const isSymbol = (...symbols: string[]): boolean =>
    peek().kind === 'symbol' && symbols.includes(peek().text);
  const next = (): Token => tokens[at++] as Token;

  function unexpected(expected: string): Error {
    const { kind, text: found, position } = peek();
    const what = kind === 'end' ? 'the expression ends' : `found '${found}'`;
    return fault(text, position, `expected ${expected}, but ${what}`);
  }

  function expectSymbol(symbol: string, otherwise: string): void {
    if (!isSymbol(symbol)) throw unexpected(`${otherwise}'${symbol}'`);
    next();
  }

  /** `inner`, one level further in. */
  function nested(inner: () => Expression): Expression {
    if (nesting === MAX_NESTING) {
      throw fault(text, peek().position, `it is nested more than ${MAX_NESTING} deep`);
    }
    nesting++;
    const result = inner();
    nesting--;
    return result;
  }

  function apply(name: OperatorName, args: readonly Expression[], position: number): Expression {
    const values = args.map((arg) => (arg.kind === 'constant' ? arg.value : undefined));
    if (values.includes(undefined)) {
      const depth = 1 + Math.max(...args.map((arg) => depths.get(arg) ?? 0));
      if (depth > MAX_DEPTH) {
        throw fault(text, position, `more than ${MAX_DEPTH} operations depend on each other; use fewer`);
      }
      const made = node(name, ...args);
      depths.set(made, depth);
      return made;
    }
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = values;
    return number(operators[name].value(a, b, c, d), position);
  }

  function number(value: number, position: number): Expression {
    if (!(Math.abs(value) <= largest)) {
      throw fault(text, position, `the value here is ${value}, which is not a finite ${format} number`);
    }
    return constant(value);
  }

  function chain(symbols: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (isSymbol(...symbols)) {
      const { text: mark, position } = next();
      left = apply(infixes[mark] as OperatorName, [left, operand()], position);
    }
    return left;
  }

  const sum = (): Expression => chain(['+', '-'], product);
  const product = (): Expression => chain(['*', '/'], signed);

  function signed(): Expression {
    if (!isSymbol('+', '-')) return power();
    const { text: sign, position } = next();
    const operand = nested(signed);
    return sign === '-' ? apply('negate', [operand], position) : operand;
  }

  function power(): Expression {
    const base = atom();
    if (!isSymbol('^')) return base;
    const { position } = next();
    return apply('power', [base, nested(signed)], position);
  }

  function atom(): Expression {
    const { kind, text: word, position, quoted } = peek();
    if (kind === 'number') {
      next();
      return number(Number(word), position);
    }
    if (isSymbol('(')) {
      next();
      const inner = nested(sum);
      expectSymbol(')', 'an operator or ');
      return inner;
    }
    if (kind !== 'name') throw unexpected("a number, a variable, a function or '('");
    next();
    if (!quoted && isSymbol('(')) return application(word, position);
    const index = indices.get(word);
    if (index !== undefined) return variable(index);
    if (!quoted && word === 'pi') return constant(Math.PI);
    if (!quoted && Object.hasOwn(functions, word)) throw unexpected(`'(' after ${word}`);
    throw fault(text, position, `there is no variable '${word}'; known: ${listed(variables)}, pi`);
  }

  function application(word: string, position: number): Expression {
    const name = Object.hasOwn(functions, word) ? functions[word] : undefined;
    if (!name) {
      throw fault(text, position, `there is no function '${word}'; known: ${functionNames.join(', ')}`);
    }
    next();
    const args = [nested(sum)];
    while (args.length < operators[name].arity) {
      expectSymbol(',', 'an operator or ');
      args.push(nested(sum));
    }
    expectSymbol(')', 'an operator or ');
    return apply(name, args, position);
  }

  const tree = sum();
  if (peek().kind !== 'end') throw unexpected('an operator or the end');
  return tree;
}

/** The first few names. */
const listed = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 7).join(', ')}, … ${names.at(-1)}`;
