/** Equal parts of expressions as one: a number for each different part, those of arguments before those of their calls. */

import { type Expression, isCall, sizeOf, symbol } from './tree.ts';

export class Numbering {
  /** One expression for each number. */
  readonly parts: Expression[] = [];
  /** The numbers of its arguments, for each number. */
  readonly args: (readonly number[])[] = [];
  readonly #known = new WeakMap<Expression, number>();
  readonly #numbers = new Map<string, number>();

  /** The number of `expression`, which equal expressions share; constants by value. */
  add(expression: Expression): number {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    const args = expression.kind === 'call' ? expression.args.map((arg) => this.add(arg)) : [];
    const key = this.#key(expression, args);
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.parts.length;
      this.#numbers.set(key, number);
      this.parts.push(expression);
      this.args.push(args);
    }
    this.#known.set(expression, number);
    return number;
  }

  #key(expression: Expression, args: readonly number[]): string {
    switch (expression.kind) {
      case 'constant':
        return `#${expression.value}`;
      case 'variable':
        return `x${expression.index}`;
      case 'symbol':
        return `:${expression.name}`;
      case 'call':
        return `${expression.name} ${args.join(' ')}`;
    }
  }
}

/** Calls of at least `least` nodes that occur more than once in `expressions`, each after those inside it; signs do not count. */
function sharedParts(
  expressions: readonly Expression[],
  least: number,
): { numbering: Numbering; shared: number[] } {
  const numbering = new Numbering();
  const results = expressions.map((expression) => numbering.add(expression));
  const uses = numbering.parts.map(() => 0);
  for (const number of results) uses[number] = (uses[number] as number) + 1;
  // From the results inwards, so that what only a shared part uses counts once.
  for (let number = numbering.parts.length - 1; number >= 0; number--) {
    for (const arg of numbering.args[number] as readonly number[]) uses[arg] = (uses[arg] as number) + 1;
  }
  const shared = numbering.parts.flatMap((part, number) =>
    !isCall(part, 'negate') && sizeOf(part) >= least && (uses[number] as number) > 1 ? [number] : [],
  );
  return { numbering, shared };
}

export interface Statements {
  /** Parts that are used more than once, each with a name and after those it uses. */
  readonly shared: readonly { readonly name: string; readonly text: string }[];
  /** One per expression. */
  readonly results: readonly string[];
}

/**
 * `expressions` with equal parts of at least `least` nodes named and written once. `write` prints one expression over leaves,
 * shared parts among them as symbols.
 */
export function statementsOf(
  expressions: readonly Expression[],
  write: (expression: Expression) => string,
  { least = 2, nameOf = (k) => `t${k}` }: { least?: number; nameOf?: (k: number) => string } = {},
): Statements {
  const { numbering, shared } = sharedParts(expressions, least);
  const names = new Map(shared.map((number, k) => [number, nameOf(k)]));
  const replaced = new Map<number, Expression>();
  const cut = (expression: Expression, number = numbering.add(expression)): Expression => {
    if (expression.kind !== 'call') return expression;
    const name = names.get(number);
    return name === undefined ? inside(expression, number) : symbol(name);
  };
  const inside = (expression: Expression, number: number): Expression => {
    const before = replaced.get(number);
    if (before || expression.kind !== 'call') return before ?? expression;
    const made = { ...expression, args: expression.args.map((arg) => cut(arg)) };
    replaced.set(number, made);
    return made;
  };
  return {
    shared: shared.map((number) => ({
      name: names.get(number) as string,
      text: write(inside(numbering.parts[number] as Expression, number)),
    })),
    results: expressions.map((expression) => write(cut(expression))),
  };
}
