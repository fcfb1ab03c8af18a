import { describe, expect, it } from 'vitest';
import { ColumnProgram, evaluateColumns, parametrize } from '../../src/expression/columns.ts';
import { derivative, gradient } from '../../src/expression/differentiate.ts';
import { isNegative, isNonNegative, isNonPositive, isPositive } from '../../src/expression/domain.ts';
import { compile, evaluate } from '../../src/expression/evaluate.ts';
import { complexityOf } from '../../src/expression/layout.ts';
import { statementsOf } from '../../src/expression/numbering.ts';
import { operators } from '../../src/expression/operators.ts';
import { functionNames, parseExpression } from '../../src/expression/parse.ts';
import { printExpression, printFormula, writeProgram } from '../../src/expression/print.ts';
import { power, product, simplify, sum } from '../../src/expression/simplify.ts';
import {
  constant,
  type Expression,
  type Formula,
  keyOf,
  node,
  type OperatorName,
  op,
  symbol,
  variable,
  variablesOf,
  weight,
} from '../../src/expression/tree.ts';
import { wgslOf } from '../../src/expression/wgsl.ts';
import { createRandom } from '../../src/random.ts';
import { relativeError } from '../support/compare.ts';
import { findPython, runPython } from '../support/python.ts';
import { randomExpression } from '../support/random-formula.ts';
import { computeText, fromLatex, fromMathml } from '../support/read-formula.ts';

const names = ['x0', 'x1', 'x2', 'x3'];
const [a, b, c] = [variable(0), variable(1), variable(2)] as const;
const read = (text: string): Expression => parseExpression(text, names);
const text = (expression: Expression) => printExpression(expression, names, 'text');
const all = Object.keys(operators) as OperatorName[];

/** A call of `name` over columns, and rows on which it is smooth. */
function sample(name: OperatorName): { expression: Expression; rows: number[][] } {
  const { arity, variadic } = operators[name];
  const args = names.slice(0, variadic ? 3 : arity).map((_, k) => variable(k));
  const inside = ['asin', 'acos'].includes(name) ? 0.9 : 1;
  const from = ['sqrt', 'log', 'power', 'asin', 'acos', 'log1p'].includes(name) ? 0.1 : -2;
  const random = createRandom(all.indexOf(name));
  const rows = Array.from({ length: 20 }, () =>
    names.map(() => random.uniform(from, inside === 1 ? 2 : inside)),
  );
  return { expression: node(name, ...args), rows };
}

describe.each(all)('the operator %s', (name) => {
  const { expression, rows } = sample(name);

  it('has the derivative that central differences have', () => {
    const f = compile(expression);
    const slopes = gradient(expression, [a, b, c, variable(3)]).map(compile);
    for (const row of rows) {
      slopes.forEach((slope, k) => {
        const h = 1e-6;
        const difference =
          (f(row.with(k, (row[k] as number) + h)) - f(row.with(k, (row[k] as number) - h))) / (2 * h);
        const error = Math.abs(slope(row) - difference) / (1 + Math.abs(difference));
        expect(error, `∂/∂x${k} at ${row}`).toBeLessThan(1e-6);
      });
    }
  });

  it('is one value by row, by column, simplified, as text that is read again, and as a program', () => {
    const expected = rows.map(compile(expression));
    const table = names.map((_, k) => Float64Array.from(rows, (row) => row[k] as number));
    expect(relativeError(evaluateColumns(expression, table, rows.length), expected)).toBeLessThan(1e-14);
    const formula: Formula = { variables: names, targets: ['y'], expressions: [expression] };
    const code = writeProgram(formula, 'javascript').replace('export function', 'return function');
    const program = new Function(code)() as (...row: number[]) => number;
    const ways: Record<string, number[]> = {
      simplified: rows.map(compile(simplify(expression))),
      read: rows.map(compile(read(text(expression)))),
      run: rows.map((row) => program(...row)),
    };
    for (const [way, values] of Object.entries(ways)) {
      expect(relativeError(values, expected), way).toBeLessThan(1e-14);
    }
    expect(wgslOf(expression, () => 'x', 't')).toContain('x');
    // No grammar of the reader has cases, and MathML's bars are read for |x| alone.
    if (name === 'select' || name === 'floor') return;
    for (const language of ['latex', 'mathml'] as const) {
      const written = printFormula(formula, language)[0] as string;
      const plain = language === 'latex' ? fromLatex(written) : fromMathml(written);
      const [row = []] = rows;
      const values = Object.fromEntries(names.map((column, k) => [column, row[k] as number]));
      expect(computeText(plain, values), written).toBeCloseTo(expected[0] as number, 12);
    }
  });

  it('knows the signs of its values', () => {
    const domains = {
      positive: [0.3, 0.8],
      negative: [-0.8, -0.3],
      nonNegative: [0, 0.5],
      nonPositive: [-0.5, 0],
    } as const;
    const { arity } = operators[name];
    const some = Object.entries(domains) as [keyof typeof domains, readonly number[]][];
    for (const [first, firsts] of some) {
      for (const [second, seconds] of some) {
        const args = [variable(0, first), variable(1, second), variable(2, first), variable(3, second)].slice(
          0,
          arity,
        );
        const made = node(
          name,
          ...(arity === 1 && operators[name].variadic ? [variable(0, first), variable(1, second)] : args),
        );
        const f = compile(made);
        for (const u of firsts) {
          for (const v of seconds) {
            const value = f([u, v, u, v]);
            if (!Number.isFinite(value)) continue;
            if (isNonNegative(made)) expect(value).toBeGreaterThanOrEqual(0);
            if (isPositive(made)) expect(value).toBeGreaterThan(0);
            if (isNonPositive(made)) expect(value).toBeLessThanOrEqual(0);
            if (isNegative(made)) expect(value).toBeLessThan(0);
          }
        }
      }
    }
  });
});

describe('corners and ends', () => {
  const at = (expression: Expression, x: number) => compile(derivative(expression, a))([x]);

  it('have the derivative that the table says', () => {
    expect(at(op.abs(a), 0)).toBe(0);
    expect(at(op.max(a, 0), 0)).toBe(0);
    expect(at(op.min(a, 0), 0)).toBe(0);
    expect(at(op.min(0, a), 0)).toBe(1);
    expect(at(op.boundedExp(a), 800)).toBe(0);
    expect(at(op.power(0, a), 2)).toBe(0);
    expect(at(op.sigmoid(a), 800)).toBe(0);
    expect(at(op.sigmoid(a), -700)).toBeGreaterThan(0);
  });

  it('keep whole turns exact', () => {
    const cospi = compile(op.cospi(a));
    expect([0, 0.5, 1, 1.5, 2, 1e15, -3].map((x) => cospi([x]))).toEqual([1, 0, -1, 0, 1, 1, -1]);
    expect([1, -4, 1e15].map((x) => Math.abs(compile(op.sinpi(a))([x])))).toEqual([0, 0, 0]);
  });
});

describe('random expressions', () => {
  it('have one value by row and by column, in blocks of any length', () => {
    const random = createRandom(3);
    const rows = 1200;
    const table = names.map(() => Float64Array.from({ length: rows }, () => random.uniform(-2, 2)));
    for (let draw = 0; draw < 60; draw++) {
      const made = [0, 1].map(() => randomExpression(random, 3, 4).expression);
      const found = new ColumnProgram(made).run(table, rows);
      made.forEach((expression, k) => {
        const f = compile(expression);
        const expected = Float64Array.from({ length: rows }, (_, row) =>
          f(table.map((column) => column[row] as number)),
        );
        const apart = [...expected].findIndex((value, row) => {
          const other = found[k]?.[row] as number;
          return !Object.is(value, other) && !(Math.abs(value - other) <= 1e-13 * Math.abs(value));
        });
        expect(apart, text(expression)).toBe(-1);
      });
    }
  });

  it('have a gradient that agrees with differences where they are smooth', () => {
    const random = createRandom(4);
    let compared = 0;
    for (let draw = 0; draw < 800; draw++) {
      const { expression } = randomExpression(random, 3, 3);
      const row = [random.uniform(0.2, 2), random.uniform(0.2, 2), random.uniform(0.2, 2)];
      const f = compile(expression);
      const slopes = gradient(expression, [a, b, c]).map((slope) => compile(slope)(row));
      const differences = row.map((value, k) => {
        const [wide, narrow] = [1e-4, 1e-5].map(
          (h) => (f(row.with(k, value + h)) - f(row.with(k, value - h))) / (2 * h),
        );
        return [wide, narrow] as [number, number];
      });
      // Where two distances give two slopes, there is a corner, a pole or no digit left.
      const smooth = differences.every(
        ([wide, narrow]) => Math.abs(wide - narrow) < 1e-6 * (1 + Math.abs(narrow)),
      );
      // At 0, a root has no slope.
      if (
        !smooth ||
        Math.abs(f(row)) > 1e3 ||
        !slopes.every(Number.isFinite) ||
        slopes.every((slope) => slope === 0)
      )
        continue;
      compared += 1;
      slopes.forEach((slope, k) => {
        const [, narrow] = differences[k] as [number, number];
        expect(Math.abs(slope - narrow), text(expression)).toBeLessThan(1e-4 * (1 + Math.abs(narrow)));
      });
    }
    expect(compared).toBeGreaterThan(400);
  });
});

describe('free constants', () => {
  const expression = sum(product(weight(2), power(a, weight(2))), product(weight(2), b), constant(1));
  const table = [Float64Array.of(1, 2, 3), Float64Array.of(5, 7, 11)];

  it('are parameters, each by itself though they are equal', () => {
    const { start, values, jacobian, withConstants } = parametrize(expression);
    expect([...start]).toEqual([2, 2, 2]);
    expect([...values(table, 3, [2, 2, 3])]).toEqual([18, 30, 52]);
    const found = jacobian(table, 3, [2, 2, 3]);
    expect([...found.values]).toEqual([18, 30, 52]);
    expect(found.columns.map((column) => [...column])).toEqual([
      [1, 4, 9],
      [0, 8 * Math.log(2), 18 * Math.log(3)],
      [5, 7, 11],
    ]);
    expect(text(withConstants([3, 1, -1]))).toBe('3 * x0 - x1 + 1');
  });
});

describe('shared parts', () => {
  it('are written once', () => {
    const part = op.exp(op.multiply(a, b));
    const { shared, results } = statementsOf(
      [op.add(part, 1), op.divide(part, op.add(part, 1))],
      (expression) =>
        wgslOf(expression, (leaf) => (leaf.kind === 'symbol' ? leaf.name : `x${leaf.index}`), 't'),
    );
    expect(shared).toEqual([
      { name: 't0', text: 'm_exp((x0 * x1))' },
      { name: 't1', text: '(t0 + 1.0f)' },
    ]);
    expect(results).toEqual(['t1', '(t0 / t1)']);
  });

  it('are variables of a program, with names that no column has', () => {
    const part = op.sqrt(op.add(op.multiply(a, a), b));
    const formula = {
      variables: ['t0', 't1'],
      targets: ['y'],
      expressions: [op.divide(part, op.add(part, op.exp(part)))],
    };
    expect(writeProgram(formula, 'javascript')).toBe(
      'export function predict(t0, t1) {\n  const t_0 = Math.sqrt(t0 * t0 + t1);\n' +
        '  return t_0 / (t_0 + Math.exp(t_0));\n}\n',
    );
    expect(writeProgram(formula, 'python')).toContain(
      '    t_0 = np.sqrt(t0 * t0 + t1)\n    return t_0 / (t_0 + np.exp(t_0))',
    );
  });
});

describe('text', () => {
  it.each([
    ['ln(x0) + arcsin(x1)', 'log(x0) + asin(x1)'],
    ['x0 - x1 - x2', 'x0 - x1 - x2'],
    ['x0 - (x1 - x2)', 'x0 - (x1 - x2)'],
    ['x0 / x1 / x2', 'x0 / (x1 * x2)'],
    ['-(-x0)', 'x0'],
    ['2 ^ x0 ^ x1', '2 ^ (x0 ^ x1)'],
    ['x0 ^ -x1', 'x0 ^ (-x1)'],
    ['select(x0, x1, x2, 3)', 'select(x0, x1, x2, 3)'],
    ['sinh(x0) * tan(x1)', 'sinh(x0) * tan(x1)'],
    ['sigmoid(x0)', 'sigmoid(x0)'],
  ])('%s', (given, expected) => {
    expect(text(read(given))).toBe(expected);
    expect(keyOf(simplify(read(expected)))).toBe(keyOf(simplify(read(given))));
  });

  it('knows every function under a name, and pi unless a column has it', () => {
    expect(functionNames).toContain('select');
    for (const name of all) {
      const printed = text(sample(name).expression);
      expect(variablesOf(read(printed)).length, printed).toBeGreaterThan(0);
    }
    expect(printExpression(op.multiply(Math.PI, a), ['r'], 'text')).toBe('pi * r');
    expect(printExpression(op.multiply(Math.PI, a), ['pi'], 'text')).toBe('3.141592653589793 * pi');
  });
});

describe('how long an expression is', () => {
  it.each([
    ['x0', 1],
    ['-x0', 2],
    ['-2', 1],
    ['x0 - x1', 3],
    ['x0 / x1', 3],
    ['sqrt(x0) + 1', 4],
    ['x0 ^ 2', 3],
    ['2 * x0 * x1 ^ 2 / x2', 9],
  ])('%s: %i', (given, expected) => {
    expect(complexityOf(simplify(read(given)))).toBe(expected);
  });
});

describe('symbols', () => {
  it('have no value until they are replaced', () => {
    expect(() => compile(op.add(symbol('W'), 1))).toThrow('the symbol W has no value');
    expect(() => new ColumnProgram([symbol('W')])).toThrow('the symbol W has no value');
    expect(() => evaluateColumns(b, [Float64Array.of(1)], 1)).toThrow('reads column 1; there are 1');
  });
});

/** Names that mean something in Python, NumPy, SymPy or JavaScript, or that are no names at all. */
const hostile = [
  'lambda',
  'float',
  'np',
  'list',
  'E',
  'I',
  'S',
  'N',
  'Q',
  'Li',
  'sec',
  'beta',
  'Symbol',
  'pi',
  'print',
  'sum',
  'Math',
  'predict',
  'await',
  'eval',
  "it's",
  'a\\b',
  'Mass (kg)',
  '1st',
  'größe',
  'x0',
  'None',
  'math',
  'array',
  'asarray',
  't0',
  'match',
  'type',
  'async',
  '__debug__',
  'exp',
];

describe('columns of any name', () => {
  const formula: Formula = {
    variables: hostile,
    targets: ['y'],
    expressions: [sum(...hostile.map((_, k) => product(constant(k + 1), power(variable(k), constant(2)))))],
  };
  const row = hostile.map((_, k) => 1 + k / 8);
  const expected = compile(formula.expressions[0] as Expression)(row);

  it('are parameters of a JavaScript function', () => {
    const code = writeProgram(formula, 'javascript').replace('export function', 'return function');
    expect((new Function(`'use strict'; ${code}`)() as (...row: number[]) => number)(...row)).toBeCloseTo(
      expected,
      9,
    );
  });

  it('are symbols of SymPy by rule', () => {
    const printed = printFormula(
      { ...formula, variables: ['sec', "it's", 'a\\b', 'x7'].concat(hostile.slice(4)) },
      'sympy',
    );
    expect(printed[0]).toContain("Symbol('sec')");
    expect(printed[0]).toContain("Symbol('it\\'s')");
    expect(printed[0]).toContain("Symbol('a\\\\b')");
    expect(printed[0]).toContain(' x7 **');
  });

  const python = findPython();
  it('are parameters in Python, and exactly the symbols that sympify finds', () => {
    if (!python) return;
    const script = `
import json, sys, sympy
given = json.load(sys.stdin)
names = {}
exec(given['code'], names)
parsed = sympy.sympify(given['text'])
json.dump([float(names['predict'](*given['row'])), sorted(s.name for s in parsed.free_symbols)], sys.stdout)
`;
    const code = writeProgram(formula, 'python');
    const [value, symbols] = runPython(script, { code, row, text: printFormula(formula, 'sympy')[0] }) as [
      number,
      string[],
    ];
    expect(value).toBeCloseTo(expected, 9);
    expect(new Set(symbols)).toEqual(new Set(hostile));
  });
});

describe('names of columns that JavaScript knows', () => {
  it.each([['constructor'], ['__proto__'], ['toString'], ['hasOwnProperty']])(
    'are names like others: %s',
    (name) => {
      const formula = {
        variables: [name],
        targets: ['y'],
        expressions: [parseExpression(`2 * ${name} + 1`, [name])],
      };
      expect([...evaluate(formula, Float64Array.of(3))]).toEqual([7]);
      expect(() => parseExpression(name, ['x0'])).toThrow(`there is no variable '${name}'; known: x0, pi`);
      expect(() => parseExpression(`${name}(x0)`, ['x0'])).toThrow(`there is no function '${name}'`);
    },
  );
});
