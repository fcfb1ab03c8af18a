import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Info } from '../../src/cli/info-text.ts';
import { describeUnit, experiments, units } from '../../src/index.ts';
import { launchChrome } from '../../src/node/chrome.ts';
import type { ReproduceResult } from '../../src/reproduce/result.ts';
import { type Finished, nalu, onlyJson } from '../support/command.ts';

const runtimes = ['node', 'chrome'] as const;
const number = expect.any(Number);
const text = expect.any(String);

describe.each(runtimes)('nalu info --runtime %s', (runtime) => {
  let info: Info;
  beforeAll(async () => {
    const finished = await nalu(['info', '--runtime', runtime, '--json']);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    info = onlyJson(finished);
  });

  it('prints everything as JSON', () => {
    expect(info).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      runtime,
      webgpu: text,
      versions: { node: process.versions.node, [runtime === 'chrome' ? 'chrome' : 'dawn']: text },
      adapter: {
        vendor: text,
        description: text,
        software: expect.any(Boolean),
        features: expect.any(Array),
      },
    });
    expect(info.adapter.limits.maxStorageBuffersPerShaderStage).toBeGreaterThanOrEqual(8);
    expect(info.units.map(({ name }) => name)).toEqual(units.map(({ name }) => name));
  });

  it('prints the same as text, and names a software adapter as one', async () => {
    const { code, stdout } = await nalu(['info', '--runtime', runtime]);
    expect(code).toBe(0);
    expect(stdout.includes('(software: runs on the CPU)')).toBe(info.adapter.software);
    expect(stdout.replace(/\s+/g, ' ')).toContain(info.webgpu);
    for (const { name } of units) expect(stdout).toMatch(new RegExp(`[ \\n]${name}(,|\\n)`));
  });
});

describe('nalu info --units', () => {
  it('shows what the JSON tells of the units', async () => {
    const { code, stdout } = await nalu(['info', '--units']);
    expect(code).toBe(0);
    for (const { name, formula, paper } of units.map((unit) => ({ ...unit, ...describeUnit(unit) }))) {
      expect(stdout).toContain(`\n  ${name}\n`);
      expect(stdout.replace(/\s+/g, ' ')).toContain(formula);
      expect(stdout).toContain(paper.arxiv ?? paper.url);
    }
  });
});

describe('nalu reproduce', () => {
  const args = ['reproduce', '--seeds', '2', '--seed', '7', '--epochs', '40', '--json'];
  const results = new Map<string, [Finished, Finished]>();
  const result = (runtime: string, at = 0) =>
    onlyJson<ReproduceResult & { version: string; runtime: string }>(results.get(runtime)?.[at] as Finished);
  const runsOf = (runtime: string, at = 0) => result(runtime, at).experiments.flatMap(({ runs }) => runs);

  beforeAll(async () => {
    for (const runtime of runtimes) {
      const run = () => nalu([...args, '--runtime', runtime]);
      results.set(runtime, [await run(), await run()]);
    }
  });

  it.each(runtimes)('prints one JSON object of a fixed shape (%s)', (runtime) => {
    expect(results.get(runtime)?.[0]).toMatchObject({ code: 0, stderr: '' });
    const ten = Array.from({ length: 10 }, () => number);
    const run = (seed: number, gate: boolean): unknown => ({
      seed,
      epochs: 40,
      predicted: ten,
      maxRelativeError: number,
      finalLoss: number,
      weights: {
        effective: { W: [[number], [number]], ...(gate && { G: [[number], [number]] }) },
        parameters: {
          W_hat: [[number], [number]],
          M_hat: [[number], [number]],
          ...(gate && { G: [[number], [number]] }),
        },
      },
      losses: Array.from({ length: 40 }, (_, index) => [index + 1, number]),
    });
    const expected = Object.values(experiments).map((experiment) => ({
      name: experiment.name,
      unit: experiment.unit,
      loss: experiment.loss,
      recipe: 'short',
      learningRate: 0.02,
      beta2: 0.9,
      epochs: 40,
      inputs: experiment.test.x.slice(0, 10),
      actual: experiment.test.y.slice(0, 10).map(([y]) => y),
      article: experiment.article,
      articleMaxRelativeError: experiment.articleError,
      runs: [run(7, experiment.unit === 'NALU'), run(8, experiment.unit === 'NALU')],
      wallSeconds: number,
    }));
    expect(result(runtime)).toStrictEqual({
      version: text,
      runtime,
      webgpu: text,
      versions: { node: text, [runtime === 'chrome' ? 'chrome' : 'dawn']: text },
      adapter: {
        vendor: text,
        architecture: text,
        device: text,
        description: text,
        software: expect.any(Boolean),
      },
      complete: true,
      experiments: expected,
    });
  });

  it.each(runtimes)('learns, and says so consistently (%s)', (runtime) => {
    for (const { actual, runs } of result(runtime).experiments) {
      for (const { predicted, maxRelativeError, finalLoss, losses } of runs) {
        const errors = predicted.map(
          (value, row) => Math.abs(value - (actual[row] as number)) / (actual[row] as number),
        );
        expect(maxRelativeError).toBeGreaterThanOrEqual(Math.max(...errors));
        expect(losses.at(-1)?.[1]).toBeCloseTo(finalLoss, -Math.log10(finalLoss) + 5);
        expect(finalLoss).toBeLessThanOrEqual(losses[0]?.[1] as number);
      }
      expect(runs[0]?.weights.parameters).not.toEqual(runs[1]?.weights.parameters);
    }
  });

  it.each(runtimes)('gives the same bits again (%s)', (runtime) => {
    expect(runsOf(runtime, 1)).toEqual(runsOf(runtime, 0));
  });

  it('gives the same losses in Node and in Chrome', () => {
    const points = (runtime: string) => runsOf(runtime).flatMap(({ losses }) => losses);
    const there = points('chrome');
    // Two builds of one compiler may contract and reorder in their own way; 40 steps let that grow a little.
    for (const [index, [epoch, loss]] of points('node').entries()) {
      const [otherEpoch, otherLoss] = there[index] as [number, number];
      expect(otherEpoch).toBe(epoch);
      expect(Math.abs(otherLoss - loss) / loss, `epoch ${epoch}`).toBeLessThan(1e-4);
    }
  });

  it('prints text without --json, with the word on single seeds only where it belongs', async () => {
    const both = await nalu(['reproduce', '--epochs', '20', '--seeds', '1']);
    expect(both).toMatchObject({ code: 0, stderr: '' });
    expect(both.stdout).toMatch(
      /^nalu-webgpu \d.*\nAdapter .*\nAddition: NAC .*\nMultiplication: NALU .*One seed is one draw/s,
    );
    expect(Math.max(...both.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);

    const addition = await nalu(['reproduce', '--epochs', '20', '--seeds', '1', '--experiment', 'addition']);
    expect(addition.stdout).not.toMatch(/Multiplication/);
    const two = await nalu(['reproduce', '--epochs', '20', '--experiment', 'multiplication', '--seeds', '2']);
    expect(two.stdout).toMatch(/2 seeds \(1 to 2\), .* models × epochs per second/);
    expect(two.stdout).toMatch(/\n\d of 2 seeds learn to multiply .*\n {2}1e[+-]\d … 1e[+-]\d {2}█+ \d\n/s);
    expect(two.stdout).not.toMatch(/Addition|One seed/);
  });

  it('learns both exactly from each of twenty starts, unless it is told otherwise', async () => {
    const { complete, experiments } = onlyJson<ReproduceResult>(await nalu(['reproduce', '--json']));
    expect(complete).toBe(true);
    const [addition, multiplication] = experiments.map(({ runs }) =>
      runs.map(({ maxRelativeError }) => maxRelativeError),
    );
    expect(addition).toHaveLength(20);
    expect(Math.max(...(addition ?? []))).toBeLessThan(1e-5);
    expect(multiplication).toHaveLength(20);
    expect(Math.max(...(multiplication ?? []))).toBeLessThan(1e-6);
  });

  it('uses a software adapter when asked to', async () => {
    const { code, stdout } = await nalu(['reproduce', '--epochs', '2', '--adapter', 'software']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Adapter .*\(software: runs on the CPU\)$/m);
  });
});

describe('nalu reproduce --plot', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nalu-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes a picture that a browser reads, with a line for each seed', async () => {
    const path = join(folder, 'curves.svg');
    const { code, stdout } = await nalu(['reproduce', '--epochs', '20', '--seeds', '3', '--plot', path]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Loss curves: ${path}\n`);
    expect(await readdir(folder)).toEqual(['curves.svg']);
    const svg = await readFile(path, 'utf8');

    const { browser } = await launchChrome();
    try {
      const page = await browser.newPage();
      const [panels, lines] = await page.evaluate((source) => {
        const parsed = new DOMParser().parseFromString(source, 'image/svg+xml');
        if (parsed.querySelector('parsererror')) throw new Error(parsed.documentElement.textContent ?? '');
        const titles = [...parsed.querySelectorAll('text')].map(({ textContent }) => textContent);
        const drawn = [...parsed.querySelectorAll('.mark-line.role-mark > path')];
        return [titles, drawn.map((line) => line.getAttribute('d'))] as const;
      }, svg);
      for (const loss of ['sumSquared', 'meanSquared']) expect(panels.join()).toContain(`(${loss})`);
      expect(lines).toHaveLength(6);
      expect(new Set(lines).size).toBe(6);
    } finally {
      await browser.close();
    }
  });

  it('fails before the training when the file cannot be written', async () => {
    const path = join(folder, 'missing', 'curves.svg');
    // A training of this length would not end within the time of this test.
    const finished = await nalu(['reproduce', '--epochs', '100000000', '--plot', path]);
    expect(finished).toMatchObject({ code: 1, stdout: '' });
    expect(finished.stderr).toBe(
      `error: cannot write the plot to ${path}: the folder ${join(folder, 'missing')} does not exist; ` +
        'name another file with --plot\n',
    );
  });
});
