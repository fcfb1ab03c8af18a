import { describe, expect, it } from 'vitest';
import { type LossName, losses } from '../../shaders/losses.wgsl.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();
const names = Object.keys(losses) as LossName[];

/** One element in float64, from the textbook; e = y − t. */
const references: Record<LossName, (e: number, delta: number) => number> = {
  meanSquared: (e) => e ** 2,
  sumSquared: (e) => e ** 2,
  meanAbsolute: (e) => Math.abs(e),
  huber: (e, delta) => (Math.abs(e) <= delta ? e ** 2 / 2 : delta * (Math.abs(e) - delta / 2)),
};

/** Errors of all sizes and both signs around several targets. */
const pairs = [0, 1, -3, 1000].flatMap((target) =>
  [0, 1e-3, 0.1, 0.499, 0.5, 0.75, 0.999, 1.001, 2, 50, 1e4].flatMap((size) => [
    [Math.fround(target + size), target] as const,
    [Math.fround(target - size), target] as const,
  ]),
);

async function evaluate(name: LossName, delta?: number): Promise<{ value: number; slope: number }[]> {
  const { code } = losses[name];
  const { reals } = await run({
    code: delta === undefined ? code('l') : code('l', { delta }),
    body: 'put_real(0u, l_loss(real(0u), real(1u))); put_real(1u, l_loss_grad(real(0u), real(1u)));',
    input: Float32Array.from(pairs.flat()),
    inputs: 2,
    outputs: 2,
  });
  return pairs.map((_, k) => ({ value: reals[2 * k] as number, slope: reals[2 * k + 1] as number }));
}

const cases = [...names.map((name) => ({ name, delta: 1 })), { name: 'huber' as const, delta: 0.5 }];

describe.each(cases)('$name, delta $delta', ({ name, delta }) => {
  const loss = (e: number) => references[name](e, delta);
  const result = () => evaluate(name, delta === 1 ? undefined : delta);

  it('has the value of the formula', async () => {
    (await result()).forEach(({ value }, k) => {
      const [y, t] = pairs[k] as (typeof pairs)[number];
      expect(Math.abs(value - loss(y - t)), `y ${y}, t ${t}`).toBeLessThanOrEqual(1e-6 * loss(y - t));
    });
  });

  it('has the derivative of the formula', async () => {
    (await result()).forEach(({ slope }, k) => {
      const [y, t] = pairs[k] as (typeof pairs)[number];
      const e = y - t;
      // Central difference, far finer than the distance to a corner; at the corner e = 0 it is 0, as stated.
      const h = 1e-6 * Math.max(Math.abs(e), 1e-3);
      const difference = (loss(e + h) - loss(e - h)) / (2 * h);
      expect(Math.abs(slope - difference), `y ${y}, t ${t}`).toBeLessThanOrEqual(1e-5 * Math.abs(difference));
    });
  });
});

describe('records', () => {
  it('say which losses are means', () => {
    const means = names.filter((name) => losses[name].mean);
    expect(means).toEqual(['meanSquared', 'meanAbsolute', 'huber']);
  });
});
