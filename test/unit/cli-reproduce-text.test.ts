import { describe, expect, it } from 'vitest';
import { describeProgress } from '../../src/cli/progress.ts';
import { experimentText, headText, oneSeedText } from '../../src/cli/reproduce-text.ts';
import { columns } from '../../src/cli/text.ts';
import { type AdapterFacts, experiments } from '../../src/index.ts';
import type { ReproducedExperiment, ReproducedRun } from '../../src/reproduce/result.ts';

function run(
  seed: number,
  maxRelativeError: number,
  factor: number,
  actual: readonly number[],
): ReproducedRun {
  return {
    seed,
    predicted: actual.map((value) => Math.fround(value * factor)),
    maxRelativeError,
    finalLoss: 1,
    weights: { effective: { W: [[0.99995], [0.99996]], G: [[-0.5], [-0.25]] }, parameters: {} },
    losses: [],
  };
}

function experiment(name: 'addition' | 'multiplication', errors: readonly number[]): ReproducedExperiment {
  const { unit, loss, learningRate, test, article, articleError } = experiments[name];
  const actual = test.y.slice(0, 10).map(([y]) => y);
  return {
    name,
    unit,
    loss,
    learningRate,
    epochs: 22000,
    inputs: test.x.slice(0, 10).map(([a, b]) => [a, b]),
    actual,
    article: [...article],
    articleMaxRelativeError: articleError,
    runs: errors.map((error, index) => run(index + 1, error, 1 - error, actual)),
    wallSeconds: 12.34,
  };
}

const lines = (text: string) => text.split('\n');
const widest = (text: string) => Math.max(...lines(text).map(columns));

describe('the text of nalu reproduce', () => {
  it('shows the printed rows of the article beside those of the best run', () => {
    const text = experimentText(experiment('addition', [2e-4, 5e-5, 3e-3]), 3);
    expect(lines(text).slice(0, 6)).toEqual([
      'Addition: NAC learns x1 + x2',
      '22,000 epochs on 2,000 rows, loss sumSquared, Adam, learning rate 0.05',
      '3 seeds (1 to 3), 12.3 s',
      '',
      '    x1    x2  x1 + x2    article   error     seed 2   error',
      '  1000  1000     2000  1999.9021  4.9e-5  1999.9     5.0e-5',
    ]);
    expect(text).toContain('  1056  1028     2084  2083.898   4.9e-5  ');
    expect(text).toContain(
      [
        'Largest relative error over all 125 test rows',
        '  article   4.9e-5      over its ten printed rows',
        '  best      5.0e-5      seed 2',
        '  median    2.0e-4',
        '  worst     3.0e-3      seed 3',
        '  1 of 3 seeds below 1e-4',
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

  it('tells of a single run, a diverged run and an interruption', () => {
    const single = experimentText(experiment('addition', [5e-5]), 1);
    expect(single).toContain('\nSeed 1, 12.3 s\n');
    expect(single).toContain('  this run  5.0e-5      seed 1\n  below 1e-4\n');
    expect(single).not.toContain('median');

    const diverged = experimentText(experiment('addition', [Number.NaN, 5e-5]), 2);
    expect(diverged).toContain('  best      5.0e-5      seed 2\n');
    expect(diverged).toContain('  median    not finite\n  worst     not finite  seed 1\n');
    expect(diverged).toContain('  1 of 2 seeds below 1e-4\n');
    expect(experimentText(experiment('addition', [Number.NaN]), 1)).toContain('not finite');

    expect(experimentText(experiment('addition', [5e-5]), 20)).toContain(
      '\n1 of 20 seeds finished before the interruption, 12.3 s\n',
    );
    expect(experimentText(experiment('addition', []), 20)).toContain('  No seed was finished.\n');
  });

  it('keeps its columns aligned and fits 80 columns, whatever the numbers', () => {
    for (const name of ['addition', 'multiplication'] as const) {
      for (const errors of [[5e-5], [1e-7, 0.5, 123456], [Number.NaN]]) {
        const text = experimentText(experiment(name, errors), errors.length);
        expect(widest(text)).toBeLessThanOrEqual(80);
        const rows = lines(text).slice(4, 15);
        expect(new Set(rows.map((row) => columns(row))).size).toBe(1);
      }
    }
    expect(widest(oneSeedText())).toBeLessThanOrEqual(80);
    expect(oneSeedText()).toMatch(/13 of 20.*--seeds 20 --epochs 2000/s);
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
  const progress = { finished: 8, epoch: 180400, epochs: 440000, loss: 1.23e7, seconds: 30 };

  it('names the seed, or the epoch of a single seed, and what is left', () => {
    const many = describeProgress({ ...progress, experiment: 'addition', seeds: 20 });
    expect(many).toBe('Addition   41%  seed 9 of 20  loss 1.2e+7  about 44 s left');
    const one = describeProgress({ ...progress, experiment: 'multiplication', seeds: 1, finished: 0 });
    expect(one).toBe('Multiplication   41%  epoch 180,400 of 440,000  loss 1.2e+7  about 44 s left');
    expect(columns(one)).toBeLessThan(80);
  });

  it('gives no forecast in the first second', () => {
    const early = describeProgress({
      ...progress,
      experiment: 'addition',
      seeds: 20,
      seconds: 0.5,
      epoch: 8,
    });
    expect(early).toBe('Addition    0%  seed 9 of 20  loss 1.2e+7');
  });
});
