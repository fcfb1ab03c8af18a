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

import { FLOAT32_MAX } from '../../model/data.ts';
import { functions, type OperationName, operations } from './operations.ts';
import { fault, type Token, tokenize } from './tokens.ts';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly index: number }
  | {
      readonly kind: 'operation';
      readonly name: OperationName;
      readonly operands: readonly Expression[];
      /** Operations inside each other, from this one in. */
      readonly depth: number;
    };

/** Parentheses, calls, signs and powers inside each other, at most. */
export const MAX_NESTING = 32;

/** Operations inside each other, as those of a long sum are, at most; compilers of WGSL allow 512. */
export const MAX_DEPTH = 256;

const depthOf = (tree: Expression): number => (tree.kind === 'operation' ? tree.depth : 0);

/** The tree of `text` over `variables`, by their indices. Throws ExpressionError with the position of the fault. */
export function parseExpression(text: string, variables: readonly string[]): Expression {
  const tokens = tokenize(text);
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

  function apply(name: OperationName, operands: readonly Expression[], position: number): Expression {
    const values = operands.map((operand) => (operand.kind === 'number' ? operand.value : undefined));
    if (values.includes(undefined)) {
      const depth = 1 + Math.max(...operands.map(depthOf));
      if (depth <= MAX_DEPTH) return { kind: 'operation', name, operands, depth };
      throw fault(text, position, `more than ${MAX_DEPTH} operations depend on each other; use fewer`);
    }
    const [a = Number.NaN, b = Number.NaN] = values;
    return constant(operations[name].compute(a, b), position);
  }

  /** A number that float32 has, 0 where float32 has nothing closer. */
  function constant(value: number, position: number): Expression {
    if (!(Math.abs(value) <= FLOAT32_MAX)) {
      throw fault(text, position, `the value here is ${value}, which is not a finite float32 number`);
    }
    return { kind: 'number', value: Math.fround(value) === 0 ? 0 : value };
  }

  function chain(symbols: readonly OperationName[], operand: () => Expression): Expression {
    let left = operand();
    while (isSymbol(...symbols)) {
      const { text: symbol, position } = next();
      left = apply(symbol as OperationName, [left, operand()], position);
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
    return apply('^', [base, nested(signed)], position);
  }

  function atom(): Expression {
    const { kind, text: word, position, quoted } = peek();
    if (kind === 'number') {
      next();
      return constant(Number(word), position);
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
    const index = variables.indexOf(word);
    if (index >= 0) return { kind: 'variable', index };
    if (!quoted && word === 'pi') return { kind: 'number', value: Math.PI };
    if (!quoted && Object.hasOwn(functions, word)) throw unexpected(`'(' after ${word}`);
    throw fault(text, position, `there is no variable '${word}'; known: ${listed(variables)}, pi`);
  }

  function application(word: string, position: number): Expression {
    if (!Object.hasOwn(functions, word)) {
      const known = Object.keys(functions).join(', ');
      throw fault(text, position, `there is no function '${word}'; known: ${known}`);
    }
    const name = word as keyof typeof functions;
    const { operands } = functions[name];
    next();
    const values = [nested(sum)];
    while (values.length < operands) {
      expectSymbol(',', 'an operator or ');
      values.push(nested(sum));
    }
    expectSymbol(')', 'an operator or ');
    return apply(name, values, position);
  }

  const tree = sum();
  if (peek().kind !== 'end') throw unexpected('an operator or the end');
  return tree;
}

/** The first few names. */
const listed = (names: readonly string[]): string =>
  names.length <= 8 ? names.join(', ') : `${names.slice(0, 7).join(', ')}, … ${names.at(-1)}`;
