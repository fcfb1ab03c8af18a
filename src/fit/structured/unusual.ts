/** Powers that laws do not have, of which bells and steps of any shape can be made. */

import { policy } from '../policy.ts';
import type { Node } from './tree.ts';

/** Whether `node` holds a high power of a sum, or a high or broken one of a sine or its like. */
export const hasUnusualPower = (node: Node): boolean => hasPower(node, isUnusual);

/** Whether it holds one that is high, also when its exponent is rounded. */
export const hasHighPower = (node: Node): boolean =>
  hasPower(node, (call, exponent) => {
    const size = Math.abs(exponent) - ROUNDED;
    return size > (call ? policy.highestPowerOfFunction : policy.highestPower);
  });

/** Exponents are rounded by so much. */
const ROUNDED = 0.4;

function hasPower(node: Node, is: (call: boolean, exponent: number) => boolean): boolean {
  switch (node.kind) {
    case 'number':
    case 'monomial':
      return false;
    case 'call':
      return hasPower(node.of, is);
    case 'power':
      return hasPower(node.base, is) || is(node.base.kind === 'call', node.exponent);
    default:
      return node.parts.some((part) => hasPower(part, is));
  }
}

/** Whether laws lack a sum, or a `call` of a function, to the power `exponent`. */
export function isUnusual(call: boolean, exponent: number): boolean {
  const size = Math.abs(exponent);
  if (!call) return size > policy.highestPower;
  return size > policy.highestPowerOfFunction || (size !== 0.5 && !Number.isInteger(size));
}
