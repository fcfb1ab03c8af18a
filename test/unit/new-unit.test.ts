import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { toJavaScript, toOnnx, toPython } from '../../src/export/index.ts';
import { evaluate, formulaOf, printFormula } from '../../src/formula/index.ts';
import { defineUnit, op, symbol, type UnitDefinition, type UnitEquation } from '../../src/index.ts';
import { toMatrix } from '../../src/model/data.ts';
import { resolveModel } from '../../src/model/description.ts';
import { predict64 } from '../../src/model/evaluate.ts';
import { describeUnit } from '../../src/units/descriptions.ts';
import * as records from '../../src/units/records.ts';
import { units } from '../../src/units/registry.ts';
import { penalties, ranges } from '../reference/penalties.ts';
import { references } from '../reference/units.ts';

describe.each(units.map((unit) => [unit.name, unit] as const))(
  'the list of "Add a unit", for %s',
  (name, unit) => {
    it('is complete', () => {
      const { penalties: own = {}, ranges: clipped = {} } = unit.equation ?? {};
      expect.soft(unit.equation, `src/units: ${name} needs an equation`).toBeDefined();
      expect.soft(Object.values(records), `src/units/records.ts must export ${name}`).toContain(unit);
      expect
        .soft(describeUnit(unit).summary, `src/units/descriptions.ts needs a summary and paper of ${name}`)
        .not.toBe('');
      expect.soft(references[name], `test/reference/units.ts needs the equation of ${name}`).toBeDefined();
      const where = `test/reference/penalties.ts must have the penalties and ranges of ${name}`;
      expect.soft(Object.keys(penalties[name] ?? {}).sort(), where).toEqual(Object.keys(own).sort());
      expect.soft(ranges[name] ?? {}, where).toEqual(clipped);
    });
  },
);

/** y = Σ ( w x² + v |x| ) + b as a user of the package would write it. */
const equation: UnitEquation = {
  parameters: { edge: ['w', 'v'], output: ['b'] },
  weights: { w: symbol('w'), v: symbol('v') },
  outputs: { b: symbol('b') },
  features: { square: op.multiply(symbol('x'), symbol('x')), size: op.abs(symbol('x')) },
  accumulators: {
    a: {
      kind: 'sum',
      term: op.add(op.multiply(symbol('square'), symbol('w')), op.multiply(symbol('size'), symbol('v'))),
      rounding: 'sign',
    },
  },
  out: op.add(symbol('a'), symbol('b')),
};
const definition: UnitDefinition = {
  name: 'Squares and sizes',
  equation,
  initializations: {
    small: {
      w: { kind: 'uniform', low: -0.5, high: 0.5 },
      v: { kind: 'constant', value: 0 },
      b: { kind: 'constant', value: 0 },
    },
  },
};

describe('a unit of an equation alone', () => {
  const unit = defineUnit(definition);
  const model = { inputs: 2, layers: [{ unit, outputs: 1 }] };
  const parameters = [{ w: [2, -1], v: [0, 3], b: [0.5] }];
  const flat = Float32Array.of(2, -1, 0, 3, 0.5);
  const rows = [
    [1, 2],
    [-3, -0.5],
    [0, 4],
  ];
  const expected = rows.map(([a = 0, b = 0]) => 2 * a * a - b * b + 3 * Math.abs(b) + 0.5);

  it('has errors in float64, weights, a formula and exports', async () => {
    expect([...(predict64(resolveModel(model), flat, toMatrix('x', rows, 2)) ?? [])]).toEqual(expected);
    expect(unit.weights({ w: [2, -1], v: [0, 3], b: [0.5] }, 2, 1)).toEqual({
      w: [[2], [-1]],
      v: [[0], [3]],
      b: [[0.5]],
    });
    const formula = formulaOf(model, parameters);
    expect([...evaluate(formula, Float64Array.from(rows.flat()))]).toEqual(expected);
    expect(printFormula(formula)).toEqual(['3 * abs(x1) + 2 * x0 ^ 2 - x1 ^ 2 + 0.5']);
    expect(describeUnit(unit).formula).toBe('y = a + b, a = Σ x x w + |x| v');
    const code = Buffer.from(toJavaScript({ model, parameters })).toString('base64');
    const { predict } = await import(/* @vite-ignore */ `data:text/javascript;base64,${code}`);
    expect(predict(rows)).toEqual(expected.map((value) => [value]));
    expect(toPython({ model, parameters })).toContain('np.sum(');
    expect(toOnnx({ model, parameters }).length).toBeGreaterThan(100);
  });

  it('has a shader with every function of the contract', () => {
    const shader = unit.shader({});
    expect(shader).toMatchObject({ edge: ['w', 'v'], output: ['b'], delta: ['a', 'd_b'] });
    expect(shader.code('p')).toContain('fn p_fold_back(');
  });

  const wrong: [string, Partial<UnitEquation>, RegExp][] = [
    ['a name out of scope', { out: op.add(symbol('a'), symbol('w')) }, /out names w; it may name a, b/],
    ['a feature that is not there', { features: { square: symbol('z') } }, /features\.square names z/],
    [
      'a term that zero weights do not silence',
      { accumulators: { a: { kind: 'sum', term: op.add(symbol('square'), symbol('w')), rounding: 'sign' } } },
      /accumulators\.a is 0\.75 where every weight is 0; it must be 0/,
    ],
    ['a name twice', { features: { w: symbol('x') } }, /have the name w twice/],
    [
      'a name that WGSL does not take',
      { weights: { 'a-b': symbol('w') } },
      /'a-b' among the features and weights/,
    ],
    ['a penalty of nothing', { penalties: { q: op.abs(symbol('q')) } }, /q is not a parameter/],
    ['a softmax of nothing', { softmax: 'J' }, /softmax is J/],
  ];
  it.each(wrong)('with %s is refused', (_, part, message) => {
    const define = () => defineUnit({ ...definition, equation: { ...equation, ...part } });
    expect(define).toThrow(OptionError);
    expect(define).toThrow(message);
  });

  it('needs an equation or a shader', () => {
    const { equation: _equation, ...rest } = definition;
    expect(() => defineUnit(rest)).toThrow('needs an equation or a shader');
  });
});
