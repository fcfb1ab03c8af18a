import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contender, Session } from '../../bench/contender.ts';
import { CHANGE_TOLERANCE, TOLERANCE } from '../../bench/measure.ts';
import type { Problem } from '../../bench/problem.ts';
import { versions } from '../../demo/src/experiments/speed/libraries.ts';
import { agrees, type Lane, race, rateOf, waitingLane } from '../../demo/src/experiments/speed/race.ts';

const commonStep = 20;
const problem = { workload: { checkSteps: commonStep }, parameters: async () => [] } as unknown as Problem;

/** Milliseconds on a clock that only steps of training move. */
let time = 0;
beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => time));
afterEach(() => void vi.restoreAllMocks());

/** A contender whose steps take so many milliseconds, and whose loss after step k is 1/k. */
function contender(name: string, milliseconds: number, log: string[] = []): Contender {
  const prepare = async (): Promise<Session> => {
    let step = 0;
    log.push(`${name} begins`);
    return {
      async run(steps) {
        time += steps * milliseconds;
        step += steps;
        return 1 / step;
      },
      dispose: () => void log.push(`${name} is gone`),
    };
  };
  return { name, prepare };
}

async function run(contenders: readonly Contender[], options: Partial<Parameters<typeof race>[3]> = {}) {
  const told: Lane[] = [];
  const names = contenders.map(({ name }) => name);
  const find = async (name: string) => {
    const found = contenders.find((each) => each.name === name);
    return found ?? Promise.reject(new Error('it does not run here'));
  };
  await race(problem, [...names, 'nobody'], find, {
    ...{ seconds: 0.2, stretch: 20, patience: 1000, interval: 0 },
    ...options,
    onLane: (lane) => told.push(lane),
  });
  const last = (name: string) => told.findLast((lane) => lane.contender === name) as Lane;
  return { told, last };
}

describe('a race', () => {
  it('gives each its time, one after the other, and looks at the loss after the same step', async () => {
    const log: string[] = [];
    const { told, last } = await run([contender('fast', 1, log), contender('slow', 5, log)]);
    expect(log).toEqual(['fast begins', 'fast is gone', 'slow begins', 'slow is gone']);
    for (const [name, step] of [
      ['fast', 1],
      ['slow', 5],
    ] as const) {
      const { phase, seconds, steps, common, points } = last(name);
      expect(phase).toBe('finished');
      expect(seconds).toBe(0.2);
      expect(steps).toBe(200 / step);
      expect(common).toMatchObject({ step: commonStep, loss: 1 / commonStep });
      expect(common?.seconds).toBeCloseTo(0.001 * step * (commonStep - 1), 9);
      expect(points[0]).toEqual({ seconds: 0, step: 1, loss: 1 });
      for (const { step, loss } of points) expect(loss).toBe(1 / step);
    }
    const live = told.filter((lane) => lane.contender === 'fast' && lane.phase === 'racing');
    expect(live.length).toBeGreaterThan(5);
    expect(rateOf(last('fast'))).toBeCloseTo(1000, 6);
  });

  it('says who does not run, and goes on with the next', async () => {
    const broken: Contender = {
      name: 'broken',
      prepare: () => Promise.reject(new Error('no context\nat x')),
    };
    const { last } = await run([broken, contender('fast', 1)]);
    expect(last('broken')).toMatchObject({ phase: 'failed', reason: 'no context' });
    expect(last('fast').phase).toBe('finished');
    expect(last('nobody')).toMatchObject({ phase: 'failed', reason: 'it does not run here', steps: 0 });
  });

  it('lets a slow one come to the common step after its time, unless that takes too long', async () => {
    const slow = contender('slow', 15);
    const { told, last } = await run([slow], { seconds: 0.05 });
    expect(told.map(({ phase }) => phase)).toContain('catching up');
    expect(last('slow')).toMatchObject({ seconds: 0.05, common: { step: commonStep } });
    // The fourth was under way when the time was up.
    expect(last('slow').steps).toBe(3);
    expect(last('slow').common?.seconds).toBeCloseTo(0.015 * (commonStep - 1), 9);
    expect(rateOf(last('slow'))).toBeCloseTo(1 / 0.015, 9);

    const { last: hasty } = await run([slow], { seconds: 0.05, patience: 10 });
    expect(hasty('slow').phase).toBe('finished');
    expect(hasty('slow').common).toBeUndefined();
    expect(hasty('slow').reason).toBe('loss not compared: step 20 would take about 1 s more');
  });

  it('calls losses equal that differ by no more than the benchmark allows', () => {
    const lane = (loss: number, first = 2 * loss): Lane => ({
      ...waitingLane('any'),
      points: [{ seconds: 0, step: 1, loss: first }],
      common: { seconds: 1, step: commonStep, loss },
    });
    expect(agrees(lane(1 + 0.9 * TOLERANCE), lane(1))).toBe(true);
    expect(agrees(lane(1 + 1.1 * TOLERANCE), lane(1))).toBe(false);
    expect(agrees(lane(1.0001), lane(1, 1 + 0.9 * (0.0001 / CHANGE_TOLERANCE)))).toBe(false);
    expect(agrees(lane(Number.NaN), lane(1))).toBe(false);
    expect(agrees(waitingLane('any'), lane(1))).toBeUndefined();
  });
});

it('names the versions that the page is built with', async () => {
  const { version, devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  const named = (name: string) => `${name} ${devDependencies[name]}`;
  expect(versions).toEqual({
    ours: `nalu-webgpu ${version}`,
    tfjs: named('@tensorflow/tfjs-core'),
    jax: named('@jax-js/jax'),
  });
});
