import { describe, expect, it } from 'vitest';
import { Fingerprint } from '../../src/engines/ensemble/fingerprint.ts';
import type { EnsembleOptions } from '../../src/engines/ensemble/options.ts';
import { resolveEnsemble } from '../../src/engines/ensemble/resolve.ts';
import { defineUnit, expressionTask, findUnit } from '../../src/index.ts';

const x = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const y = [[2], [12], [30]];
const held = { x: [[7, 8]], y: [[56]] };

const base: EnsembleOptions = {
  model: { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }] },
  seeds: { count: 3 },
  x,
  y,
  evaluate: { validation: held },
};

const task = (expression: string, range: [number, number] = [1, 2]) => expressionTask({ expression, range });
const drawn: EnsembleOptions = { ...without(base, 'x', 'y'), task: task('x0 * x1'), batch: 8 };

const fingerprint = (options: EnsembleOptions, step = 1000, label?: string) =>
  new Fingerprint(resolveEnsemble(options), label).at(step);

function without<T extends object, K extends keyof T>(options: T, ...names: K[]): Omit<T, K> {
  const rest = { ...options };
  for (const name of names) delete rest[name];
  return rest;
}

const penalty = { strength: 0.1, reduction: 'mean', schedule: { kind: 'constant' } } as const;
const waiting = { ...penalty, schedule: { kind: 'whileAccurate', after: 10, error: 1 } } as const;
const rising = { ...penalty, schedule: { kind: 'linear', start: 10, end: 20 } } as const;
const constant: EnsembleOptions['model'] = {
  inputs: 2,
  layers: [{ unit: 'NMU', outputs: 1, initialization: { W: { kind: 'constant', value: 0.5 } } }],
};
const again = { every: 10, history: 5000, error: 1 };

/** Twelve numbers as sequences of so many steps of two inputs. */
const sequenceSet = (steps: number) => ({
  x: Float32Array.from({ length: 12 }, (_, at) => at),
  y: Array.from({ length: 6 / steps }, () => [1]),
});
const sequences = (steps: number): EnsembleOptions => ({
  ...base,
  ...sequenceSet(steps),
  recurrent: { steps },
  evaluate: {},
});

/** Own fields that a fingerprint leaves out: another number of lanes is told by the state itself. */
type Left = 'lanes';
/** Pairs of options that differ in one field: a new option without a pair does not compile. */
const pairs: Record<Exclude<keyof EnsembleOptions, Left>, [EnsembleOptions, EnsembleOptions][]> = {
  model: [
    [base, { ...base, model: { inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }] } }],
    [
      { ...base, model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] } },
      { ...base, model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1, initialization: 'wide' }] } },
    ],
    [
      {
        ...base,
        model: {
          inputs: 2,
          layers: [
            { unit: 'NAC', outputs: 2 },
            { unit: 'NMU', outputs: 1 },
          ],
        },
      },
      {
        ...base,
        model: {
          inputs: 2,
          layers: [
            { unit: 'NAC', outputs: 3 },
            { unit: 'NMU', outputs: 1 },
          ],
        },
      },
    ],
    // A unit of one's own with the same name and shape, but another forward pass.
    [
      { ...base, model: { inputs: 2, layers: [{ unit: ownUnit('NAC'), outputs: 1 }] } },
      { ...base, model: { inputs: 2, layers: [{ unit: ownUnit('NAC•'), outputs: 1 }] } },
    ],
  ],
  seeds: [
    [base, { ...base, seeds: { count: 4 } }],
    [base, { ...base, seeds: [0, 1, 3] }],
    // The draws of a model differ even where all models begin with the same parameters.
    [
      { ...drawn, model: constant, seeds: [0] },
      { ...drawn, model: constant, seeds: [1] },
    ],
  ],
  x: [[base, { ...base, x: [...x.slice(1), [5, 6.0000005]] }]],
  y: [[base, { ...base, y: [...y.slice(1), [31]] }]],
  task: [
    [drawn, { ...drawn, task: task('x0 + x1') }],
    [drawn, { ...drawn, task: task('x0 * x1', [1, 3]) }],
  ],
  batch: [
    [base, { ...base, batch: 2 }],
    [drawn, { ...drawn, batch: 9 }],
  ],
  learningRate: [
    [base, { ...base, learningRate: 0.002 }],
    [base, { ...base, learningRate: [1e-3, 1e-3, 2e-3] }],
  ],
  learningRateFactor: [
    [base, { ...base, learningRateFactor: (step) => 0.999 ** step }],
    [base, { ...base, learningRateFactor: (step) => (step === 999 ? 0.5 : 1) }],
    [base, { ...base, learningRateFactor: (step) => (step === 0 ? 0.5 : 1) }],
  ],
  evaluate: [
    [base, { ...base, evaluate: { validation: { x: [[7, 9]], y: [[56]] } } }],
    [base, { ...base, evaluate: { validation: { x: [[7, 8]], y: [[57]] } } }],
    [
      { ...base, evaluate: { validation: { task: task('x0 * x1'), rows: 5, seed: 1 } } },
      { ...base, evaluate: { validation: { task: task('x0 * x1'), rows: 5, seed: 2 } } },
    ],
    [
      { ...base, evaluate: { validation: { task: task('x0 * x1'), rows: 5, seed: 1 } } },
      { ...base, evaluate: { validation: { task: task('x0 * x1'), rows: 6, seed: 1 } } },
    ],
  ],
  logEvery: [[base, { ...base, logEvery: 999 }]],
  stopWhen: [
    [base, { ...base, stopWhen: { set: 'validation', below: 1e-3 } }],
    [
      { ...base, stopWhen: { set: 'validation', below: 1e-3 } },
      { ...base, stopWhen: { set: 'validation', below: [1e-3, 1e-3, 1e-4] } },
    ],
    [
      { ...base, evaluate: { a: held, b: held }, stopWhen: { set: 'a', below: 1 } },
      { ...base, evaluate: { a: held, b: held }, stopWhen: { set: 'b', below: 1 } },
    ],
  ],
  validation: [
    [
      { ...base, evaluate: { a: held, b: held }, validation: 'a', reinitialization: again },
      { ...base, evaluate: { a: held, b: held }, validation: 'b', reinitialization: again },
    ],
  ],
  reinitialization: [
    [base, { ...base, reinitialization: again }],
    ...(['every', 'history', 'error'] as const).map((name): [EnsembleOptions, EnsembleOptions] => [
      { ...base, reinitialization: again },
      { ...base, reinitialization: { ...again, [name]: again[name] + 1 } },
    ]),
  ],
  loss: [[base, { ...base, loss: 'sumSquared' }]],
  optimizer: [
    [base, { ...base, optimizer: 'sgd' }],
    [base, { ...base, optimizer: { name: 'adam', beta1: 0.8 } }],
    [base, { ...base, optimizer: { name: 'adam', epsilon: 1e-7 } }],
  ],
  regularizers: [
    [base, { ...base, regularizers: [penalty] }],
    [
      { ...base, regularizers: [penalty] },
      { ...base, regularizers: [{ ...penalty, strength: 0.2 }] },
    ],
    [
      { ...base, regularizers: [penalty] },
      { ...base, regularizers: [{ ...penalty, reduction: 'sum' }] },
    ],
    [
      { ...base, regularizers: [rising] },
      { ...base, regularizers: [{ ...rising, schedule: { ...rising.schedule, end: 21 } }] },
    ],
    [
      { ...base, regularizers: [waiting] },
      { ...base, regularizers: [{ ...waiting, schedule: { ...waiting.schedule, after: 11 } }] },
    ],
    [
      { ...base, regularizers: [waiting] },
      { ...base, regularizers: [{ ...waiting, schedule: { ...waiting.schedule, error: 2 } }] },
    ],
  ],
  recurrent: [
    [base, { ...base, recurrent: { steps: 1 } }],
    [sequences(3), sequences(2)],
    [sequences(2), { ...sequences(2), evaluate: { validation: { ...sequenceSet(3), steps: 3 } } }],
  ],
  clipGradient: [
    [base, { ...base, clipGradient: 1 }],
    [
      { ...base, clipGradient: 1 },
      { ...base, clipGradient: 1.0001 },
    ],
  ],
  clipGradientNorm: [
    [base, { ...base, clipGradientNorm: 1 }],
    [
      { ...base, clipGradientNorm: 1 },
      { ...base, clipGradientNorm: 1.0001 },
    ],
  ],
};

function ownUnit(like: string) {
  return defineUnit({ ...findUnit(like), name: 'Own' });
}

describe('the fingerprint of a run', () => {
  it.each(
    Object.entries(pairs).flatMap(([field, each]) => each.map((pair, at) => [field, at, ...pair] as const)),
  )('differs by %s (%i)', async (_, __, one, other) => {
    expect(await fingerprint(one)).not.toBe(await fingerprint(other));
  });

  it('is the same for the same options, however they are written', async () => {
    const flat = Float32Array.from(x.flat());
    const same: EnsembleOptions[] = [
      { ...base },
      { ...base, seeds: [0, 1, 2], learningRate: [1e-3, 1e-3, 1e-3] },
      { ...base, x: flat, optimizer: { name: 'adam', beta1: 0.9 }, loss: 'meanSquared' },
      { ...base, learningRateFactor: () => 1, lanes: 8 },
    ];
    const wanted = await fingerprint(base);
    for (const options of same) expect(await fingerprint(options)).toBe(wanted);
    expect(wanted).toMatch(/^[0-9a-f]{64}$/);
  });

  it('looks at schedules as far as training has come, whole blocks of steps included', async () => {
    const late = { ...base, learningRateFactor: (step: number) => (step < 9000 ? 1 : 0.1) };
    for (const step of [0, 1, 4096, 8999, 9000]) {
      expect(await fingerprint(late, step)).toBe(await fingerprint(base, step));
    }
    expect(await fingerprint(late, 9001)).not.toBe(await fingerprint(base, 9001));
    expect(await fingerprint(late, 20_000)).not.toBe(await fingerprint(base, 20_000));
    const both = new Fingerprint(resolveEnsemble(late));
    const later = await both.at(20_000);
    expect(await both.at(5)).toBe(await fingerprint(base, 5));
    expect(await both.at(20_000)).toBe(later);
  });

  it('differs by the step, and by the label', async () => {
    expect(await fingerprint(base, 5)).not.toBe(await fingerprint(base, 6));
    expect(await fingerprint(base, 5, 'one')).not.toBe(await fingerprint(base, 5, 'other'));
  });
});
