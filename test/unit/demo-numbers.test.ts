import { describe, expect, it } from 'vitest';
import { type MathNode, readLatex } from '../../demo/src/sections/numbers/latex.ts';
import { joinNames, splitNames } from '../../demo/src/sections/numbers/names.ts';
import { sampleNames, sampleText } from '../../demo/src/sections/numbers/samples.ts';
import { evaluate, printFormula } from '../../src/formula/index.ts';
import { readTable, summarize } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import { randomExpression } from '../support/random-formula.ts';

/** As XML would write it. */
const markup = ({ tag, children }: MathNode): string =>
  `<${tag}>${children.map((child) => (typeof child === 'string' ? child : markup(child))).join('')}</${tag}>`;

/** The value of what is shown, with the variables at these values. */
function compute(node: MathNode, values: Readonly<Record<string, number>>): number {
  const names = Object.keys(values);
  const { abs, sign, exp, log, cos, min, max, sqrt } = Math;
  const functions = { abs, exp, log, cos, min, max, sqrt, sgn: sign };
  const run = new Function(...Object.keys(functions), ...names, `return ${code(node)};`);
  return run(...Object.values(functions), ...names.map((name) => values[name])) as number;
}

function code({ tag, children }: MathNode): string {
  const [first = '', second = ''] = children.map((child) =>
    typeof child === 'string' ? child : code(child),
  );
  switch (tag) {
    case 'mfrac':
      return `((${first}) / (${second}))`;
    case 'msup':
      return `((${first}) ** (${second}))`;
    case 'msqrt':
      return `sqrt(${first})`;
    case 'msub':
      return first + second;
    case 'mrow':
      if (children.length === 3 && code(children[0] as MathNode) === '|') return `abs(${second})`;
      return children.map((child) => code(child as MathNode)).join(' ');
    default:
      return { '·': '*', '−': '-', π: 'Math.PI' }[first] ?? first;
  }
}

describe('formulas as MathML', () => {
  it('mean what the formula means', () => {
    const random = createRandom(7);
    const variables = ['x', 'y1', 'mass'];
    for (let k = 0; k < 400; k++) {
      const formula = {
        variables,
        targets: ['t'],
        expressions: [randomExpression(random, variables.length, 3).expression],
      };
      let latex: string;
      try {
        [latex] = printFormula(formula, 'latex') as [string];
      } catch {
        continue; // a constant that is not finite
      }
      const row = variables.map(() => random.uniform(-3, 3));
      const [expected] = evaluate(formula, Float64Array.from(row)) as unknown as [number];
      const values = Object.fromEntries(variables.map((name, k) => [name, row[k] as number]));
      const found = compute(readLatex(latex), values);
      if (Number.isFinite(expected)) expect(found / (expected || 1), latex).toBeCloseTo(expected && 1, 6);
      else expect(found, latex).toEqual(expected);
    }
  });

  it.each([
    ['0.5 \\cdot m', '<mrow><mn>0.5</mn><mo>·</mo><mi>m</mi></mrow>'],
    ['\\mathrm{mass\\_kg}^{2}', '<msup><mi>mass_kg</mi><mn>2</mn></msup>'],
    ['\\frac{a}{x_{1}}', '<mfrac><mi>a</mi><msub><mi>x</mi><mn>1</mn></msub></mfrac>'],
    ['-\\sqrt{l}', '<mrow><mo>−</mo><msqrt><mi>l</mi></msqrt></mrow>'],
    [
      '\\left(a - 1\\right)^{0.5}',
      '<msup><mrow><mo>(</mo><mrow><mi>a</mi><mo>−</mo><mn>1</mn></mrow><mo>)</mo></mrow><mn>0.5</mn></msup>',
    ],
    ['\\mathrm{a\\ \\backslash{}\\^{}\\{b\\}}', '<mi>a \\^{b}</mi>'],
    ['10^{-3}', '<msup><mn>10</mn><mrow><mo>−</mo><mn>3</mn></mrow></msup>'],
    [
      '\\operatorname{sgn}\\left(\\pi\\right)',
      '<mrow><mi>sgn</mi><mrow><mo>(</mo><mi>π</mi><mo>)</mo></mrow></mrow>',
    ],
    ['\\left|a\\right|', '<mrow><mo>|</mo><mi>a</mi><mo>|</mo></mrow>'],
  ])('reads %s', (latex, expected) => {
    expect(markup(readLatex(latex))).toBe(expected);
  });

  it('refuses what it does not know, and what is cut short', () => {
    expect(() => readLatex('a & b')).toThrow('unknown part: &');
    expect(() => readLatex('\\frac{a}')).toThrow('lacks a {');
  });
});

describe('lists of columns in a link', () => {
  it.each([[[]], [['mass']], [['mass', 'velocity']], [['a,b', 'c\\', '\\,', 'd e']]])('keeps %j', (names) => {
    expect(splitNames(joinNames(names))).toEqual(names);
  });
});

describe('the sample tables', () => {
  it.each(sampleNames)('%s is the same every time, and numbers throughout', async (name) => {
    const table = await readTable(sampleText(name));
    expect(sampleText(name)).toBe(sampleText(name));
    expect(table.rows).toBe(120);
    expect(table.text).toBeUndefined();
    expect(summarize(table).duplicateRows).toBe(0);
  });
});
