import { describe, expect, it } from 'vitest';
import { FormulaError } from '../../src/errors.ts';
import { call, invert, negate, power, product, subtract, sum } from '../../src/expression/simplify.ts';
import type { Expression, Formula } from '../../src/expression/tree.ts';
import { constant, variable } from '../../src/expression/tree.ts';
import { compile, type LanguageName, printFormula, writeProgram } from '../../src/formula/index.ts';
import { createRandom } from '../../src/random.ts';
import { findPython, runPython } from '../support/python.ts';
import { randomExpression } from '../support/random-formula.ts';
import { computeText, fromLatex, fromMathml } from '../support/read-formula.ts';

const variables = ['x0', 'x1', 'x2'];
const formulaOf = (...expressions: Expression[]): Formula => ({
  variables,
  targets: expressions.map((_, k) => `y${k}`),
  expressions,
});
const [a, b, c] = [variable(0), variable(1), variable(2)] as const;
const n = (value: number) => constant(value);

/** Expression, and how it is written as text, LaTeX, JavaScript, Python and SymPy. The last three were run where they run. */
const golden: readonly (readonly [Expression, Readonly<Record<Exclude<LanguageName, 'mathml'>, string>>])[] =
  [
    [
      subtract(a, subtract(b, c)),
      {
        text: 'x0 - x1 + x2',
        latex: 'x_{0} - x_{1} + x_{2}',
        javascript: 'x0 - x1 + x2',
        python: 'x0 - x1 + x2',
        sympy: 'x0 - x1 + x2',
      },
    ],
    [
      product(a, invert(product(b, c))),
      {
        text: 'x0 / (x1 * x2)',
        latex: '\\frac{x_{0}}{x_{1} \\cdot x_{2}}',
        javascript: 'x0 / (x1 * x2)',
        python: 'x0 / (x1 * x2)',
        sympy: 'x0 / (x1 * x2)',
      },
    ],
    [
      product(sum(a, b), subtract(c, a)),
      {
        text: '(x2 - x0) * (x0 + x1)',
        latex: '\\left(x_{2} - x_{0}\\right) \\cdot \\left(x_{0} + x_{1}\\right)',
        javascript: '(x2 - x0) * (x0 + x1)',
        python: '(x2 - x0) * (x0 + x1)',
        sympy: '(x2 - x0) * (x0 + x1)',
      },
    ],
    [
      power(power(sum(a, b), n(2)), n(0.3)),
      {
        text: '((x0 + x1) ^ 2) ^ 0.3',
        latex: '\\left(\\left(x_{0} + x_{1}\\right)^{2}\\right)^{0.3}',
        javascript: '((x0 + x1) ** 2) ** 0.3',
        python: '((x0 + x1) ** 2) ** 0.3',
        sympy: '((x0 + x1) ** 2) ** 0.3',
      },
    ],
    [
      negate(power(a, n(2))),
      {
        text: '-x0 ^ 2',
        latex: '-x_{0}^{2}',
        javascript: '-(x0 ** 2)',
        python: '-x0 ** 2',
        sympy: '-x0 ** 2',
      },
    ],
    [
      product(n(-2.5), power(a, n(2)), b),
      {
        text: '-2.5 * x0 ^ 2 * x1',
        latex: '-2.5 \\cdot x_{0}^{2} \\cdot x_{1}',
        javascript: '-2.5 * x0 ** 2 * x1',
        python: '-2.5 * x0 ** 2 * x1',
        sympy: '-2.5 * x0 ** 2 * x1',
      },
    ],
    [
      sum(n(1e-7), product(n(1.5e21), a)),
      {
        text: '1.5e21 * x0 + 1e-7',
        latex: '1.5 \\cdot 10^{21} \\cdot x_{0} + 10^{-7}',
        javascript: '1.5e21 * x0 + 1e-7',
        python: '1.5e21 * x0 + 1e-7',
        sympy: '1.5e21 * x0 + 1e-7',
      },
    ],
    [
      product(negate(a), invert(sum(b, n(1)))),
      {
        text: '-x0 / (x1 + 1)',
        latex: '-\\frac{x_{0}}{x_{1} + 1}',
        javascript: '-x0 / (x1 + 1)',
        python: '-x0 / (x1 + 1)',
        sympy: '-x0 / (x1 + 1)',
      },
    ],
    [
      power(a, n(-0.5)),
      {
        text: '1 / sqrt(x0)',
        latex: '\\frac{1}{\\sqrt{x_{0}}}',
        javascript: '1 / Math.sqrt(x0)',
        python: '1 / np.sqrt(x0)',
        sympy: '1 / sqrt(x0)',
      },
    ],
    [
      power(product(a, invert(b)), n(1.5)),
      {
        text: '(x0 / x1) ^ 1.5',
        latex: '\\left(\\frac{x_{0}}{x_{1}}\\right)^{1.5}',
        javascript: '(x0 / x1) ** 1.5',
        python: '(x0 / x1) ** 1.5',
        sympy: '(x0 / x1) ** 1.5',
      },
    ],
    [
      call('max', negate(a), n(-3)),
      {
        text: 'max(-x0, -3)',
        latex: '\\max\\left(-x_{0}, -3\\right)',
        javascript: 'Math.max(-x0, -3)',
        python: 'np.maximum(-x0, -3)',
        sympy: 'Max(-x0, -3)',
      },
    ],
    [
      call('exp', negate(product(a, b))),
      {
        text: 'exp(-x0 * x1)',
        latex: '\\exp\\left(-x_{0} \\cdot x_{1}\\right)',
        javascript: 'Math.exp(-x0 * x1)',
        python: 'np.exp(-x0 * x1)',
        sympy: 'exp(-x0 * x1)',
      },
    ],
    [
      product(call('cos', product(n(Math.PI), a)), call('sign', b), call('log', call('abs', c))),
      {
        text: 'cos(pi * x0) * log(abs(x2)) * sign(x1)',
        latex:
          '\\cos\\left(\\pi \\cdot x_{0}\\right) \\cdot \\log\\left(\\left|x_{2}\\right|\\right) \\cdot \\operatorname{sgn}\\left(x_{1}\\right)',
        javascript: 'Math.cos(Math.PI * x0) * Math.log(Math.abs(x2)) * Math.sign(x1)',
        python: 'np.cos(np.pi * x0) * np.log(np.abs(x2)) * np.sign(x1)',
        sympy: 'cos(pi * x0) * log(Abs(x2)) * sign(x1)',
      },
    ],
    [
      invert(power(sum(a, power(b, n(2))), n(2))),
      {
        text: '1 / (x0 + x1 ^ 2) ^ 2',
        latex: '\\frac{1}{\\left(x_{0} + x_{1}^{2}\\right)^{2}}',
        javascript: '1 / (x0 + x1 ** 2) ** 2',
        python: '1 / (x0 + x1 ** 2) ** 2',
        sympy: '1 / (x0 + x1 ** 2) ** 2',
      },
    ],
    [
      sum(negate(a), n(-1)),
      {
        text: '-x0 - 1',
        latex: '-x_{0} - 1',
        javascript: '-x0 - 1',
        python: '-x0 - 1',
        sympy: '-x0 - 1',
      },
    ],
    [
      call('min', a, sum(b, n(2.5))),
      {
        text: 'min(x0, x1 + 2.5)',
        latex: '\\min\\left(x_{0}, x_{1} + 2.5\\right)',
        javascript: 'Math.min(x0, x1 + 2.5)',
        python: 'np.minimum(x0, x1 + 2.5)',
        sympy: 'Min(x0, x1 + 2.5)',
      },
    ],
    [
      product(power(call('abs', a), n(0.5)), power(call('abs', b), n(2.5))),
      {
        text: 'sqrt(abs(x0)) * abs(x1) ^ 2.5',
        latex: '\\sqrt{\\left|x_{0}\\right|} \\cdot \\left|x_{1}\\right|^{2.5}',
        javascript: 'Math.sqrt(Math.abs(x0)) * Math.abs(x1) ** 2.5',
        python: 'np.sqrt(np.abs(x0)) * np.abs(x1) ** 2.5',
        sympy: 'sqrt(Abs(x0)) * Abs(x1) ** 2.5',
      },
    ],
    [
      power(negate(c), n(0.3)),
      {
        text: '(-x2) ^ 0.3',
        latex: '\\left(-x_{2}\\right)^{0.3}',
        javascript: '(-x2) ** 0.3',
        python: '(-x2) ** 0.3',
        sympy: '(-x2) ** 0.3',
      },
    ],
  ];

const written = ['text', 'latex', 'javascript', 'python', 'sympy'] as const;
const styles = [...written, 'mathml'] as const;
const row = [0.7, 1.3, -2.1];
const values = { x0: 0.7, x1: 1.3, x2: -2.1 };
const readable = (text: string, style: LanguageName): string => {
  if (style === 'mathml') return fromMathml(text);
  return style === 'latex' ? fromLatex(text) : text;
};
const javascript = (formula: Formula) => {
  const code = writeProgram(formula, 'javascript').replace('export function', 'return function');
  return new Function(code)() as (...row: number[]) => number | number[];
};

describe('a printed formula', () => {
  it.each(golden)('reads as it should: %#', (expression, texts) => {
    const printed = written.map((style) => [style, printFormula(formulaOf(expression), style)[0]]);
    expect(Object.fromEntries(printed)).toEqual(texts);
  });

  it.each(golden)('has the value of its expression: %#', (expression, texts) => {
    const expected = compile(expression)(row);
    expect([javascript(formulaOf(expression))(...row)]).toEqual([expect.closeTo(expected, 12)]);
    for (const style of styles) {
      const text = style === 'mathml' ? printFormula(formulaOf(expression), style)[0] : texts[style];
      const found = computeText(readable(text as string, style), values);
      expect([found], text).toEqual([expect.closeTo(expected, 12)]);
    }
  });

  it('has the value of its parts, whatever they are', () => {
    const random = createRandom(20);
    let compared = 0;
    for (let draw = 0; draw < 800; draw++) {
      const { expression, compute } = randomExpression(random, 3, 3);
      const x = Array.from({ length: 3 }, () => random.uniform(-3, 3));
      const { value, error } = compute(x);
      const bound = 1e4 * error + 1e-300;
      if (!Number.isFinite(value) || !(bound < 1e-3 * Math.abs(value) + 1e-6)) continue;
      compared += 1;
      const names = { x0: x[0] as number, x1: x[1] as number, x2: x[2] as number };
      const formula = formulaOf(expression);
      const found: Record<string, number> = {
        compiled: compile(expression)(x),
        run: javascript(formula)(...x) as number,
      };
      for (const style of styles) {
        found[style] = computeText(readable(printFormula(formula, style)[0] as string, style), names);
      }
      for (const [way, result] of Object.entries(found)) {
        if (Math.abs(result - value) <= bound) continue;
        const text = printFormula(formula)[0];
        throw new Error(`${way}: ${result} instead of ${value} ± ${bound} at ${x}: ${text}`);
      }
    }
    expect(compared).toBeGreaterThan(500);
  });

  it('is a program of several targets', () => {
    const formula = { ...formulaOf(sum(a, b), product(a, c)), variables: ['Mass (kg)', 'lambda', 'größe'] };
    expect(writeProgram(formula, 'javascript')).toBe(
      'export function predict(Mass_kg, lambda_, gro_e) {\n  return [Mass_kg + lambda_, Mass_kg * gro_e];\n}\n',
    );
    expect(writeProgram(formula, 'python')).toBe(
      'import numpy as np\n\n\ndef predict(Mass_kg, lambda_, gro_e):\n' +
        '    Mass_kg = np.asarray(Mass_kg, dtype=np.float64)\n' +
        '    lambda_ = np.asarray(lambda_, dtype=np.float64)\n' +
        '    gro_e = np.asarray(gro_e, dtype=np.float64)\n' +
        '    return [Mass_kg + lambda_, Mass_kg * gro_e]\n',
    );
    expect(printFormula(formula)).toEqual(['`Mass (kg)` + lambda', '`Mass (kg)` * größe']);
    expect(printFormula(formula, 'latex')[0]).toBe('\\mathrm{Mass\\ (kg)} + \\mathrm{lambda}');
  });

  it('keeps names apart that would be one', () => {
    const formula = { ...formulaOf(sum(a, b, c)), variables: ['a b', 'a-b', 'é'] };
    expect(printFormula(formula, 'python')).toEqual(['a_b + a_b_2 + e']);
    expect(printFormula({ ...formula, variables: ['E', 'np', '1st'] }, 'sympy')).toEqual([
      "Symbol('E') + Symbol('np') + Symbol('1st')",
    ]);
  });

  it('is refused where a constant is infinite', () => {
    const infinite = sum(a, constant(Number.POSITIVE_INFINITY));
    expect(() => printFormula(formulaOf(infinite))).toThrow(FormulaError);
  });
});

const python = findPython();

describe(`in Python (${python ?? 'none with NumPy and SymPy here: only the texts above are held'})`, () => {
  it('a formula has the value of its expression, in NumPy and in SymPy', () => {
    // Where there is no Python, the golden texts above, which were run in one, stand for it.
    if (!python)
      return console.warn('Python with NumPy and SymPy was not found: the formulas were not run there');
    const formulas = golden.map(([expression]) => expression);
    const rows = [row, [2.5, 0.4, 1.1], [0.3, 3.5, -0.2]];
    const script = `
import json, sys, numpy as np, sympy
given = json.load(sys.stdin)
x = np.array(given['rows']).T
result = []
for program, text in given['formulas']:
    names = {}
    exec(program, names)
    arrays = [float(v) for v in np.broadcast_to(names['predict'](*x), x.shape[1])]
    numbers = [float(names['predict'](*row)) for row in given['rows']]
    symbols = []
    for row in given['rows']:
        value = sympy.sympify(text).subs(dict(zip(('x0', 'x1', 'x2'), row)))
        symbols.append(float(value) if value.is_real else None)
    result.append([arrays, numbers, symbols])
json.dump([[[None if v is None or v != v else v for v in way] for way in ways] for ways in result], sys.stdout)
`;
    const found = runPython(script, {
      rows,
      formulas: formulas.map((expression) => [
        writeProgram(formulaOf(expression), 'python'),
        printFormula(formulaOf(expression), 'sympy')[0],
      ]),
    }) as (number | null)[][][];
    formulas.forEach((expression, k) => {
      const expected = rows.map((x) => compile(expression)(x));
      for (const way of found[k] ?? []) {
        expect(way, printFormula(formulaOf(expression))[0]).toEqual(
          expected.map((value) => (Number.isNaN(value) ? null : expect.closeTo(value, 9))),
        );
      }
      expect(found[k]).toHaveLength(3);
    });
  });
});
