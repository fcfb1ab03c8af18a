/** Functions that the WGSL fragments `math` and `derivatives` compute two at a time: σ(z) and σ(−z) from one exponential, sine and cosine. */

import { type Expression, isCall, keyOf, type OperatorName, op, symbol } from './tree.ts';

export interface Pair {
  readonly name: string;
  /** The function in WGSL, which gives a vec2f. */
  readonly f: string;
  readonly of: Expression;
}

const functions: Readonly<Partial<Record<OperatorName, { readonly f: string; readonly half: string }>>> = {
  sigmoid: { f: 'm_sigmoid_pair', half: 'x' },
  sigmoidDerivative: { f: 'm_sigmoid_pair', half: '' },
  sin: { f: 'm_sincos', half: 'x' },
  cos: { f: 'm_sincos', half: 'y' },
  sinpi: { f: 'm_sincospi', half: 'x' },
  cospi: { f: 'm_sincospi', half: 'y' },
};

/** `expressions` over symbols for the halves of pairs both of whose halves they use; a pair is `name.x` and `name.y`. */
export function withPairs(expressions: readonly Expression[]): {
  readonly expressions: readonly Expression[];
  readonly pairs: readonly Pair[];
} {
  const halves = new Map<string, Set<string>>();
  const visit = (expression: Expression): void => {
    if (expression.kind !== 'call') return;
    const found = halfOf(expression);
    if (found) halves.set(found.key, (halves.get(found.key) ?? new Set()).add(found.half));
    expression.args.forEach(visit);
  };
  expressions.forEach(visit);
  const pairs = new Map<string, Pair>();
  const replace = (expression: Expression): Expression => {
    if (expression.kind !== 'call') return expression;
    const found = halfOf(expression);
    if (!found || (halves.get(found.key)?.size ?? 0) < 2) {
      return { ...expression, args: expression.args.map(replace) };
    }
    const pair = pairs.get(found.key) ?? { name: `pair${pairs.size}`, f: found.f, of: found.of };
    pairs.set(found.key, pair);
    const [x, y] = [symbol(`${pair.name}.x`), symbol(`${pair.name}.y`)];
    if (found.half === '') return op.multiply(x, y);
    return found.half === 'x' ? x : y;
  };
  // Arguments of pairs stay as they are, so that each pair can be computed before everything else.
  const replaced = expressions.map(replace);
  return { expressions: replaced, pairs: [...pairs.values()] };
}

function halfOf(expression: Extract<Expression, { kind: 'call' }>) {
  const known = functions[expression.name];
  const [arg] = expression.args;
  if (!known || !arg) return undefined;
  // σ(−z) is the other half of σ(z).
  const turned = known.f === 'm_sigmoid_pair' && isCall(arg, 'negate');
  const of = turned ? (arg.args[0] as Expression) : arg;
  const half = turned && known.half === 'x' ? 'y' : known.half;
  return { key: `${known.f} ${keyOf(of)}`, f: known.f, half, of };
}
