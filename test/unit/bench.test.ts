import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Contender } from '../../bench/contender.ts';
import { drawResults } from '../../bench/figure.ts';
import { measureGrowth } from '../../bench/growth.ts';
import { measureWorkload, warmUp } from '../../bench/measure.ts';
import { readOptions } from '../../bench/options.ts';
import { growthTable, startTable, throughputLines, workloadTable } from '../../bench/print.ts';
import { type Problem, sampleLoss } from '../../bench/problem.ts';
import { figure, startTargetLines, targetLines } from '../../bench/report.ts';
import { DEFAULT_GROUPS, GROUPS, START_ENTRIES, select } from '../../bench/selection.ts';
import { shuffled, spreadOf } from '../../bench/statistics.ts';
import { drawTable } from '../../bench/tables.ts';
import { startTargets, targets } from '../../bench/targets.ts';
import { type Workload, workloads, workOf } from '../../bench/workloads.ts';
import { experiments } from '../../src/index.ts';

const find = (name: string) => workloads.find((workload) => workload.name === name) as Workload;

describe("the benchmark's workloads", () => {
  it('have names of their own, ours first, and targets that are about them', () => {
    const names = workloads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { contenders, checkSteps, group } of workloads) {
      expect(Object.keys(GROUPS)).toContain(group);
      expect(checkSteps).toBeGreaterThanOrEqual(4);
      expect(contenders[0]).toMatch(/^nalu/);
      expect(new Set(contenders).size).toBe(contenders.length);
    }
    for (const { entry } of startTargets) expect(START_ENTRIES).toContain(entry);
    for (const { of, against } of targets) {
      for (const [workload, contender] of against ? [of, against] : [of]) {
        expect(find(workload).contenders).toContain(contender);
      }
    }
  });

  it('have the same rows each time: those of the article, or products', () => {
    const article = drawTable(find('article'), 2000);
    const { train } = experiments.multiplication;
    expect([...article.x]).toEqual(train.x.flat());
    expect([...article.y]).toEqual(train.y.flat().map(Math.fround));
    const { x, y } = drawTable(find('one-128'), 128);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...x)).toBeLessThan(2);
    expect(y[7]).toBeCloseTo((x[14] as number) * (x[15] as number), 6);
    expect(drawTable(find('one-128'), 128).x).toEqual(x);
    const wide = drawTable(find('layer-256'), 1);
    expect(wide.y[255]).toBeCloseTo((wide.x[255] as number) * (wide.x[0] as number), 6);
    const halves = drawTable({ rows: 'halves', inputs: 4, outputs: 1 }, 1);
    const [a, b, c, d] = [...halves.x] as [number, number, number, number];
    expect(halves.y[0]).toBeCloseTo(((a + b) / 2) * ((c + d) / 2), 6);
  });

  it('count the multiply-adds of every layer', () => {
    expect(workOf(find('stack-100'))).toBe(100 * 128 * (100 * 2 + 2 * 1));
    expect(workOf(find('layer-512')) / workOf(find('layer-256'))).toBe(4);
  });

  it('look at a sample of the predictions', () => {
    const targets = new Float32Array(2500);
    const predictions = targets.map((_, at) => (at % 3 === 0 ? 2 : 7));
    expect(sampleLoss(predictions, targets)).toBe(4); // every third
    expect(sampleLoss([1, 5], [0, 2])).toBe(5);
  });
});

describe("the benchmark's options", () => {
  const names = (list: readonly Workload[]) => list.map(({ name }) => name);

  it('choose the default groups, or those that are named', () => {
    const { workloads: chosen, growth, starts } = select();
    expect(new Set(chosen.map(({ group }) => group))).toEqual(
      new Set(DEFAULT_GROUPS.filter((name) => !['growth', 'start'].includes(name))),
    );
    expect(growth[0]).toBe('nalu');
    expect(starts).toContain('tfjs-wasm');
    expect(names(select(['stack']).workloads)).toEqual(['stack', 'stack-100']);
    expect(select(['stack'])).toMatchObject({ growth: [], starts: [] });
    expect(select(['all']).workloads).toEqual(workloads);
    expect(() => select(['stacks'])).toThrow("--group: 'stacks' is none of one, ensembles");
  });

  it('choose workloads and contenders by name or by how it begins, and keep ours', () => {
    const only = (...words: string[]) => select([], words).workloads;
    expect(names(only('ensemble-100'))).toEqual(['ensemble-100']);
    expect(names(only('ensemble'))).toEqual(['ensemble-100', 'ensemble-1000', 'ensemble-10000']);
    expect(names(only('lanes-article'))).toEqual(['lanes-article']);
    expect(only('article', 'tfjs-w')[0]?.contenders).toEqual([
      'nalu',
      'tfjs-webgpu',
      'tfjs-webgl',
      'tfjs-wasm',
    ]);
    expect(select([], ['article'])).toMatchObject({ growth: [], starts: [] });
    expect(select(['growth'], ['jax']).growth).toEqual(['jax-webgpu', 'jax-wasm']);
    expect(select(['start'], ['nalu-everything']).starts).toEqual(['nalu-everything']);
    expect(() => only('artikel')).toThrow("begins with 'artikel'");
    expect(() => only('')).toThrow("begins with ''");
  });

  it('have at least five rounds, unless a quick look is asked for', () => {
    expect(readOptions([])).toMatchObject({ rounds: 7, stretch: 300, limit: 10, name: '', json: false });
    expect(readOptions(['--quick'])).toMatchObject({ rounds: 3, stretch: 50, limit: 2 });
    expect(readOptions(['--quick', '--limit', '9'])).toMatchObject({ limit: 9 });
    expect(readOptions(['--help'])).toBeUndefined();
    expect(() => readOptions(['--rounds', '4'])).toThrow('from 5 to 1000');
    expect(() => readOptions(['--limit', 'x'])).toThrow("--limit is 'x'");
    expect(() => readOptions(['--name', '../x'])).toThrow("--name is '../x'");
    expect(() => readOptions(['--figure'])).toThrow('--figure needs --name');
  });
});

describe('quartiles and order', () => {
  it('interpolate', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ lower: 1.75, median: 2.5, upper: 3.25 });
    expect(spreadOf([5])).toEqual({ lower: 5, median: 5, upper: 5 });
  });

  it('keep every item', () => {
    expect(shuffled([1, 2, 3], () => 0)).toEqual([1, 2, 3]);
    expect(shuffled([1, 2, 3], () => 0.99)).toEqual([3, 2, 1]);
    expect(shuffled([1, 2, 3, 4]).sort()).toEqual([1, 2, 3, 4]);
  });
});

/** Time that only work takes, so that a busy machine changes nothing. */
let now = 0;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

describe('a measurement', () => {
  const problem: Problem = {
    workload: find('one-128'),
    table: { x: new Float32Array(), y: new Float32Array() },
    parameters: () => Promise.reject(new Error('nobody asks for them here')),
  };
  /** Takes a millisecond per step, and counts what it is asked for. */
  const contender = (name: string, loss: number, more: Partial<Contender> = {}) => {
    const seen = { steps: 0, disposed: 0 };
    const fake: Contender = {
      name,
      prepare: async () => ({
        async run(steps) {
          seen.steps += steps;
          now += steps;
          return seen.steps === steps ? 3 : loss;
        },
        dispose: () => {
          seen.disposed += 1;
        },
      }),
      ...more,
    };
    return { fake, seen };
  };

  it('times those that agree, and them only', async () => {
    const ours = contender('nalu', 1);
    const close = contender('close', 1.0009);
    const off = contender('off', 1.0011);
    const lost = contender('lost', Number.NaN, { ownRows: true });
    const own = contender('own', 7, { ownRows: true });
    const broken: Contender = { name: 'broken', prepare: () => Promise.reject(new Error('no such thing')) };
    const fakes = [ours, close, off, lost, own].map(({ fake }) => fake);
    const { results } = await measureWorkload(problem, [...fakes, broken], {
      rounds: 5,
      stretch: 4,
      limit: 5000,
    });
    expect(results.map(({ status }) => status)).toEqual([
      'timed',
      'timed',
      'disagrees',
      'disagrees',
      'timed',
      'failed',
    ]);
    expect(results[0]).toMatchObject({ loss: 1, stretches: 5 });
    expect(results[0]?.step?.lower).toBeGreaterThanOrEqual(1);
    expect(off.seen.steps).toBe(20);
    expect(results[5]?.reason).toBe('no such thing');
    expect([ours, close, off, lost, own].every(({ seen }) => seen.disposed === 1)).toBe(true);

    const table = workloadTable(problem.workload, { workload: 'one-128', models: 1, results });
    expect(table).toContain('off        disagrees: its loss is 1.0011');
    expect(table).toContain('broken     failed: no such thing');
  });

  it('stops a contender that fails on the way, and disposes of it', async () => {
    const ours = contender('nalu', 1);
    let calls = 0;
    const late = contender('late', 1);
    const failing: Contender = {
      ...late.fake,
      async prepare(given) {
        const session = await late.fake.prepare(given);
        const run = (steps: number) =>
          ++calls > 6 ? Promise.reject(new Error('device lost')) : session.run(steps);
        return { ...session, run };
      },
    };
    const { results } = await measureWorkload(problem, [ours.fake, failing], {
      rounds: 5,
      stretch: 3,
      limit: 5000,
    });
    expect(results[1]).toEqual({ contender: 'late', status: 'failed', reason: 'device lost' });
    expect(late.seen.disposed).toBe(1);
  });

  it('does not run who would take too long, and says how long', async () => {
    const slow = contender('slow', 1);
    const options = { rounds: 5, stretch: 0.5, limit: 10, expect: () => undefined };
    const { results } = await measureWorkload(problem, [slow.fake], options);
    expect(results[0]).toMatchObject({
      status: 'not run',
      reason: 'would take 1 s (one step timed)',
      basis: 'step',
    });
    expect(results[0]?.estimate).toBeGreaterThanOrEqual(1);
    expect(results[0]?.step).toBeUndefined();
    expect(slow.seen).toEqual({ steps: 2, disposed: 1 });

    const never = contender('never', 1);
    const told = {
      ...options,
      limit: 1000,
      expect: () => ({ step: 100_000, from: 'judging by a smaller one' }),
    };
    const { results: judged } = await measureWorkload(problem, [never.fake], told);
    expect(judged[0]?.reason).toBe('would take 2300 s (judging by a smaller one)');
    expect(judged[0]?.basis).toBe('smaller workload');
    expect(never.seen).toEqual({ steps: 0, disposed: 0 });
    expect(workloadTable(problem.workload, { workload: 'one-128', models: 1, results: judged })).toContain(
      'never      not run: would take 2300 s',
    );
  });

  it('holds the others against the first that ran, where ours did not', async () => {
    const failing: Contender = { name: 'nalu', prepare: () => Promise.reject(new Error('no adapter')) };
    const [one, same, off] = [contender('one', 1), contender('same', 1), contender('off', 1.1)];
    const { results } = await measureWorkload(problem, [failing, one.fake, same.fake, off.fake], {
      rounds: 3,
      stretch: 2,
      limit: 5000,
    });
    expect(results.map(({ status }) => status)).toEqual(['failed', 'timed', 'timed', 'disagrees']);
  });

  it('shows growth of ensembles, and skips what would take too long', async () => {
    const linear = contender('linear', 1);
    const growth = await measureGrowth(linear.fake, (workload) => ({ ...problem, workload }), {
      limit: 60,
      share: 0.001,
      resident: async () => 5e6,
    });
    expect(growth.map(({ models, steps, status }) => [models, steps, status])).toEqual([
      [100, 1, 'timed'],
      [100, 10, 'timed'],
      [100, 100, 'not run'],
      [1000, 1, 'not run'],
      [10_000, 1, 'not run'],
    ]);
    expect(growth[0]).toMatchObject({ resident: 5e6 });
    expect(growth[2]?.reason).toMatch(/^would take 1 s$/);
    expect(linear.seen.disposed).toBe(1);
    const table = growthTable(growth);
    expect(table).toMatch(/linear {2,}100 {2,}10 /);
    expect(table).toContain('not run: would take 1 s');
  });

  it('warms up until two stretches in a row are long enough', async () => {
    const asked: number[] = [];
    let first = true;
    const run = async (steps: number) => {
      asked.push(steps);
      now += first ? 20 : steps;
      first = false;
      return 0;
    };
    const steps = await warmUp({ run }, 15);
    expect(steps).toBeGreaterThanOrEqual(15);
    expect(asked.slice(0, 2)).toEqual([3, 3]);
    expect(asked.slice(-2)).toEqual([steps, steps]);
  });
});

describe('the report', () => {
  it('writes three digits and no exponents', () => {
    expect([0.0034567, 12.34, 999.9, 123456.7].map(figure)).toEqual(['0.00346', '12.3', '1000', '123 457']);
    expect(figure(Number.NaN)).toBe('–');
  });

  it('draws who was timed, and nothing that was only concluded', async () => {
    const step = { lower: 1, median: 1, upper: 1 };
    const results = [
      { contender: 'nalu', status: 'timed' as const, step },
      { contender: 'tfjs-wasm', status: 'not run' as const, estimate: 77.7, basis: 'step' as const },
      {
        contender: 'jax-wasm',
        status: 'not run' as const,
        estimate: 88.8,
        basis: 'smaller workload' as const,
      },
    ];
    const svg = await drawResults({
      adapter: 'some GPU',
      workloads: [{ workload: 'article', models: 1, results }],
    });
    expect(svg).toMatch(/^<svg/);
    for (const text of ['some GPU', 'one NALU 2→1, 2 000 rows', '77 700 (one step)'])
      expect(svg).toContain(text);
    expect(svg).not.toContain('88 800');
  });

  it('tells what a visitor waits for', () => {
    const at = (median: number) => ({ lower: median, median, upper: median });
    const text = startTable([
      {
        entry: 'nalu-everything',
        status: 'timed',
        bytes: 100_000,
        gzip: 25_000,
        script: at(10),
        started: at(20),
        first: at(300),
        compile: at(250),
        parts: { 'shaders/units': 4000 },
      },
      { entry: 'tfjs-webgl', status: 'failed', reason: 'it gets no WebGL context' },
    ]);
    expect(text).toMatch(/nalu-everything +100 +25 +10 ms +20 ms +300 ms +250 ms/);
    expect(text).toContain('failed: it gets no WebGL context');
    expect(text).toMatch(/shaders\/units +4\n?/);
  });

  it('says which targets of a fresh page are met', () => {
    const at = (median: number) => ({ lower: median, median, upper: median });
    const starts = [
      { entry: 'nalu-core-ensemble', status: 'timed' as const, gzip: 24_000, first: at(5000) },
      { entry: 'nalu-ensemble', status: 'timed' as const, gzip: 99_000, first: at(1200) },
      { entry: 'nalu-layered', status: 'failed' as const, reason: 'no adapter' },
    ];
    expect(startTargetLines(starts)).toEqual([
      '  met      kB to download, one unit and the ensemble engine: 24 (at most 25)',
      '  not met  ms until the first step, ensemble engine: 1 200 (at most 1000)',
    ]);
  });

  it('compares sizes of ensembles', () => {
    const step = { lower: 1, median: 1, upper: 1 };
    const of = (workload: string, models: number, names: string[]) => ({
      workload,
      models,
      results: names.map((contender) => ({ contender, status: 'timed' as const, step })),
    });
    const results = [of('one', 1, ['nalu']), of('a', 10, ['nalu', 'tfjs']), of('b', 100, ['nalu', 'nalu-x'])];
    expect(throughputLines(results)).toEqual([
      '  models × steps per second       a        b',
      '  nalu                       10 000  100 000',
      '  nalu-x                          –  100 000',
    ]);
    expect(throughputLines(results.slice(0, 2))).toEqual([]);
  });

  it('says which targets are met, per model and step', () => {
    const timed = (contender: string, median: number) => ({
      contender,
      status: 'timed' as const,
      step: { lower: median, median, upper: median },
    });
    const results = [
      { workload: 'ensemble-100', models: 100, results: [timed('nalu', 0.4)] },
      { workload: 'one-128', models: 1, results: [timed('tfjs-wasm', 0.3)] },
    ];
    expect(targetLines(results)).toEqual([
      '  met      100 models, from data, µs per model and step: 4 (at most 8)',
      '  not met  times tfjs-wasm (one-128) takes, per model and step of our 100 models: 75 (at least 100)',
    ]);
  });
});
