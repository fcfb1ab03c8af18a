import { describe, expect, it } from 'vitest';
import { Monitor } from '../../src/engines/ensemble/monitor.ts';
import { createRandom } from '../../src/random.ts';

const rule = { every: 10, history: 5000, error: 1 };

/** The rule as the benchmark's code has it: one list, one value per iteration. Iterations after which it fires. */
function byTheBook(
  errors: readonly number[],
  logEvery: number,
  iterations: number,
  { every, history, error } = rule,
) {
  const fired: number[] = [];
  let list: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    list.push(errors[Math.floor(iteration / logEvery)] as number);
    if (iteration % every !== 0 || iteration === 0 || list.length <= history) continue;
    const half = Math.floor(list.length / 2);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [older, newer] = [list.slice(0, half), list.slice(half)];
    const center = mean(newer);
    const deviation = Math.sqrt(mean(newer.map((value) => (value - center) ** 2)));
    if (mean(older) <= center + deviation && center > error) {
      fired.push(iteration);
      list = [];
    }
  }
  return fired;
}

/** The same by the monitor, cut at log points and at `cuts`. */
function byTheMonitor(
  errors: readonly number[],
  logEvery: number,
  iterations: number,
  cuts: readonly number[] = [],
  own = rule,
) {
  const fired: number[] = [];
  let monitor = new Monitor(1, own);
  for (let step = 0; step < iterations; ) {
    if (step % logEvery === 0) monitor.measure([errors[step / logEvery] as number]);
    const logged = (Math.floor(step / logEvery) + 1) * logEvery;
    const cut = cuts.find((at) => at > step) ?? iterations;
    const end = monitor.next([0], step, Math.min(logged, cut, iterations));
    if (monitor.advance([0], step, end).length > 0) fired.push(end - 1);
    step = end;
    const state = structuredClone(monitor.exportState());
    monitor = new Monitor(1, own);
    monitor.importState(state);
  }
  expect(monitor.draws(0)).toBe(fired.length);
  return fired;
}

describe('starting anew', () => {
  it('happens where the rule of the benchmark says, whatever the steps are cut into', () => {
    const random = createRandom(5);
    for (let trial = 0; trial < 6; trial++) {
      const level = random.uniform(0.5, 3);
      const errors = Array.from(
        { length: 30 },
        (_, k) => level * random.uniform(0.7, 1.3) * (trial % 3 ? 1 : 0.97 ** k),
      );
      const expected = byTheBook(errors, 1000, 30_000);
      expect(byTheMonitor(errors, 1000, 30_000)).toEqual(expected);
      const cuts = Array.from({ length: 40 }, () => random.integer(30_000)).sort((a, b) => a - b);
      expect(byTheMonitor(errors, 1000, 30_000, cuts)).toEqual(expected);
    }
  });

  it('compares with the population deviation, which short lists tell from that of a sample', () => {
    const short = { every: 1, history: 3, error: 1 };
    // Older mean 4.2; newer mean 3, deviation 1 (population) or 1.41 (sample): 4.2 is above 3 + 1, and below 3 + 1.41.
    expect(byTheMonitor([4.2, 4.2, 2, 4], 1, 4, [], short)).toEqual([]);
    expect(byTheMonitor([3.9, 3.9, 2, 4], 1, 4, [], short)).toEqual([3]);
    const random = createRandom(8);
    for (let trial = 0; trial < 60; trial++) {
      const errors = Array.from({ length: 12 }, () => random.uniform(0.5, 6));
      expect(byTheMonitor(errors, 1, 12, [], short)).toEqual(byTheBook(errors, 1, 12, short));
    }
  });

  it('fires first after iteration 5 000, then about every 5 010', () => {
    expect(byTheMonitor(Array(30).fill(2), 1000, 30_000)).toEqual([5000, 10010, 15020, 20030, 25040]);
  });

  it('never fires while errors are small, fall steeply, or are not numbers', () => {
    expect(byTheMonitor(Array(30).fill(0.9), 1000, 30_000)).toEqual([]);
    expect(byTheMonitor(Array(30).fill(Number.NaN), 1000, 30_000)).toEqual([]);
    expect(
      byTheMonitor(
        Array.from({ length: 30 }, (_, k) => 1e6 * 0.01 ** k),
        1000,
        30_000,
      ),
    ).toEqual([]);
  });

  it('does nothing without a rule', () => {
    const monitor = new Monitor(2, undefined);
    monitor.measure([5, 5]);
    expect(monitor.next([0, 1], 0, 100_000)).toBe(100_000);
    expect(monitor.advance([0, 1], 0, 100_000)).toEqual([]);
  });
});
