import { expect, it } from 'vitest';
import { kind as article } from '../../demo/src/experiments/article/job.ts';
import { kind as ensemble } from '../../demo/src/experiments/ensemble/job.ts';
import type { Plan } from '../../demo/src/experiments/ensemble/plan.ts';
import { kind as identity } from '../../demo/src/experiments/identity/job.ts';
import type { Job } from '../../demo/src/experiments/job.ts';
import { kind as product } from '../../demo/src/experiments/product/job.ts';
import { type Gpu, parseRange } from '../../src/index.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const plan: Plan = {
  operation: 'add',
  expression: '',
  threshold: 1e-5,
  ranges: [{ range: parseRange('U[1,2)'), extrapolationRange: parseRange('U[2,6)') }],
  seeds: { first: 3, count: 5 },
  steps: 130,
  batch: 8,
  learningRate: 0.01,
  schedule: 'constant',
  hidden: 2,
};
const units = ['NAU', 'NAU'];
const { signal } = new AbortController();

it('a job that is opened again in the middle ends with the same fields, all units at the same step', async () => {
  const whole = await ensemble.open(gpu(), { plan, units });
  while (whole.step < plan.steps) await whole.advance({ until: plan.steps, milliseconds: 1e4, signal });

  const first = await ensemble.open(gpu(), { plan, units });
  const [begun] = (await first.report()).fields;
  expect(begun?.tallies.map(({ step }) => step)).toEqual([0]);
  while (first.step < 61) await first.advance({ until: 61, milliseconds: 1, signal });
  const { saved } = first;
  first.dispose();
  const second = await ensemble.open(gpu(), { plan, units }, structuredClone(saved));
  expect(second.step).toBe(60); // that of the last log point
  while (second.step < plan.steps) await second.advance({ until: plan.steps, milliseconds: 20, signal });

  const report = await second.report();
  expect(report).toEqual(await whole.report());
  expect(report.fields[0]).toEqual(report.fields[1]);
  expect(report.fields[0]?.tallies.at(-1)?.step).toBe(plan.steps);
  const question = { unit: 1, model: 4 };
  expect(await second.answer?.(question)).toEqual(await whole.answer?.(question));
  whole.dispose();
  second.dispose();
});

it('a job ends when all its models have diverged', async () => {
  const steps = 10_000;
  const job = await ensemble.open(gpu(), { plan: { ...plan, steps, learningRate: 1e30 }, units: ['Linear'] });
  let reason: string | undefined;
  for (let turn = 0; turn < 200 && !reason; turn++) {
    reason = await job.advance({ until: steps, milliseconds: 50, signal });
  }
  expect(reason).toBe('diverged');
  expect(job.step).toBeLessThan(steps);
  expect((await job.report()).fields[0]?.diverged).toBe(plan.seeds.count);
  job.dispose();
});

/** `job` after it was trained to step `until`. */
async function trained<J extends Pick<Job<unknown>, 'step' | 'advance'>>(job: J, until: number): Promise<J> {
  while (job.step < until) await job.advance({ until, milliseconds: 20, signal });
  expect(job.step).toBe(until);
  return job;
}

it.each([
  ['product', product, { seed: 1 }],
  [
    'identity',
    identity,
    { units: ['Dense tanh', 'Linear'], seeds: [4, 5], learningRate: 0.01, width: 3, depth: 1 },
  ],
] as const)(
  'a job of %s reaches the step it is asked for, all at once, and goes on after a loss',
  async (_, kind, asked) => {
    const open = kind.open as (
      gpu: Gpu,
      asked: unknown,
      saved?: unknown,
    ) => Promise<Job<unknown, unknown, unknown>>;
    const whole = await trained(await open(gpu(), asked), 45);
    const first = await trained(await open(gpu(), asked), 23);
    await first.report();
    const { saved } = first;
    first.dispose();
    const second = await open(gpu(), asked, structuredClone(saved));
    await trained(second, 45);
    expect(await second.report()).toEqual(await whole.report());
    second.dispose();
    whole.dispose();
  },
);

it("a job of the article's experiment reaches the epoch it is asked for", async () => {
  const job = await article.open(gpu(), { experiment: 'addition', seed: 1, learningRate: 0.1, beta2: 0.9 });
  await trained(job, 37);
  expect((await job.report()).costs).toHaveLength(37);
  job.dispose();
});
