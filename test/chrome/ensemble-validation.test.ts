import { describe, expect, it } from 'vitest';
import { createEnsemble, type EnsembleOptions, OptionError, type Regularizer } from '../../src/index.ts';
import { initialParameters, resolveModel } from '../../src/model/description.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const x = Array.from({ length: 16 }, (_, row) => [1 + row / 16, 2 - row / 16]);
const y = x.map(([a, b]) => [(a as number) * (b as number)]);
const model = { inputs: 2, layers: [{ unit: 'iNALU' as const, outputs: 1 }] };
const options: EnsembleOptions = {
  model,
  seeds: [3, 4],
  x,
  y,
  learningRate: 0,
  logEvery: 50,
  evaluate: { validation: { x, y } },
};

describe('reinitialization', () => {
  const stuck = { ...options, reinitialization: { every: 10, history: 100, error: 0 } };

  it('draws the parameters of stuck models again', async () => {
    using ensemble = await createEnsemble(gpu(), stuck);
    await ensemble.run(100);
    expect(ensemble.draws(0)).toBe(0);
    // With a learning rate of 0 the error stays, so the rule fires after iteration 100, when the list has 101 values.
    await ensemble.run(1);
    expect([ensemble.draws(0), ensemble.draws(1)]).toEqual([1, 1]);
    const point = await ensemble.inspect();
    const again = [3, 4].flatMap((seed) => [...initialParameters(resolveModel({ ...model, seed }), 0, 1)]);
    expect(bitsOf(point.parameters)).toEqual(bitsOf(again));
    expect(bitsOf(again)).not.toEqual(
      bitsOf([3, 4].flatMap((seed) => [...initialParameters(resolveModel({ ...model, seed }), 0)])),
    );
  });

  it('goes on to the same bits after export and import, and however it is cut', async () => {
    // Learning the product drives the models away from this validation set, so they count as stuck.
    const validation = { x, y: y.map(([product]) => [-10 * (product as number)]) };
    const training = { ...stuck, learningRate: 0.01, evaluate: { validation } };
    using whole = await createEnsemble(gpu(), training);
    await whole.run(600);
    expect(whole.draws(0)).toBeGreaterThan(0);
    using first = await createEnsemble(gpu(), training);
    for (const steps of [30, 71, 106, 13]) await first.run(steps);
    using second = await createEnsemble(gpu(), training);
    second.importState(structuredClone(await first.exportState()));
    await second.run(380);
    expect(second.draws(0)).toBe(whole.draws(0));
    expect(bitsOf((await second.inspect()).parameters)).toEqual(bitsOf((await whole.inspect()).parameters));
  });

  it('needs a validation set and log points within its history', async () => {
    await expect(createEnsemble(gpu(), { ...stuck, evaluate: {} })).rejects.toThrow(OptionError);
    await expect(createEnsemble(gpu(), { ...stuck, logEvery: 101 })).rejects.toThrow(
      /may be at most its history, 100/,
    );
    await expect(createEnsemble(gpu(), { ...stuck, validation: 'v' })).rejects.toThrow(
      /'v' is not among the sets/,
    );
  });
});

describe('a penalty that waits for the validation error', () => {
  const waiting = (error: number): Regularizer => ({
    strength: 5,
    reduction: 'mean',
    schedule: { kind: 'whileAccurate', after: 20, error },
  });
  const parameters = async (regularizer: Regularizer | null, steps: number) => {
    using ensemble = await createEnsemble(gpu(), {
      ...options,
      learningRate: 0.01,
      regularizers: [regularizer],
    });
    await ensemble.run(steps);
    return bitsOf((await ensemble.inspect()).parameters);
  };

  it('counts after its step for models whose error is low enough, and only for those', async () => {
    const none = await parameters(null, 60);
    expect(await parameters(waiting(0), 60)).toEqual(none);
    expect(await parameters(waiting(1e30), 21)).toEqual(await parameters(null, 21));
    expect(await parameters(waiting(1e30), 22)).not.toEqual(await parameters(null, 22));
    const constant: Regularizer = {
      strength: 5,
      reduction: 'mean',
      schedule: { kind: 'linear', start: 20, end: 21 },
    };
    expect(await parameters(waiting(1e30), 60)).toEqual(await parameters(constant, 60));
    using probe = await createEnsemble(gpu(), { ...options });
    const errors = (await probe.inspect()).errors.validation as Float32Array;
    const [low, high] = [...errors].sort((a, b) => a - b) as [number, number];
    const some = await parameters(waiting((low + high) / 2), 40);
    const half = some.length / 2;
    const all = await parameters(waiting(1e30), 40);
    const nobody = await parameters(null, 40);
    const isLow = (index: number) => (errors[index] as number) === low;
    for (const [index, from] of [0, half].entries()) {
      expect(some.slice(from, from + half)).toEqual((isLow(index) ? all : nobody).slice(from, from + half));
    }
  });
});
