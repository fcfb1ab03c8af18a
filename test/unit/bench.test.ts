import { describe, expect, it } from 'vitest';
import type { Contender } from '../../bench/contender.ts';
import { measureWorkload, warmUp } from '../../bench/measure.ts';
import { chosen, readOptions } from '../../bench/options.ts';
import { drawTable, type Problem } from '../../bench/problem.ts';
import { figure, targetLines, throughputLines, workloadTable } from '../../bench/report.ts';
import { shuffled, spreadOf } from '../../bench/statistics.ts';
import { targets, type Workload, workloads } from '../../bench/workloads.ts';

const find = (name: string) => workloads.find((workload) => workload.name === name) as Workload;

describe("the benchmark's workloads", () => {
  it('have names of their own, ours first, and targets that are about them', () => {
    const names = workloads.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { contenders } of workloads) {
      expect(contenders[0]).toMatch(/^nalu/);
      expect(new Set(contenders).size).toBe(contenders.length);
    }
    for (const { of, against } of targets) {
      for (const [workload, contender] of against ? [of, against] : [of]) {
        expect(find(workload).contenders).toContain(contender);
      }
    }
  });

  it('have the same rows each time: those of the article, or products', () => {
    const article = drawTable(find('article'), 2000);
    expect([...article.x.slice(0, 4), article.y[1]]).toEqual([0, 5, 5, 10, 50]);
    const { x, y } = drawTable(find('one-128'), 128);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(1);
    expect(Math.max(...x)).toBeLessThan(2);
    expect(y[7]).toBeCloseTo((x[14] as number) * (x[15] as number), 6);
    expect(drawTable(find('one-128'), 128).x).toEqual(x);
    const wide = drawTable(find('layer-256'), 1);
    expect(wide.y[255]).toBeCloseTo((wide.x[255] as number) * (wide.x[0] as number), 6);
  });
});

describe("the benchmark's options", () => {
  it('choose workloads and contenders by name or by how it begins, and keep ours', () => {
    expect(chosen([])).toEqual(workloads);
    expect(chosen(['ensemble-100']).map(({ name }) => name)).toEqual(['ensemble-100']);
    expect(chosen(['ensemble']).map(({ name }) => name)).toEqual([
      'ensemble-100',
      'ensemble-1000',
      'ensemble-10000',
    ]);
    expect(chosen(['article', 'tfjs-w'])[0]?.contenders).toEqual([
      'nalu',
      'tfjs-webgpu',
      'tfjs-wasm',
      'tfjs-webgl',
    ]);
    expect(() => chosen(['artikel'])).toThrow("begins with 'artikel'");
    expect(() => chosen([''])).toThrow("begins with ''");
  });

  it('have at least five rounds, unless a quick look is asked for', () => {
    expect(readOptions([])).toMatchObject({ rounds: 7, stretch: 300, name: '', json: false });
    expect(readOptions(['--quick'])).toMatchObject({ rounds: 3, stretch: 50 });
    expect(readOptions(['--help'])).toBeUndefined();
    expect(() => readOptions(['--rounds', '4'])).toThrow('from 5 to 1000');
    expect(() => readOptions(['--name', '../x'])).toThrow("--name is '../x'");
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
        async train(steps) {
          seen.steps += steps;
          const end = performance.now() + steps;
          while (performance.now() < end);
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
    const { results } = await measureWorkload(problem, [...fakes, broken], { rounds: 5, stretch: 4 });
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
        const train = (steps: number) =>
          ++calls > 6 ? Promise.reject(new Error('device lost')) : session.train(steps);
        return { ...session, train };
      },
    };
    const { results } = await measureWorkload(problem, [ours.fake, failing], { rounds: 5, stretch: 3 });
    expect(results[1]).toEqual({ contender: 'late', status: 'failed', reason: 'device lost' });
    expect(late.seen.disposed).toBe(1);
  });

  it('warms up until two stretches in a row are long enough', async () => {
    const asked: number[] = [];
    let first = true;
    const train = async (steps: number) => {
      asked.push(steps);
      const end = performance.now() + (first ? 20 : steps);
      first = false;
      while (performance.now() < end);
      return 0;
    };
    const steps = await warmUp({ train }, 15);
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
