import { describe, expect, it } from 'vitest';
import { compile } from '../../src/expression/evaluate.ts';
import { factored } from '../../src/expression/factor.ts';
import { type Expression, op, sizeOf, symbol, variable } from '../../src/expression/tree.ts';
import { createRandom } from '../../src/random.ts';
import { mcfc, mulMcfc } from '../../src/units/records.ts';

const [a, b, c] = ['a', 'b', 'c'].map((name) => symbol(name)) as [Expression, Expression, Expression];

describe('common factors', () => {
  const cases: [string, Expression, Expression][] = [
    ['a b − a', op.subtract(op.multiply(a, b), a), op.multiply(a, op.subtract(b, 1))],
    ['−a + a b', op.add(op.negate(a), op.multiply(a, b)), op.multiply(a, op.subtract(b, 1))],
    [
      '−(a b c) + c a',
      op.add(op.negate(op.multiply(op.multiply(a, b), c)), op.multiply(c, a)),
      op.multiply(a, c, op.subtract(1, b)),
    ],
    [
      '−(a b) − a c',
      op.subtract(op.negate(op.multiply(a, b)), op.multiply(a, c)),
      op.multiply(a, op.negate(op.add(b, c))),
    ],
    ['a + a', op.add(a, a), op.add(a, a)],
    ['a b + c', op.add(op.multiply(a, b), c), op.add(op.multiply(a, b), c)],
  ];
  it.each(cases)('of %s are taken out where that saves a product', (_, given, expected) => {
    expect(factored(given)).toEqual(expected);
    expect(sizeOf(factored(given))).toBeLessThanOrEqual(sizeOf(given));
  });

  it('leave the value as it is', () => {
    const random = createRandom(3);
    const leaves = [0, 1, 2].map((index) => variable(index));
    const make = (depth: number): Expression => {
      if (depth === 0) return leaves[Math.floor(random.uniform(0, 3))] as Expression;
      const [first, second] = [make(depth - 1), make(depth - 1)];
      const kind = Math.floor(random.uniform(0, 4));
      if (kind === 0) return op.add(first, second);
      if (kind === 1) return op.subtract(first, second);
      return kind === 2 ? op.multiply(first, second) : op.negate(first);
    };
    for (let k = 0; k < 300; k++) {
      const given = make(5);
      const row = [random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(-2, 2)];
      const value = compile(given)(row);
      expect(Math.abs(compile(factored(given))(row) - value)).toBeLessThanOrEqual(
        1e-9 * (1 + Math.abs(value)),
      );
    }
  });
});

it('parameters of an output with one adjoint keep it once', () => {
  expect(mcfc.shader({}).delta).toEqual(['a', 'd_w']);
  expect(mulMcfc.shader({}).delta).toEqual(['l', 'd_w', 'd_alpha']);
});
