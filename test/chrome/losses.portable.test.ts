import { describe, expect, it } from 'vitest';
import { derivatives } from '../../shaders/derivatives.wgsl.ts';
import { math } from '../../shaders/math.wgsl.ts';
import { huber, losses, lossShader } from '../../src/model/losses.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();
type LossName = keyof typeof losses;
const names = Object.keys(losses) as LossName[];

/** One element in float64, from the textbook, by output and target. */
const references: Record<LossName, (y: number, t: number, delta: number) => number> = {
  meanSquared: (y, t) => (y - t) ** 2,
  sumSquared: (y, t) => (y - t) ** 2,
  meanAbsolute: (y, t) => Math.abs(y - t),
  huber: (y, t, delta) => {
    const e = Math.abs(y - t);
    return e <= delta ? e ** 2 / 2 : delta * (e - delta / 2);
  },
  // −log σ(y) is log(1 + exp(−y)), which is −y beside it where exp overflows.
  binaryCrossEntropy: (y, t) => t * softplus(-y) + (1 - t) * softplus(y),
};
const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Errors of all sizes and both signs around several targets. */
const pairs = [0, 1, -3, 1000].flatMap((target) =>
  [0, 1e-3, 0.1, 0.499, 0.5, 0.75, 0.999, 1.001, 2, 50, 1e4].flatMap((size) => [
    [Math.fround(target + size), target] as const,
    [Math.fround(target - size), target] as const,
  ]),
);

/** Logits of both signs, and targets from 0 to 1. */
const logits = [0, 1, 0.25].flatMap((target) =>
  [0, 1e-3, 0.5, 2, 2.75, 2.8, 5, 17, 80].flatMap((y) => [[y, target] as const, [-y, target] as const]),
);
const pairsOf = (name: LossName) =>
  (name === 'binaryCrossEntropy' ? logits : pairs).map(([y, t]) => [Math.fround(y), t] as const);

const equationOf = (name: LossName, delta: number) => (name === 'huber' ? huber(delta) : losses[name]);

async function evaluate(name: LossName, delta: number): Promise<{ value: number; slope: number }[]> {
  const { reals } = await run({
    code: math + derivatives + lossShader(equationOf(name, delta)).code('l'),
    body: 'put_real(0u, l_loss(real(0u), real(1u))); put_real(1u, l_loss_grad(real(0u), real(1u)));',
    input: Float32Array.from(pairsOf(name).flat()),
    inputs: 2,
    outputs: 2,
  });
  return pairsOf(name).map((_, k) => ({ value: reals[2 * k] as number, slope: reals[2 * k + 1] as number }));
}

const cases = [...names.map((name) => ({ name, delta: 1 })), { name: 'huber' as const, delta: 0.5 }];

describe.each(cases)('$name, delta $delta', ({ name, delta }) => {
  const loss = (y: number, t: number) => references[name](y, t, delta);
  const result = () => evaluate(name, delta);

  it('has the value of the formula', async () => {
    (await result()).forEach(({ value }, k) => {
      const [y, t] = pairsOf(name)[k] as readonly [number, number];
      expect(Math.abs(value - loss(y, t)), `y ${y}, t ${t}`).toBeLessThanOrEqual(1e-6 * loss(y, t));
    });
  });

  it('has the derivative of the formula', async () => {
    (await result()).forEach(({ slope }, k) => {
      const [y, t] = pairsOf(name)[k] as readonly [number, number];
      // Central difference, far finer than the distance to a corner; at the corner y = t it is 0, as stated.
      const h = 1e-6 * Math.max(Math.abs(name === 'binaryCrossEntropy' ? 1 : y - t), 1e-3);
      const [at, from] = name === 'binaryCrossEntropy' ? [y, t] : [y - t, 0];
      const difference = (loss(at + h, from) - loss(at - h, from)) / (2 * h);
      const bound = 1e-5 * Math.abs(difference) + (name === 'binaryCrossEntropy' ? 1e-7 : 0);
      expect(Math.abs(slope - difference), `y ${y}, t ${t}`).toBeLessThanOrEqual(bound);
    });
  });
});

describe('records', () => {
  it('say which losses are means', () => {
    const means = names.filter((name) => losses[name].mean);
    expect(means).toEqual(['meanSquared', 'meanAbsolute', 'huber', 'binaryCrossEntropy']);
  });
});
