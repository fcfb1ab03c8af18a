/** Random valid expressions: their text, and their value computed beside it, without the package's parser. */

import type { Random } from '../../src/random.ts';

export interface RandomExpression {
  readonly text: string;
  value(x: ArrayLike<number>): number;
  /** How tightly the text binds: 1 sums, 2 products, 3 signs, 4 powers, 5 atoms. */
  readonly level: number;
}

type Value = RandomExpression['value'];

const unary: readonly [string, (a: number) => number][] = [
  ['sqrt', Math.sqrt],
  ['abs', Math.abs],
  ['exp', Math.exp],
  ['log', Math.log],
  ['sin', Math.sin],
  ['cos', Math.cos],
];
const infix: readonly [string, number, (a: number, b: number) => number][] = [
  ['+', 1, (a, b) => a + b],
  ['-', 1, (a, b) => a - b],
  ['*', 2, (a, b) => a * b],
  ['/', 2, (a, b) => a / b],
];

/** An expression of at most `depth` operations inside each other. */
export function randomExpression(
  random: Random,
  variables: readonly string[],
  depth: number,
): RandomExpression {
  const spaced = (text: string): string => (random.integer(3) === 0 ? ` ${text} ` : text);
  /** In parentheses where the level needs them, and sometimes where it does not. */
  const at = (least: number, inner: RandomExpression): string =>
    inner.level < least || random.integer(6) === 0 ? `(${spaced(inner.text)})` : inner.text;
  const inner = () => randomExpression(random, variables, depth - 1);
  const atom = (text: string, value: Value): RandomExpression => ({ text, value, level: 5 });

  if (depth === 0 || random.integer(5) === 0) {
    const kind = random.integer(5);
    if (kind === 0) return atom('pi', () => Math.PI);
    if (kind === 1) {
      const text = ['0.5', '2', '.25', '3.', '1e-1', '12.5E+0'][random.integer(6)] as string;
      return atom(text, () => Number(text));
    }
    const index = random.integer(variables.length);
    return atom(variables[index] as string, (x) => x[index] as number);
  }
  const kind = random.integer(10);
  if (kind < 5) {
    const [symbol, level, f] = infix[random.integer(infix.length)] as (typeof infix)[number];
    const [a, b] = [inner(), inner()];
    const text = `${at(level, a)}${spaced(symbol)}${at(level + 1, b)}`;
    return { text, level, value: (x) => f(a.value(x), b.value(x)) };
  }
  if (kind === 5) {
    const a = inner();
    return { text: `-${spaced(at(3, a))}`, level: 3, value: (x) => -a.value(x) };
  }
  if (kind === 6) {
    const [a, b] = [inner(), inner()];
    return { text: `${at(5, a)}^${at(3, b)}`, level: 4, value: (x) => a.value(x) ** b.value(x) };
  }
  const [a, b] = [inner(), inner()];
  if (kind === 7) {
    const least = random.integer(2) === 0;
    const value: Value = (x) => (least ? Math.min(a.value(x), b.value(x)) : Math.max(a.value(x), b.value(x)));
    return atom(`${least ? 'min' : 'max'}(${a.text},${spaced(b.text)})`, value);
  }
  const [name, f] = unary[random.integer(unary.length)] as (typeof unary)[number];
  return atom(`${name}${spaced('(')}${a.text})`, (x) => f(a.value(x)));
}
