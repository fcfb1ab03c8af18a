/** Trees with their constants where people write them: before products, not under roots. */

import { type Node, number, product } from './tree.ts';

/** The same values with nested products joined, and numbers taken out of powers. */
export function tidied(node: Node): Node {
  switch (node.kind) {
    case 'number':
    case 'monomial':
      return node;
    case 'call':
      return { ...node, of: tidied(node.of) };
    case 'sum':
      return { ...node, parts: node.parts.map(tidied) };
    case 'product': {
      const parts = node.parts.map(tidied).flatMap((part) => (part.kind === 'product' ? part.parts : [part]));
      const numbers = parts.filter((part) => part.kind === 'number');
      if (numbers.length < 2) return product(...parts);
      const value = numbers.reduce((total, part) => total * part.value, 1);
      const fixed = numbers.every((part) => part.fixed);
      return product(number(value, fixed), ...parts.filter((part) => part.kind !== 'number'));
    }
    case 'power': {
      const base = tidied(node.base);
      const { exponent, fixed } = node;
      if (base.kind !== 'product') return { ...node, base };
      const [first, ...rest] = base.parts;
      if (first?.kind !== 'number' || !fixed || rest.length === 0) return { ...node, base };
      if (!(first.value > 0 || Number.isInteger(exponent))) return { ...node, base };
      return product(number(first.value ** exponent, first.fixed), { ...node, base: product(...rest) });
    }
  }
}
