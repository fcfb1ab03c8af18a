import { describe, expect, it } from 'vitest';
import { ExpressionError, NaluError, OptionError } from '../../src/errors.ts';
import { compile } from '../../src/expression/evaluate.ts';
import { parseExpression as parse } from '../../src/expression/parse.ts';
import { wgslOf } from '../../src/expression/wgsl.ts';
import { FLOAT32_MAX } from '../../src/model/data.ts';
import { columnOf, drawRows, type Task } from '../../src/model/task.ts';
import { createRandom } from '../../src/random.ts';
import { expressionTask } from '../../src/tasks/expression-task.ts';
import { parseFormula } from '../../src/tasks/formula.ts';
import { randomExpression } from '../support/random-expression.ts';

/** As tasks read them. */
const parseExpression = (text: string, variables: readonly string[]) =>
  parse(text, variables, { largest: FLOAT32_MAX, format: 'float32' });
const toWgsl = (tree: ReturnType<typeof parse>, name: (index: number) => string) =>
  wgslOf(tree, (leaf) => (leaf.kind === 'variable' ? name(leaf.index) : leaf.name), 't');
const names = ['x0', 'x1', 'x2'];
const evaluate = (text: string, x: number[] = [2, 3, 5], variables = names): number =>
  compile(parseExpression(text, variables))(x);
const text = (expression: string): string => toWgsl(parseExpression(expression, names), (n) => `x_${n}`);

function faultOf(expression: string, variables = names): ExpressionError {
  try {
    parseExpression(expression, variables);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`'${expression}' was read without a fault`);
}

describe('expressions', () => {
  it.each([
    ['x0 * x1 + x2', 11],
    ['x0 + x1 * x2', 17],
    ['x2 - x1 - x0', 0],
    ['x2 / x1 / x0', 5 / 6],
    ['(x0 + x1) * x2', 25],
    ['-x0 ^ 2', -4],
    ['x0 ^ -1', 0.5],
    ['x0 ^ x1 ^ x0', 512],
    ['x0 ^ 0', 1],
    ['--x0 + +x1', 5],
    ['x0 − x1 · x2 × 2', -28],
    ['sqrt(x0) * sqrt(x0) + abs(-x1) + exp(0) + log(exp(x0))', 2 + 3 + 1 + 2],
    ['sin(pi / 2) + cos(pi)', 0],
    ['min(x0, x1) + 10 * max(x1, x2)', 52],
    ['.5e1 + 1.', 6],
  ])('%s', (expression, expected) => {
    expect(evaluate(expression)).toBeCloseTo(expected, 12);
  });

  it('may name variables as a table names its columns', () => {
    const columns = ['Breite', 'Höhe_2', 'mass (kg)', 'pi', 'log'];
    expect(evaluate('Breite * Höhe_2 + `mass (kg)`', [2, 3, 4], columns)).toBe(10);
    expect(evaluate('pi + log + log(1)', [0, 0, 0, 7, 8], columns)).toBe(15);
    expect(evaluate('`Breite`', [9], columns)).toBe(9);
  });

  it('become short WGSL, with constants worked out', () => {
    expect(text('x0 + x1 + x2 * 2')).toBe('(x_0 + x_1 + (x_2 * 2.0f))');
    expect(text('x0 - (x1 - x2)')).toBe('(x_0 - (x_1 - x_2))');
    expect(text('x0 ^ 3 + x0 ^ -2')).toBe('(t_product(x_0, 3u) + (1.0f / t_product(x_0, 2u)))');
    expect(text('x0 ^ 0.5 - x0 ^ x1')).toBe('(sqrt(x_0) - t_power(x_0, x_1))');
    expect(text('x0 * (2 * 3 - 7)')).toBe('(x_0 * (-1.0f))');
    expect(text('exp(-x0)')).toBe('m_exp((-x_0))');
  });

  it('have the same value as computed beside them, for random ones; their WGSL stays small', () => {
    const random = createRandom(5);
    let finite = 0;
    for (let n = 0; n < 3000; n++) {
      const { text: expression, value } = randomExpression(random, names, 1 + (n % 5));
      const x = names.map(() => Math.fround(random.uniform(-3, 3)));
      let tree: ReturnType<typeof parseExpression>;
      try {
        tree = parseExpression(expression, names);
      } catch (error) {
        // Constants that are not finite are refused, and only these.
        expect((error as Error).message, expression).toContain('not a finite float32 number');
        continue;
      }
      const expected = value(x);
      const actual = compile(tree)(x);
      if (Number.isFinite(expected)) {
        finite++;
        expect(Math.abs(actual - expected), expression).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
      }
      const wgsl = toWgsl(tree, (index) => `x_0_${index}`);
      expect(wgsl.length, expression).toBeLessThan(8 * expression.length + 40);
    }
    expect(finite).toBeGreaterThan(1500);
  });
});

describe('faults', () => {
  it.each([
    ['', 0, 'expected a number, a variable'],
    ['x0 *', 4, 'the expression ends'],
    ['x0 x1', 3, "expected an operator or the end, but found 'x1'"],
    ['2x0', 1, 'expected an operator'],
    ['(x0 + x1', 8, "')'"],
    ['x0)', 2, "found ')'"],
    ['min(x0)', 6, "','"],
    ['sin(x0, x1)', 6, "')'"],
    ['sin x0', 4, "'(' after sin"],
    ['sec(x0)', 0, "no function 'sec'; known: sqrt"],
    ['x0 + x3', 5, "no variable 'x3'; known: x0, x1, x2, pi"],
    ['x0 # x1', 3, "'#' has no meaning"],
    ['x0 + `x1', 5, "'`' has no meaning"],
    ['x0 + 1 / (2 - 2)', 7, 'the value here is Infinity'],
    ['x0 * 1e39', 5, 'not a finite float32'],
    ['x0 * exp(100)', 5, 'not a finite float32'],
    ['log(-1) + x0', 0, 'NaN'],
    ['x0 + 😀', 5, "'😀'"],
  ])('%j: at %i', (expression, position, message) => {
    const error = faultOf(expression);
    expect(error.position).toBe(position);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`character ${position + 1}`);
  });

  it('show the place', () => {
    const [, excerpt, mark] = faultOf('x0 + x1 ** x2').message.split('\n');
    expect(excerpt?.[mark?.indexOf('^') ?? -1]).toBe('*');
    expect(mark).toBe(`  ${' '.repeat(9)}^`);
  });

  it('are found in deep and long text without running out of stack', () => {
    for (const piece of ['(', '-', 'sin(', '2^', 'min(x0,', 'x0*(']) {
      expect(faultOf(piece.repeat(200)).message).toContain('nested more than 32 deep');
      expect(faultOf(piece.repeat(100_000)).message).toContain('at most 20000');
    }
    const sum = (terms: number) => Array(terms).fill('x0').join('+');
    expect(evaluate(sum(257))).toBe(514);
    expect(faultOf(sum(258)).message).toContain('more than 256 operations depend on each other');
  });

  it('are all the typed error, for random garbage, at a position within the text', () => {
    const random = createRandom(6);
    const pieces = 'x0,x1,(,),(,),+,-,*,/,^,sin,min,pi,1,2.5,e,.,`,\n,ä,🙂,x9,#,"'.split(',').concat(',');
    let faults = 0;
    for (let n = 0; n < 5000; n++) {
      const expression = Array.from(
        { length: 1 + random.integer(12) },
        () => pieces[random.integer(pieces.length)],
      ).join(random.integer(2) ? ' ' : '');
      try {
        const tree = parseExpression(expression, names);
        expect(typeof compile(tree)([1, 2, 3])).toBe('number');
      } catch (error) {
        expect(error, expression).toBeInstanceOf(ExpressionError);
        expect(error).toBeInstanceOf(NaluError);
        const { position } = error as ExpressionError;
        expect(position).toBeGreaterThanOrEqual(0);
        expect(position).toBeLessThanOrEqual(expression.length);
        faults++;
      }
    }
    expect(faults).toBeGreaterThan(4000);
    expect(faults).toBeLessThan(5000);
  });
});

describe('a task from an expression', () => {
  const rowsOf = (task: Task) => drawRows(task, columnOf(task, 0), 9, 3, 200);

  it('has as many inputs as it names, or more', () => {
    expect(parseFormula('x4 + x1').variables).toEqual(['x0', 'x1', 'x2', 'x3', 'x4']);
    expect(expressionTask({ expression: 'x0 * x1 + x2', range: [1, 2] }).inputs).toBe(3);
    expect(expressionTask({ expression: 'x0 * x1', inputs: 7, range: [1, 2] }).inputs).toBe(7);
    const { x, y } = rowsOf(expressionTask({ expression: 'x0 * x1 + x2', range: [1, 2] }));
    for (let row = 0; row < 200; row++) {
      const [a, b, c] = x.subarray(3 * row) as unknown as [number, number, number];
      expect(y[row]).toBe(a * b + c);
    }
  });

  it('may have a range for each variable', () => {
    const task = expressionTask({
      expression: 'm * v ^ 2 / 2',
      variables: ['m', 'v'],
      range: {
        v: [
          [-3, -2],
          [2, 3],
        ],
        m: [10, 20],
      },
    });
    const { x, y } = rowsOf(task);
    for (let row = 0; row < 200; row++) {
      const [m, v] = [x[2 * row] as number, x[2 * row + 1] as number];
      expect(m >= 10 && m <= 20 && Math.abs(v) >= 2 && Math.abs(v) <= 3).toBe(true);
      expect(y[row]).toBeCloseTo((m * v * v) / 2, 9);
    }
    expect([...x].some((value) => value < 0)).toBe(true);
  });

  it('refuses what it cannot train on', () => {
    const range: [number, number] = [1, 2];
    const wrong = [
      { expression: '1 + 2', range },
      { expression: 'log(x0)', range: [-1, 1] as const },
      { expression: 'exp(x0)', range: [80, 100] as const },
      { expression: 'x1', inputs: 0, range },
      { expression: 'a', variables: ['a'], inputs: 2, range },
      { expression: 'a', variables: ['a', 'a'], range },
      { expression: 'a', variables: [] as string[], range },
      { expression: 'a', variables: ['a', 'b'], range: { a: range } },
      { expression: 'a', variables: ['a'], range: { a: range, b: range } },
    ];
    for (const options of wrong) {
      expect(() => expressionTask(options), JSON.stringify(options)).toThrow(OptionError);
    }
    expect(() => expressionTask({ expression: 'log(x0)', range: [-1, 1] })).toThrow(/is NaN for x0 = -0\./);
    expect(() => expressionTask({ expression: 'x2', inputs: 2, range })).toThrow(ExpressionError);
  });
});
