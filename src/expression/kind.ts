/** What counts as an expression and as a formula, of what is given from outside the package. */

import { type Kind, such } from '../options/kinds.ts';
import { operators } from './operators.ts';
import type { Expression, Formula, NamedSymbol, OperatorName, Variable } from './tree.ts';

/** Whether every part of `value` is a node as `tree.ts` has them, over `columns` variables; each is looked at once. */
export function isExpression(value: unknown, columns = Number.POSITIVE_INFINITY): value is Expression {
  const waiting = [value];
  const seen = new Set<unknown>();
  while (waiting.length > 0) {
    const part = waiting.pop() as Expression | null | undefined;
    if (seen.has(part)) continue;
    seen.add(part);
    switch (part?.kind) {
      case 'constant':
        if (typeof part.value !== 'number') return false;
        break;
      case 'variable':
      case 'symbol':
        if (!isLeaf(part) || (part.kind === 'variable' && part.index >= columns)) return false;
        break;
      case 'call': {
        const { name, args } = part;
        if (!Object.hasOwn(operators, name) || !Array.isArray(args)) return false;
        const { arity, variadic } = operators[name as OperatorName];
        if (variadic ? args.length < arity : args.length !== arity) return false;
        for (const arg of args) waiting.push(arg);
        break;
      }
      default:
        return false;
    }
  }
  return true;
}

function isLeaf(value: unknown): value is Variable | NamedSymbol {
  const leaf = value as Variable | NamedSymbol | null | undefined;
  return leaf?.kind === 'symbol'
    ? typeof leaf.name === 'string'
    : leaf?.kind === 'variable' && Number.isSafeInteger(leaf.index) && leaf.index >= 0;
}

export const expressionKind = such<Expression>(
  "an expression, as op and parseExpression() of 'nalu-webgpu/formula' make them",
  (value) => isExpression(value),
);

export const leafKind: Kind<Variable | NamedSymbol> = such('what variable() or symbol() makes', isLeaf);

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

export function isFormula(value: unknown): value is Formula {
  const { variables, targets, expressions } = (value ?? {}) as Partial<Formula>;
  return (
    isNames(variables) &&
    isNames(targets) &&
    Array.isArray(expressions) &&
    expressions.length === targets.length &&
    expressions.every((each) => isExpression(each, variables.length))
  );
}

export const formulaKind = such<Formula>(
  'a formula { variables, targets, expressions }, with an expression of its variables for each target',
  isFormula,
);
