import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plotCurves } from '../../src/cli/plot.ts';
import { reservePlot } from '../../src/cli/plot-file.ts';
import { experiments } from '../../src/index.ts';
import type { ReproducedExperiment, ReproducedRun } from '../../src/reproduce/result.ts';

type Curve = ReproducedRun['losses'];

function experiment(name: 'addition' | 'multiplication', curves: readonly Curve[]): ReproducedExperiment {
  const { unit, loss, recipes, articleError } = experiments[name];
  const runs = curves.map((losses, index) => ({
    seed: index + 1,
    epochs: losses.at(-1)?.[0] ?? 0,
    predicted: [],
    maxRelativeError: index === 1 ? 1e-5 : 1e-3,
    finalLoss: 1,
    weights: { effective: {}, parameters: {} },
    losses,
  }));
  const rows = { inputs: [], actual: [], article: [] };
  return {
    name,
    unit,
    loss,
    recipe: 'article',
    ...recipes.article,
    ...rows,
    articleMaxRelativeError: articleError,
    runs,
    wallSeconds: 1,
  };
}

const falling: Curve = [
  [1, 1e10],
  [100, 1e4],
  [22000, 1e-3],
];

/** Stroke of every line that is drawn. */
function strokes(svg: string): string[] {
  const paths = svg.match(/<path [^>]*aria-roledescription="line mark"[^>]*>/g) ?? [];
  return paths.map((path) => /stroke="([^"]*)"/.exec(path)?.[1] ?? '');
}

describe('the plot of the loss curves', () => {
  it('has a panel for each experiment and a line for each seed, one of them strong', async () => {
    const svg = await plotCurves([
      experiment('addition', [falling, falling, falling]),
      experiment('multiplication', [falling, falling]),
    ]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    for (const text of [
      'Addition (NAC), 22,000 epochs',
      'Multiplication (NALU), 22,000 epochs',
      '1e-3',
      '1e+11',
    ]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).toContain('3 seeds; strong: the best, seed 2');
    const [faint, , strong] = strokes(svg);
    expect(strong).not.toBe(faint);
    expect(strokes(svg)).toEqual([faint, faint, strong, faint, strong]);
  });

  it('leaves out what a log axis cannot show, and experiments without runs', async () => {
    const withZero = experiment('addition', [[...falling, [22000, 0]], []]);
    const svg = await plotCurves([withZero, experiment('multiplication', [])]);
    expect(svg).not.toContain('Multiplication');
    expect(svg).not.toContain('NaN');
    expect(svg).not.toContain('Infinity');
    expect(strokes(svg)).toHaveLength(1);
  });

  it('draws no more than 200 lines, the best and the worst among them, and says so', async () => {
    const svg = await plotCurves([experiment('addition', Array(1000).fill(falling))]);
    expect(strokes(svg)).toHaveLength(200);
    expect(svg).toContain('1,000 seeds, 200 of them shown; strong: the best, seed 2');
  });

  it('ends where the training was interrupted', async () => {
    const svg = await plotCurves([experiment('addition', [falling.slice(0, 2)])]);
    expect(svg).toContain('>Addition (NAC), 100 of 22,000 epochs</text>');
    expect(svg).toContain('>100</text>');
    expect(svg).not.toContain('>5,000</text>');
  });

  it('survives a run that was lost altogether', async () => {
    expect(await plotCurves([experiment('addition', [[]])])).toContain('Addition (NAC)');
  });
});

describe('the file of the plot', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nalu-plot-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('appears complete, and nothing beside it', async () => {
    const path = join(folder, 'curves.svg');
    await writeFile(path, '<svg>old</svg>');
    const plot = await reservePlot(path);
    expect(await readFile(path, 'utf8')).toBe('<svg>old</svg>');
    expect(await plot.write([experiment('addition', [falling])])).toBe(true);
    await plot.release();
    expect(await readdir(folder)).toEqual(['curves.svg']);
    expect(await readFile(path, 'utf8')).toMatch(/^<svg .*<\/svg>$/s);
  });

  it('does not appear when there is nothing to draw', async () => {
    const plot = await reservePlot(join(folder, 'curves.svg'));
    expect(await plot.write([experiment('addition', [])])).toBe(false);
    await plot.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('is refused beforehand where it cannot be written, with the reason', async () => {
    await mkdir(join(folder, 'taken.svg'));
    await writeFile(join(folder, 'file'), '');
    const reasons: [string, string][] = [
      ['missing/curves.svg', `the folder ${join(folder, 'missing')} does not exist`],
      ['file/curves.svg', `${join(folder, 'file')} is not a folder`],
      ['taken.svg', 'it is a folder'],
    ];
    for (const [name, reason] of reasons) {
      await expect(reservePlot(join(folder, name))).rejects.toMatchObject({
        code: 'file',
        message: `cannot write the plot to ${join(folder, name)}: ${reason}; name another file with --plot`,
      });
    }
  });
});
