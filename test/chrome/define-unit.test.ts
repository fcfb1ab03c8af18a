import { describe, expect, it } from 'vitest';
import {
  checkGradients,
  createEnsemble,
  createModel,
  defineUnit,
  OptionError,
  ShaderError,
  type UnitDefinition,
  type UnitShader,
  wgsl,
} from '../../src/index.ts';
import { relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { unitKinds } from '../support/unit-kinds.ts';

const gpu = useGpu();

/** y = Σ w x² + b, as a user of the package would write it. */
const shader = (slope: string): UnitShader => ({
  edge: ['w'],
  output: ['b'],
  weight: ['w'],
  feature: ['square'],
  accumulator: ['sum'],
  delta: ['sum'],
  code: (p) => wgsl`
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.w); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x * x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.sum + x.square * w.w);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return a.sum + s.b; }
fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta { return ${p}_Delta(dy); }
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.sum * w.w), ${p}_Weight(d.sum * x.square));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.square * ${slope}, s); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.w); }
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output { return ${p}_Output(d.sum); }
`,
});

const definition = (slope = '2.0 * x'): UnitDefinition => ({
  name: 'Squares',
  shader: shader(slope),
  initializations: {
    small: { w: { kind: 'uniform', low: -0.5, high: 0.5 }, b: { kind: 'constant', value: 0 } },
  },
});

describe('a unit from outside the package', () => {
  it('trains in both engines, to the same parameters', async () => {
    const unit = defineUnit(definition());
    const x = Array.from({ length: 30 }, (_, row) => [row / 15, 1 - row / 20]);
    const y = x.map(([a, b]) => [2 * (a as number) ** 2 - (b as number) ** 2 + 0.5]);
    const description = { inputs: 2, layers: [{ unit, outputs: 1 }] };
    using model = createModel(gpu(), { ...description, seed: 3 });
    const { losses } = await model.train({ x, y, steps: 100, learningRate: 0.02 });
    using ensemble = await createEnsemble(gpu(), {
      model: description,
      seeds: [3],
      x,
      y,
      learningRate: 0.02,
    });
    await ensemble.run(100);
    const parameters = (await model.weights()).flatMap((layer) =>
      Object.values(layer.parameters).flatMap(({ data }) => [...data]),
    );
    expect(relativeError((await ensemble.inspect()).parameters, parameters)).toBeLessThan(1e-4);
    await model.train({ x, y, steps: 3000, learningRate: 0.02 });
    const [predicted] = await model.predict([[10, 20]]);
    expect(predicted).toBeCloseTo(2 * 100 - 400 + 0.5, 1);
    expect(losses.at(-1)).toBeLessThan(losses[0] as number);
  });

  it('has its derivative checked', async () => {
    expect(await checkGradients(gpu(), defineUnit(definition()))).toMatchObject({ ok: true });
    const wrong = await checkGradients(gpu(), defineUnit(definition('x')));
    expect(wrong.ok).toBe(false);
    expect(wrong.worst.name).toBe('x');
    expect(wrong.worst.difference / wrong.worst.derivative).toBeCloseTo(2, 1);
    expect(wrong.errors.w).toBeLessThan(0.01);
  });

  it('that does not compile shows where', async () => {
    const unit = defineUnit({ ...definition(), shader: shader('2.0 * z') });
    await expect(checkGradients(gpu(), unit)).rejects.toThrow(ShaderError);
    await expect(checkGradients(gpu(), unit)).rejects.toThrow(/does not compile[\s\S]*z/);
  });

  const whole = definition();
  const base = whole.shader as UnitShader;
  const bad: [string, UnitDefinition, RegExp][] = [
    ['without a name', { ...whole, name: '' }, /needs a name/],
    ['with the name of another', { ...whole, name: 'NAC' }, /there is a unit 'NAC' already/],
    ['without initial values', { ...whole, initializations: {} }, /needs initializations/],
    [
      'with too few initial values',
      { ...whole, initializations: { a: { w: { kind: 'constant', value: 1 } } } },
      /no initial values for b/,
    ],
    ['without weights', { ...whole, shader: { ...base, weight: [] } }, /shader\.weight must list/],
    ['with a bad field name', { ...whole, shader: { ...base, edge: ['a-b'] } }, /'a-b' in shader\.edge/],
    ['with a field twice', { ...whole, shader: { ...base, delta: ['d', 'd'] } }, /names a field twice/],
    [
      'that misses a function',
      { ...whole, shader: { ...base, project: ['edge'] } },
      /does not define .* p_project_edge/,
    ],
  ];
  it.each(bad)('%s is refused', (_, definition, message) => {
    expect(() => defineUnit(definition)).toThrow(OptionError);
    expect(() => defineUnit(definition)).toThrow(message);
  });
});

describe('a unit of each kind in the package', () => {
  it.each(unitKinds.map((unit) => [unit.name, unit] as const))('%s passes the check', async (_, unit) => {
    // A corner (of |x|, of a sharply bent activation) may lie inside a difference; then few, larger inputs avoid it.
    const checks = [await checkGradients(gpu(), unit)];
    for (let seed = 2; seed < 8 && !checks.at(-1)?.ok; seed++) {
      checks.push(await checkGradients(gpu(), unit, { seed, rows: 2, outputs: 1, range: [2, 4] }));
    }
    expect(
      checks.some(({ ok }) => ok),
      JSON.stringify(checks),
    ).toBe(true);
  });
});
