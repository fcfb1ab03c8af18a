/** What candidates are ranked by: how much it takes to say a formula and what it leaves (Rissanen, 1978; Schwarz, 1978). */

import type { Node } from './tree.ts';

/** A root mean square error this small, relative to the target, is rounding. */
export const EXACT = 1e-10;

/** Twice the nats to say the tree: every number costs ½ log(rows), and whatever is chosen the logarithm of the choice. */
export function costOf(node: Node, rows: number, width: number): number {
  const perNumber = Math.log(Math.max(rows, 8));
  const column = 2 * Math.log(width + 1) + 1;
  const visit = (part: Node): number => {
    switch (part.kind) {
      case 'number':
        return part.fixed ? 2 : perNumber;
      case 'monomial':
        return part.exponents.reduce((total, exponent, k) => {
          if (exponent === 0 && (part.fixed[k] ?? true)) return total;
          return total + column + (part.fixed[k] ? exponentCost(exponent) : perNumber + 3);
        }, 0);
      case 'power':
        return visit(part.base) + 2 + (part.fixed ? exponentCost(part.exponent) : perNumber + 3);
      case 'call':
        return visit(part.of) + 2 * Math.log(8);
      default:
        return part.parts.reduce((total, each) => total + visit(each) + 1, 0);
    }
  };
  return visit(node);
}

/** Of exponents that were rounded: those of laws are short. */
function exponentCost(exponent: number): number {
  if (exponent === 1) return 0;
  if (exponent === -1) return 1;
  if (Number.isInteger(exponent)) return 2 * Math.log(1 + Math.abs(exponent));
  if (Number.isInteger(2 * exponent)) return 2 * Math.log(2 + 2 * Math.abs(exponent));
  return 2 * Math.log(6 + 6 * Math.abs(exponent));
}

/** n log(mean squared error) + cost, where an error of less than rounding is as good as none. */
export function criterion(error: number, scale: number, cost: number, rows: number): number {
  return rows * Math.log(Math.max(error / scale, EXACT * EXACT)) + cost;
}
