/** Derivatives of expressions, by going backwards from the result: one pass gives those by all leaves, with shared parts. */

import { Numbering } from './numbering.ts';
import { operators } from './operators.ts';
import {
  constant,
  type Expression,
  isCall,
  isConstant,
  type NamedSymbol,
  node,
  one,
  type Variable,
  zero,
} from './tree.ts';

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
  const wanted = leaves.map((leaf) => numbering.add(leaf));
  const depends = dependents(numbering, new Set(wanted));
  const adjoints: (Expression | undefined)[] = [];
  adjoints[result] = factor;
  for (let number = result; number >= 0; number--) {
    const adjoint = adjoints[number];
    const part = numbering.parts[number] as Expression;
    if (!adjoint || part.kind !== 'call' || !depends[number]) continue;
    const args = (numbering.args[number] as readonly number[]).map(
      (arg) => numbering.parts[arg] as Expression,
    );
    const derivatives = operators[part.name].derivative(args, part);
    (numbering.args[number] as readonly number[]).forEach((arg, k) => {
      if (!depends[arg]) return;
      const more = times(adjoint, derivatives[k] as Expression);
      const before = adjoints[arg];
      adjoints[arg] = before ? plus(before, more) : more;
    });
  }
  return wanted.map((number) => adjoints[number] ?? zero);
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
