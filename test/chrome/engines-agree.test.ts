import { describe, expect, it } from 'vitest';
import { createEnsemble, createModel, type Regularizer } from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import { relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { unitKinds } from '../support/unit-kinds.ts';

const gpu = useGpu();

/**
 * After a hundred steps. The engines add the rows' gradients in different orders, and Adam divides each by its own size:
 * what differs in the last bit of a small gradient moves its parameter by a part of the learning rate.
 */
const BOUND = 1e-4;

const rows = 48;
const random = createRandom(17);
const x = Float32Array.from({ length: rows * 3 }, () => random.uniform(0.5, 2));
const y = Float32Array.from({ length: rows * 2 }, () => random.uniform(0.5, 3));

/** Every unit is held against float64 in each engine (units.test.ts, ensemble-gradients.test.ts); a kind of units has one loop. */
describe.each(unitKinds.map((unit) => [unit.name, unit] as const))('%s', (_, unit) => {
  it('ends with the same parameters in both engines: shuffled batches, penalty, clipping, projection', async () => {
    const regularizer: Regularizer = {
      strength: 0.01,
      reduction: unit.recipe.regularizer?.reduction ?? 'mean',
      schedule: { kind: 'linear', start: 10, end: 60 },
    };
    const model = { inputs: 3, layers: [{ unit: unit.name, outputs: 2 }] };
    const options = { x, y, batch: 16, learningRate: 0.005, regularizers: [regularizer], clipGradient: 1 };
    for (const seed of [5, 6]) {
      using layered = createModel(gpu(), { ...model, seed });
      const { losses } = await layered.train({ ...options, steps: 100, seed });
      const [weights] = await layered.weights();
      const single = Object.values(weights?.parameters ?? {}).flatMap(({ data }) => [...data]);
      using ensemble = await createEnsemble(gpu(), { ...options, model, seeds: [seed] });
      await ensemble.run(100);
      const point = await ensemble.inspect();
      expect(relativeError(point.parameters, single), `parameters, seed ${seed}`).toBeLessThan(BOUND);
      expect(relativeError(point.losses, [losses.at(-1) as number]), `loss, seed ${seed}`).toBeLessThan(
        10 * BOUND,
      );
      expect(point.statuses).toEqual(['running']);
    }
  });
});
