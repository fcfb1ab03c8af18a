import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../src/cli/progress.ts';
import { endText, experimentText, headText } from '../../src/cli/reproduce-text.ts';
import { columns } from '../../src/cli/text.ts';
import { type AdapterFacts, experiments } from '../../src/index.ts';
import type { ReproduceProgress } from '../../src/reproduce/reproduce.ts';
import type { ReproducedExperiment, ReproducedRun } from '../../src/reproduce/result.ts';

function run(
  seed: number,
  maxRelativeError: number,
  factor: number,
  actual: readonly number[],
): ReproducedRun {
  return {
    seed,
    epochs: 22000,
    predicted: actual.map((value) => Math.fround(value * factor)),
    maxRelativeError,
    finalLoss: 1,
    weights: { effective: { W: [[0.99995], [0.99996]], G: [[-0.5], [-0.25]] }, parameters: {} },
    losses: [],
  };
}

function experiment(name: 'addition' | 'multiplication', errors: readonly number[]): ReproducedExperiment {
  const { unit, loss, recipes, test, article, articleError } = experiments[name];
  const actual = test.y.slice(0, 10).map(([y]) => y);
  return {
    name,
    unit,
    loss,
    recipe: 'article',
    ...recipes.article,
    inputs: test.x.slice(0, 10).map(([a, b]) => [a, b]),
    actual,
    article: [...article],
    articleMaxRelativeError: articleError,
    runs: errors.map((error, index) => run(index + 1, error, 1 - error, actual)),
    wallSeconds: 12.34,
  };
}

/** The same, interrupted: each run after so many epochs. */
const stoppedAfter = (epochs: readonly number[], whole: ReproducedExperiment): ReproducedExperiment => ({
  ...whole,
  runs: whole.runs.map((run, index) => ({ ...run, epochs: epochs[index] ?? 0 })),
});

const lines = (text: string) => text.split('\n');
const widest = (text: string) => Math.max(...lines(text).map(columns));

describe('the text of nalu reproduce', () => {
  it('shows the printed rows of the article beside those of the best run', () => {
    const text = experimentText(experiment('addition', [2e-4, 5e-5, 3e-3]), 3);
    expect(lines(text).slice(0, 9)).toEqual([
      'Addition: NAC learns x1 + x2',
      '22,000 epochs on 2,000 rows, loss sumSquared, Adam with β₂ = 0.999,',
      'learning rate 0.05',
      '3 seeds (1 to 3), 12.3 s, 5,350 models × epochs per second',
      '',
      "Best of 3 seeds on the article's ten rows: seed 2, 5.0e-5 (article: 4.9e-5)",
      '',
      '    x1    x2  x1 + x2    article   error     seed 2   error',
      '  1000  1000     2000  1999.9021  4.9e-5  1999.9     5.0e-5',
    ]);
    expect(text).toContain('  1056  1028     2084  2083.898   4.9e-5  ');
    expect(text).toContain(
      [
        'Largest relative error on all 125 test rows',
        '  article   4.9e-5      on the ten rows it prints',
        '  best      5.0e-5      seed 2, 5.0e-5 on the ten rows',
        '  median    2.0e-4',
        '  worst     3.0e-3      seed 3',
        '  1 of 3 seeds below 1e-4',
        '',
        '  1e-5 … 1e-4  █ 1',
        '  1e-4 … 1e-3  █ 1',
        '  1e-3 … 1e-2  █ 1',
        '',
      ].join('\n'),
    );
    expect(text).toContain('Learned by seed 2: W = (0.99995000, 0.99996000), exact: (1, 1)');
  });

  it('counts the seeds that learn to multiply at both levels, and shows the gate', () => {
    const text = experimentText(experiment('multiplication', [5e-3, 5e-4, 1, 2e-3]), 4);
    expect(text).toContain('  3 of 4 seeds below 1e-2\n  1 of 4 seeds below 1e-3\n');
    expect(text).toContain('  median    3.5e-3\n');
    expect(text).toContain('G = (-0.5000, -0.2500); the gate on the first row is 0: it multiplies');
  });

  it('is headed by how many seeds learn it where the epochs are fewer than the printed figures need', () => {
    const multiplication = { ...experiment('multiplication', [5e-3, 5e-4, 1]), epochs: 2000 };
    const text = experimentText(stoppedAfter([2000, 2000, 2000], multiplication), 3);
    expect(text).toContain(
      "\n\n2 of 3 seeds learn to multiply (below 1e-2)\nBest on the article's ten rows: seed 2, 5.0e-4 (article: 7.5e-7)\n\n",
    );
    expect(experimentText(experiment('multiplication', [5e-3, 5e-4, 1]), 3)).toContain(
      "\n\nBest of 3 seeds on the article's ten rows: seed 2, 5.0e-4 (article: 7.5e-7)\n\n",
    );
  });

  it('compares like with like: on the rows that the article prints', () => {
    const multiplication = experiment('multiplication', [8.2e-7, 1e-3]);
    const text = experimentText(multiplication, 2);
    // The fixture's predictions are off by as much everywhere, but for their rounding to float32.
    const [best] = multiplication.runs as [ReproducedRun];
    const onTen = Math.max(
      ...best.predicted.map((value, row) => Math.abs(value / (multiplication.actual[row] as number) - 1)),
    );
    expect(onTen).not.toBe(8.2e-7);
    expect(text).toContain(`ten rows: seed 1, ${onTen.toExponential(1)} (article: 7.5e-7)`);
    expect(text).toContain(`  best      8.2e-7      seed 1, ${onTen.toExponential(1)} on the ten rows\n`);
  });

  it('tells of a single run', () => {
    const single = experimentText(experiment('addition', [5e-5]), 1);
    expect(single).toContain('\nSeed 1, 12.3 s, 1,780 epochs per second\n\n    x1');
    expect(single).toContain('  this run  5.0e-5      seed 1, 5.0e-5 on the ten rows\n  below 1e-4\n');
    expect(single).not.toMatch(/median|Best of|…/);
  });

  it('counts runs that diverged apart', () => {
    const diverged = experimentText(experiment('addition', [Number.NaN, 5e-5]), 2);
    expect(diverged).toContain('  best      5.0e-5      seed 2, 5.0e-5 on the ten rows\n');
    expect(diverged).toContain('  median    not finite\n  worst     not finite  seed 1\n');
    expect(diverged).toContain('  1 of 2 seeds below 1e-4\n\n  1e-5 … 1e-4  █ 1\n  diverged     █ 1\n');
    expect(experimentText(experiment('addition', [Number.NaN]), 1)).toContain('not finite');
    expect(experimentText(experiment('addition', [Number.NaN, Number.NaN]), 2)).toContain(
      '\nAll 2 seeds diverged\n',
    );
  });

  it('tells how far the seeds have come before an interruption', () => {
    const three = experiment('addition', [5e-5, 1e-3, 1e-3]);
    const time = (epochs: readonly number[], asked: number) =>
      experimentText(stoppedAfter(epochs, three), asked).split('\n\n')[0]?.split('\n').slice(3).join('\n');
    expect(time([5120, 5120, 5120], 3)).toBe(
      [
        '3 seeds (1 to 3), interrupted after 5,120 of 22,000 epochs, 12.3 s,',
        '1,240 models × epochs per second',
      ].join('\n'),
    );
    expect(time([22000, 22000, 12], 3)).toContain('interrupted, 1 of them after 12 of 22,000 epochs,');
    expect(time([22000, 22000, 22000], 5000)).toContain('3 of 5,000 seeds (1 to 3), interrupted, 12.3 s,');
    const single = stoppedAfter([7], experiment('addition', [0.5]));
    expect(experimentText(single, 1)).toContain(
      '\nSeed 1, interrupted after 7 of 22,000 epochs, 12.3 s, 0.567',
    );
    expect(experimentText(experiment('addition', []), 20)).toMatch(
      /\nInterrupted before the first epoch was done, 12.3 s\n\n$/,
    );
  });

  it('keeps its columns aligned and fits 80 columns, whatever the numbers', () => {
    for (const name of ['addition', 'multiplication'] as const) {
      for (const errors of [[5e-5], [1e-7, 0.5, 123456], [Number.NaN]]) {
        const text = experimentText(experiment(name, errors), errors.length);
        expect(widest(text)).toBeLessThanOrEqual(80);
        const start = lines(text).findIndex((line) => line.trim().startsWith('x1'));
        const rows = lines(text).slice(start, start + 11);
        expect(new Set(rows.map((row) => columns(row))).size).toBe(1);
      }
    }
    const most = { ...experiment('multiplication', Array(10000).fill(1e-3)), epochs: 2000, wallSeconds: 0.1 };
    const runs = most.runs.map((run) => ({ ...run, seed: run.seed + 0xffff0000 }));
    expect(widest(experimentText({ ...most, runs }, 10000))).toBeLessThanOrEqual(80);
  });

  it('says what the recipe has to do with the figures, and how to see more', () => {
    for (const recipe of ['short', 'article'] as const) {
      for (const seeds of [1, 2]) expect(widest(endText(recipe, seeds))).toBeLessThanOrEqual(80);
      expect(endText(recipe, 1)).toMatch(/One seed is one draw.*--seeds 20/);
      expect(endText(recipe, 2)).not.toMatch(/One seed|--seeds/);
    }
    expect(endText('short', 2)).toMatch(
      /22,000\s.*β₂\sis\s0\.9:.*\n\n {2}nalu reproduce --recipe article\n$/s,
    );
    expect(endText('article', 2)).toMatch(/good\sseed.*\n\n {2}nalu reproduce\n$/s);
  });

  it('says plainly that an adapter is software', () => {
    const adapter = { vendor: 'google', architecture: 'swiftshader', device: '', description: '' };
    const facts = { ...adapter, software: true, features: [], limits: {} } as unknown as AdapterFacts;
    expect(headText('1.2.3', 'Dawn', facts)).toBe(
      'nalu-webgpu 1.2.3\nWebGPU   Dawn\nAdapter  google swiftshader (software: runs on the CPU)\n\n',
    );
  });
});

describe('the progress line', () => {
  const progress: ReproduceProgress = {
    experiment: 'multiplication',
    wave: 1,
    waves: 1,
    epoch: 9020,
    epochs: 22000,
    done: 180400,
    total: 440000,
    loss: 1.23e7,
    seconds: 30,
  };

  it('names the epoch, the wave where there are several, and what is left', () => {
    const one = describeProgress(progress);
    expect(one).toBe('Multiplication   41%  epoch 9,020 of 22,000  loss 1.2e+7  about 44 s left');
    expect(columns(one)).toBeLessThan(80);
    const waves = describeProgress({ ...progress, experiment: 'addition', wave: 2, waves: 3 });
    expect(waves).toBe('Addition   41%  wave 2 of 3, epoch 9,020  loss 1.2e+7  about 44 s left');
  });

  it('gives no forecast in the first second, and no loss before there is one', () => {
    const early = describeProgress({
      ...progress,
      epoch: 8,
      done: 160,
      seconds: 0.5,
      loss: Number.POSITIVE_INFINITY,
    });
    expect(early).toBe('Multiplication    0%  epoch 8 of 22,000');
  });
});
