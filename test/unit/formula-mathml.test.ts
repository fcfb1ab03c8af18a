import { describe, expect, it } from 'vitest';
import { call, power, product, subtract, sum } from '../../src/expression/simplify.ts';
import type { Expression } from '../../src/expression/tree.ts';
import { constant, variable } from '../../src/expression/tree.ts';
import { printFormula, printName } from '../../src/formula/index.ts';

const [a, b] = [variable(0), variable(1)] as const;
const print = (expression: Expression, variables = ['a', 'x1']) =>
  printFormula({ variables, targets: ['y'], expressions: [expression] }, 'mathml')[0];

// That every formula has its value in MathML, too, is held in formula-print.test.ts.
describe('a formula as MathML', () => {
  it.each<[Expression, string]>([
    [product(constant(0.5), a), '<mrow><mn>0.5</mn><mo>·</mo><mi>a</mi></mrow>'],
    [power(b, constant(2)), '<msup><msub><mi>x</mi><mn>1</mn></msub><mn>2</mn></msup>'],
    [product(a, power(b, constant(-1))), '<mfrac><mi>a</mi><msub><mi>x</mi><mn>1</mn></msub></mfrac>'],
    [product(constant(-1), power(a, constant(0.5))), '<mrow><mo>−</mo><msqrt><mi>a</mi></msqrt></mrow>'],
    [
      power(subtract(a, constant(1)), constant(0.3)),
      '<msup><mrow><mo>(</mo><mrow><mi>a</mi><mo>−</mo><mn>1</mn></mrow><mo>)</mo></mrow><mn>0.3</mn></msup>',
    ],
    [
      sum(a, constant(1e-7)),
      '<mrow><mi>a</mi><mo>+</mo><msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup></mrow>',
    ],
    [
      product(constant(1.5e21), a),
      '<mrow><mrow><mn>1.5</mn><mo>·</mo><msup><mn>10</mn><mn>21</mn></msup></mrow><mo>·</mo><mi>a</mi></mrow>',
    ],
    [call('abs', a), '<mrow><mo>|</mo><mi>a</mi><mo>|</mo></mrow>'],
    [call('sign', a), '<mrow><mi>sgn</mi><mrow><mo>(</mo><mi>a</mi><mo>)</mo></mrow></mrow>'],
    [product(constant(Math.PI), a), '<mrow><mi>π</mi><mo>·</mo><mi>a</mi></mrow>'],
  ])('is one element: %#', (expression, expected) => {
    expect(print(expression)).toBe(expected);
  });

  it('shows names as they are, whatever stands in them', () => {
    expect(print(a, ['<script>&"x', 'b'])).toBe('<mi>&lt;script&gt;&amp;"x</mi>');
    expect(printName('mass_kg', 'mathml')).toBe('<mi>mass_kg</mi>');
    expect(printName('x_12', 'mathml')).toBe('<msub><mi>x</mi><mn>12</mn></msub>');
  });
});
