import { describe, expect, it } from 'vitest';
import {
  createEnsemble,
  createModel,
  type Ensemble,
  type EnsembleOptions,
  type LogPoint,
} from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

/** Rows of two numbers from U[1, 2), and their products. */
function products(rows: number, seed = 3) {
  const random = createRandom(seed);
  const x = Float32Array.from({ length: rows * 2 }, () => random.uniform(1, 2));
  const y = Float32Array.from(
    { length: rows },
    (_, row) => (x[2 * row] as number) * (x[2 * row + 1] as number),
  );
  return { x, y };
}

const data = products(40);
const nalu: EnsembleOptions = {
  model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1, initialization: 'wide' }] },
  seeds: { count: 1 },
  ...data,
  learningRate: 0.02,
};
const stack: EnsembleOptions = {
  ...nalu,
  model: {
    inputs: 2,
    layers: [
      { unit: 'NAC', outputs: 2, initialization: 'article' },
      { unit: 'NAC•', outputs: 1, initialization: 'article' },
    ],
  },
};

async function parametersAfter(
  options: EnsembleOptions,
  pieces: readonly number[],
  between?: (ensemble: Ensemble) => Promise<void>,
): Promise<{ point: LogPoint; each: number }> {
  using ensemble = await createEnsemble(gpu(), options);
  for (const steps of pieces) {
    await ensemble.run(steps);
    await between?.(ensemble);
  }
  const point = await ensemble.inspect();
  return { point, each: point.parameters.length / ensemble.models };
}

const modelOf = ({ point, each }: { point: LogPoint; each: number }, model: number) => ({
  parameters: bitsOf(point.parameters.subarray(model * each, (model + 1) * each)),
  loss: bitsOf(point.losses.subarray(model, model + 1)),
});

const variants: [string, EnsembleOptions][] = [
  ['NALU, default lanes', nalu],
  ['NALU, shuffled batches of 13, 1 lane', { ...nalu, batch: 13, lanes: 1 }],
  ['NAC and NAC•, 8 lanes', { ...stack, lanes: 8 }],
];

describe.each(variants)('an ensemble of %s', (_, options) => {
  it('gives a model the same bits alone and among three hundred', async () => {
    const many = await parametersAfter({ ...options, seeds: { count: 300 } }, [30]);
    for (const seed of [0, 1, 149, 299]) {
      const alone = await parametersAfter({ ...options, seeds: [seed] }, [30]);
      expect(modelOf(alone, 0), `seed ${seed}`).toEqual(modelOf(many, seed));
    }
  });

  it('does not depend on how the steps are cut', async () => {
    const seeds = [5, 6, 7];
    const whole = await parametersAfter({ ...options, seeds }, [200]);
    const pieces = await parametersAfter({ ...options, seeds }, Array(10).fill(20));
    const single = await parametersAfter({ ...options, seeds }, Array(200).fill(1));
    for (const model of [0, 1, 2]) {
      expect(modelOf(pieces, model)).toEqual(modelOf(whole, model));
      expect(modelOf(single, model)).toEqual(modelOf(whole, model));
    }
  });

  it('goes on to the same bits from an exported state', async () => {
    const seeds = [1, 2];
    const whole = await parametersAfter({ ...options, seeds }, [120]);
    using first = await createEnsemble(gpu(), { ...options, seeds });
    await first.run(50);
    const state = structuredClone(await first.exportState());
    using second = await createEnsemble(gpu(), { ...options, seeds });
    second.importState(state);
    await second.run(70);
    const point = await second.inspect();
    expect(bitsOf(point.parameters)).toEqual(bitsOf(whole.point.parameters));
    expect(bitsOf(point.losses)).toEqual(bitsOf(whole.point.losses));
  });
});

describe('lanes', () => {
  it('change only the order of summation', async () => {
    const reference = await parametersAfter({ ...nalu, seeds: { count: 20 }, lanes: 1 }, [50]);
    for (const lanes of [4, 16, 256]) {
      const other = await parametersAfter({ ...nalu, seeds: { count: 20 }, lanes }, [50]);
      expect(
        relativeError(other.point.parameters, reference.point.parameters),
        `${lanes} lanes`,
      ).toBeLessThan(1e-4);
    }
  });
});

describe('calibration', () => {
  it('chooses among the numbers it measures, and keeps its answer', async () => {
    using first = await createEnsemble(gpu(), { ...nalu, seeds: { count: 50 }, lanes: 'calibrate' });
    expect([4, 8, 16, 32, 64, 128, 256]).toContain(first.lanes);
    using second = await createEnsemble(gpu(), { ...nalu, seeds: { count: 50 }, lanes: 'calibrate' });
    expect(second.lanes).toBe(first.lanes);
    const fixed = await parametersAfter({ ...nalu, seeds: { count: 50 }, lanes: first.lanes }, [20]);
    const found = await parametersAfter({ ...nalu, seeds: { count: 50 }, lanes: 'calibrate' }, [20]);
    expect(bitsOf(found.point.parameters)).toEqual(bitsOf(fixed.point.parameters));
  });
});

describe('both engines agree', () => {
  const deep = {
    inputs: 2,
    layers: [
      { unit: 'NALU untied' as const, outputs: 3 },
      { unit: 'NAC' as const, outputs: 2, initialization: 'article' },
      { unit: 'NAC' as const, outputs: 1, initialization: 'article' },
    ],
  };
  const wide = {
    inputs: 2,
    layers: [
      { unit: 'NAC' as const, outputs: 20, initialization: 'article' },
      { unit: 'NAC' as const, outputs: 20, initialization: 'article' },
      { unit: 'NAC' as const, outputs: 1, initialization: 'article' },
    ],
  };
  const cases: [string, EnsembleOptions][] = [
    ['full batch', nalu],
    ['a deep stack', { ...nalu, model: deep }],
    ['a stack too wide to be written out', { ...nalu, model: wide, learningRate: 0.001 }],
    ['RMSProp, Huber, clipped', { ...nalu, optimizer: 'rmsprop', loss: 'huber', clipGradient: 0.1 }],
  ];
  it.each(cases)('%s: a hundred steps', async (_, options) => {
    const seed = 4;
    const ensemble = await parametersAfter({ ...options, seeds: [seed] }, [100]);
    using model = createModel(gpu(), { ...options.model, seed });
    const { model: _m, seeds: _s, lanes: _l, evaluate: _e, validation: _v, ...training } = options;
    const { losses } = await model.train({
      ...training,
      ...data,
      learningRate: options.learningRate as number,
      steps: 100,
      seed,
    });
    const parameters = (await model.weights()).flatMap(({ parameters }) =>
      Object.values(parameters).flatMap((tensor) => [...tensor.data]),
    );
    expect(relativeError(ensemble.point.parameters, parameters)).toBeLessThan(1e-4);
    expect(ensemble.point.losses[0]).toBeCloseTo(losses.at(-1) as number, 4);
  });
});

describe('log points', () => {
  it('have the errors on held-out sets, at every multiple of logEvery, before the next update', async () => {
    const held = products(101, 8);
    const points: LogPoint[] = [];
    using ensemble = await createEnsemble(gpu(), {
      ...nalu,
      seeds: { count: 5 },
      evaluate: { validation: data, extrapolation: held },
      logEvery: 25,
    });
    await ensemble.run(60, { onLog: (point) => points.push(point) });
    await ensemble.run(40, { onLog: (point) => points.push(point) });
    expect(points.map(({ step }) => step)).toEqual([0, 25, 50, 75, 100]);
    const [first, , , , last] = points as [LogPoint, LogPoint, LogPoint, LogPoint, LogPoint];
    expect([...first.losses].every(Number.isNaN)).toBe(true);
    for (const model of [0, 4]) {
      using single = createModel(gpu(), { ...nalu.model, seed: model });
      single.setParameters(ensemble.weights(last, model).map(({ parameters }) => parameters));
      for (const [name, set] of Object.entries({ validation: data, extrapolation: held })) {
        const predicted = await single.predict(set.x);
        const squares = predicted.map((y, row) => (y - (set.y[row] as number)) ** 2);
        const mean = squares.reduce((sum, square) => sum + square, 0) / squares.length;
        expect(relativeError([last.errors[name]?.[model] as number], [mean]), name).toBeLessThan(1e-4);
      }
    }
  });

  it('stop models that reach the bound, each where it was then', async () => {
    const options: EnsembleOptions = {
      ...nalu,
      seeds: { count: 60 },
      evaluate: { validation: data },
      logEvery: 50,
    };
    const points: LogPoint[] = [];
    using free = await createEnsemble(gpu(), options);
    await free.run(400, { onLog: (point) => points.push(point) });
    const errors = [...(points.at(-1)?.errors.validation ?? [])].sort((a, b) => a - b);
    const below = errors[20] as number;
    using ensemble = await createEnsemble(gpu(), { ...options, stopWhen: { set: 'validation', below } });
    await ensemble.run(400);
    const end = await ensemble.inspect();
    const each = end.parameters.length / 60;
    const stopped = end.statuses.flatMap((status, model) => (status === 'stopped' ? [model] : []));
    expect(stopped.length).toBeGreaterThanOrEqual(20);
    expect(stopped.length).toBeLessThan(60);
    for (let model = 0; model < 60; model++) {
      const at = points.find(({ errors }) => (errors.validation?.[model] as number) < below) ?? points.at(-1);
      const slice = (values: Float32Array) => bitsOf(values.subarray(model * each, (model + 1) * each));
      expect(slice(end.parameters), `model ${model}`).toEqual(slice(at?.parameters as Float32Array));
    }
  });
});

describe('a model that diverges', () => {
  it('is marked, and its neighbours end as without it', async () => {
    const linear: EnsembleOptions = {
      ...nalu,
      model: { inputs: 2, layers: [{ unit: 'Linear', outputs: 1 }] },
      seeds: { count: 300 },
      optimizer: 'sgd',
    };
    const tame = Array.from({ length: 300 }, () => 0.01);
    const rates = tame.map((rate, model) => (model === 123 ? 1e6 : rate));
    const wild = await parametersAfter({ ...linear, learningRate: rates }, [50]);
    const calm = await parametersAfter({ ...linear, learningRate: tame }, [50]);
    expect(wild.point.statuses[123]).toBe('diverged');
    expect(wild.point.statuses.filter((status) => status === 'diverged')).toHaveLength(1);
    expect(wild.point.parameters.every(Number.isFinite)).toBe(true);
    for (let model = 0; model < 300; model++) {
      if (model !== 123) expect(modelOf(wild, model), `model ${model}`).toEqual(modelOf(calm, model));
    }
  });

  it('leaves a run that goes on without it', async () => {
    const rates = [0.01, 1e6, 0.01];
    const linear = { ...nalu, model: { inputs: 2, layers: [{ unit: 'Linear' as const, outputs: 1 }] } };
    const options: EnsembleOptions = {
      ...linear,
      seeds: { count: 3 },
      optimizer: 'sgd',
      learningRate: rates,
      logEvery: 20,
    };
    using ensemble = await createEnsemble(gpu(), options);
    const running: number[] = [];
    await ensemble.run(100, { onProgress: (progress) => running.push(progress.running) });
    expect(running[0]).toBe(3);
    expect(running.at(-1)).toBe(2);
    expect((await ensemble.inspect()).statuses).toEqual(['running', 'diverged', 'running']);
  });
});

describe('tasks drawn in the kernel', () => {
  it('train from per-model ranges', async () => {
    const task = {
      inputs: 2,
      outputs: 1,
      shader: {
        columns: ['low', 'high'],
        input: (bits: string, _: string, column: (name: string) => string) =>
          `mix(${column('low')}, ${column('high')}, r_unit(${bits}))`,
        target: (_: number, input: (index: number) => string) => `${input(0)} + ${input(1)}`,
      },
      columns: { low: [0, 1, -2], high: [1, 2, 2] },
    };
    const { x, y, ...rest } = nalu;
    const { point } = await parametersAfter(
      {
        ...rest,
        model: { inputs: 2, layers: [{ unit: 'NAC', outputs: 1, initialization: 'article' }] },
        task,
        batch: 64,
        seeds: { count: 3 },
        learningRate: 0.05,
      },
      [4000],
    );
    for (const loss of point.losses) expect(loss).toBeLessThan(1e-3);
    expect(new Set(point.losses).size).toBe(3);
  });
});
