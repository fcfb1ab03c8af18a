/** What the terms of a sum have in common is taken out: a b − a is a (b − 1), one product less. For printed derivatives. */

import { type Expression, isCall, keyOf, node, one } from './tree.ts';

interface Term {
  readonly negative: boolean;
  readonly factors: readonly Expression[];
}

/** `expression` with the common factors of sums and differences of two terms taken out, from the inside out. */
export function factored(expression: Expression): Expression {
  const done = new Map<Expression, Expression>();
  const visit = (part: Expression): Expression => {
    if (part.kind !== 'call') return part;
    const before = done.get(part);
    if (before) return before;
    const made = takeOut({ ...part, args: part.args.map(visit) });
    done.set(part, made);
    return made;
  };
  return visit(expression);
}

function takeOut(sum: Expression): Expression {
  const difference = isCall(sum, 'subtract');
  if ((!difference && !isCall(sum, 'add')) || sum.args.length !== 2) return sum;
  const [a, second] = sum.args.map((arg) => termOf(arg)) as [Term, Term];
  const b = { ...second, negative: second.negative !== difference };
  const common: Expression[] = [];
  const own: Expression[] = [];
  const others = [...b.factors];
  for (const factor of a.factors) {
    const at = others.findIndex((other) => keyOf(other) === keyOf(factor));
    if (at < 0) own.push(factor);
    else common.push(...others.splice(at, 1));
  }
  if (common.length === 0 || (own.length === 0 && others.length === 0)) return sum;
  const [x, y] = [productOf(own), productOf(others)];
  const inner = a.negative
    ? b.negative
      ? node('negate', node('add', x, y))
      : node('subtract', y, x)
    : node(b.negative ? 'subtract' : 'add', x, y);
  return node('multiply', ...common, inner);
}

function termOf(expression: Expression): Term {
  if (isCall(expression, 'negate')) {
    const { negative, factors } = termOf(expression.args[0] as Expression);
    return { negative: !negative, factors };
  }
  if (!isCall(expression, 'multiply')) return { negative: false, factors: [expression] };
  const terms = expression.args.map(termOf);
  return {
    negative: terms.filter(({ negative }) => negative).length % 2 === 1,
    factors: terms.flatMap(({ factors }) => factors),
  };
}

const productOf = ([first, ...others]: readonly Expression[]): Expression =>
  first === undefined ? one : others.length === 0 ? first : node('multiply', first, ...others);
