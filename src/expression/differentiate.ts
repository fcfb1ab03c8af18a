/** Derivatives of expressions, by going backwards from the result: one pass gives those by all leaves, with shared parts. */

import { Numbering } from './numbering.ts';
import {
  constant,
  type Expression,
  isCall,
  isConstant,
  type NamedSymbol,
  node,
  type OperatorName,
  one,
  op,
  type Variable,
  zero,
} from './tree.ts';

/**
 * ∂/∂args of a call at its `args`, where `result` is the call itself. At a corner it is one of the one-sided derivatives or 0:
 * that of abs and sign is 0 at 0, min and max follow their second argument where both are equal.
 */
type Rule = (args: readonly Expression[], result: Expression) => readonly Expression[];

const unary =
  (derivative: (a: Expression, result: Expression) => Expression): Rule =>
  ([a], result) => [derivative(a as Expression, result)];
const binary =
  (derivatives: (a: Expression, b: Expression, result: Expression) => readonly Expression[]): Rule =>
  ([a, b], result) =>
    derivatives(a as Expression, b as Expression, result);

const square = (a: Expression): Expression => op.multiply(a, a);
/** 1 − a². */
const rest = (a: Expression): Expression => op.multiply(op.subtract(one, a), op.add(one, a));
/** 1 and 0 where a > b, else 0 and 1. */
const choice = (a: Expression, b: Expression): readonly [Expression, Expression] => [
  op.select(a, b, one, zero),
  op.select(a, b, zero, one),
];

const rules: Readonly<Record<OperatorName, Rule>> = {
  add: (args) => args.map(() => one),
  subtract: () => [one, constant(-1)],
  multiply: (args) =>
    args.map((_, k) => {
      // Where a factor has ended at the largest number, the product gives no derivative to the others either.
      const others = args
        .filter((_other, other) => other !== k)
        .map((other) =>
          isCall(other, 'boundedExp') ? op.boundedExpDerivative(other.args[0] as Expression) : other,
        );
      return others.length === 1 ? (others[0] as Expression) : op.multiply(...others);
    }),
  divide: binary((_a, b, result) => [op.divide(one, b), op.negate(op.divide(result, b))]),
  negate: () => [constant(-1)],
  power: binary((a, b, result) => [
    op.multiply(b, op.power(a, b.kind === 'constant' ? constant(b.value - 1) : op.subtract(b, one))),
    // At a = 0 the power does not change with b, where it is defined around it.
    op.select(op.abs(a), zero, op.multiply(result, op.log(a)), zero),
  ]),
  sqrt: unary((_a, root) => op.divide(0.5, root)),
  abs: unary((a) => op.sign(a)),
  sign: () => [zero],
  exp: unary((_a, result) => result),
  boundedExp: unary((a) => op.boundedExpDerivative(a)),
  boundedExpDerivative: unary((_a, result) => result),
  expm1: unary((a) => op.exp(a)),
  log: unary((a) => op.divide(one, a)),
  log1p: unary((a) => op.divide(one, op.add(one, a))),
  sin: unary((a) => op.cos(a)),
  cos: unary((a) => op.negate(op.sin(a))),
  tan: unary((_a, result) => op.add(one, square(result))),
  asin: unary((a) => op.divide(one, op.sqrt(rest(a)))),
  acos: unary((a) => op.negate(op.divide(one, op.sqrt(rest(a))))),
  atan: unary((a) => op.divide(one, op.add(one, square(a)))),
  sinh: unary((a) => op.cosh(a)),
  cosh: unary((a) => op.sinh(a)),
  tanh: unary((a) => op.tanhDerivative(a)),
  tanhDerivative: unary((a, result) => op.multiply(-2, op.tanh(a), result)),
  sinpi: unary((a) => op.multiply(Math.PI, op.cospi(a))),
  cospi: unary((a) => op.multiply(-Math.PI, op.sinpi(a))),
  // σ′ is even.
  sigmoid: unary((a) => op.sigmoidDerivative(isCall(a, 'negate') ? (a.args[0] as Expression) : a)),
  sigmoidDerivative: unary((a, result) =>
    op.multiply(result, op.subtract(op.sigmoid(op.negate(a)), op.sigmoid(a))),
  ),
  softplus: unary((a) => op.sigmoid(a)),
  floor: () => [zero],
  min: binary((a, b) => choice(b, a)),
  max: binary((a, b) => choice(a, b)),
  select: ([a, b]) => [zero, zero, ...choice(a as Expression, b as Expression)],
};

/**
 * ∂expression/∂leaf for every one of `leaves`, times `factor` where one is given. Derivatives are not simplified beyond factors
 * and terms that do nothing; equal parts are the same objects, for printers and evaluators that compute each once.
 */
export function gradient(
  expression: Expression,
  leaves: readonly (Variable | NamedSymbol)[],
  factor: Expression = one,
): Expression[] {
  const numbering = new Numbering();
  const result = numbering.add(expression);
  const numbers = leaves.map((leaf) => numbering.add(leaf));
  const depends = dependents(numbering, new Set(numbers));
  const adjoints: (Expression | undefined)[] = [];
  adjoints[result] = factor;
  for (let number = result; number >= 0; number--) {
    const adjoint = adjoints[number];
    const part = numbering.parts[number] as Expression;
    if (!adjoint || part.kind !== 'call' || !depends[number]) continue;
    const args = (numbering.args[number] as readonly number[]).map(
      (arg) => numbering.parts[arg] as Expression,
    );
    const derivatives = rules[part.name](args, part);
    (numbering.args[number] as readonly number[]).forEach((arg, k) => {
      if (!depends[arg]) return;
      const more = times(adjoint, derivatives[k] as Expression);
      const before = adjoints[arg];
      adjoints[arg] = before ? plus(before, more) : more;
    });
  }
  return numbers.map((number) => adjoints[number] ?? zero);
}

/** ∂expression/∂leaf. */
export const derivative = (expression: Expression, leaf: Variable | NamedSymbol): Expression =>
  gradient(expression, [leaf])[0] as Expression;

/** For each number, whether it depends on one of `leaves`. */
function dependents({ parts, args }: Numbering, leaves: ReadonlySet<number>): boolean[] {
  const depends: boolean[] = [];
  parts.forEach((_, number) => {
    depends.push(leaves.has(number) || (args[number] as readonly number[]).some((arg) => depends[arg]));
  });
  return depends;
}

/** a · b, without factors of 1 and −1 and without zeros. */
function times(a: Expression, b: Expression): Expression {
  if (isConstant(a, 0) || isConstant(b, 0)) return zero;
  if (isConstant(a, 1)) return b;
  if (isConstant(b, 1)) return a;
  if (isConstant(a, -1)) return minus(b);
  if (isConstant(b, -1)) return minus(a);
  if (isConstant(a) && isConstant(b)) return constant(a.value * b.value);
  // a · (1 where p > q, else 0) chooses, so that an infinite a does no harm where it does not count.
  if (isCall(b, 'select')) {
    const [p, q, c, d] = b.args as [Expression, Expression, Expression, Expression];
    const [x, y] = [times(a, c), times(a, d)];
    return isConstant(x, 0) && isConstant(y, 0) ? zero : node('select', p, q, x, y);
  }
  if (isCall(b, 'negate')) return minus(times(a, b.args[0] as Expression));
  if (isCall(b, 'divide') && isConstant(b.args[0] as Expression, 1)) {
    return node('divide', a, b.args[1] as Expression);
  }
  return node('multiply', a, b);
}

const minus = (a: Expression): Expression =>
  isCall(a, 'negate') ? (a.args[0] as Expression) : isConstant(a) ? constant(-a.value) : node('negate', a);

/** a + b, a − b where b has a minus, without zeros. */
function plus(a: Expression, b: Expression): Expression {
  if (isConstant(a, 0)) return b;
  if (isConstant(b, 0)) return a;
  return isCall(b, 'negate') ? node('subtract', a, b.args[0] as Expression) : node('add', a, b);
}
