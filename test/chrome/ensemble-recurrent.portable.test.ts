import { describe, expect, it } from 'vitest';
import { createEnsemble, type EnsembleOptions, expressionTask, trainEnsemble } from '../../src/index.ts';
import { columnOf, drawRows } from '../../src/model/task.ts';
import { createRandom } from '../../src/random.ts';
import { matrix } from '../reference/autodiff.ts';
import { recurrentNetwork } from '../reference/recurrent.ts';
import { lossGradients, type ReferenceLayer, trainReference } from '../reference/training.ts';
import { relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

/** float32 against float64, of each tensor in norm. */
const BOUND = 5e-5;

interface Case {
  /** The cell, and the layers behind it. */
  readonly layers: readonly {
    readonly unit: 'NAC' | 'NALU' | 'NAU' | 'NMU' | 'MCFC';
    readonly outputs: number;
  }[];
  readonly inputs: number;
  readonly steps: number;
  readonly rows: number;
  readonly lanes: number;
  readonly clipNorm?: number;
}

const cases: Record<string, Case> = {
  'a cell and a layer behind it': {
    layers: [
      { unit: 'NAC', outputs: 2 },
      { unit: 'NAC', outputs: 1 },
    ],
    ...{ inputs: 3, steps: 5, rows: 7, lanes: 4, clipNorm: 0.5 },
  },
  'a cell alone, one step of one sequence': {
    layers: [{ unit: 'NALU', outputs: 2 }],
    ...{ inputs: 1, steps: 1, rows: 1, lanes: 1 },
  },
  'sums whose product is taken': {
    layers: [
      { unit: 'NAU', outputs: 3 },
      { unit: 'NMU', outputs: 1 },
    ],
    ...{ inputs: 2, steps: 7, rows: 13, lanes: 2 },
  },
  'a cell too wide to be written out, whose weights depend on each other': {
    layers: [
      { unit: 'MCFC', outputs: 11 },
      { unit: 'NAC', outputs: 2 },
    ],
    ...{ inputs: 13, steps: 3, rows: 5, lanes: 4 },
  },
};

/** The layers' parameters as they are in a log point, the initial state first. */
function referenceOf(weights: ReturnType<Awaited<ReturnType<typeof createEnsemble>>['weights']>) {
  return weights.map(
    ({ unit, parameters }): ReferenceLayer => ({
      unit,
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([name, { shape, data }]) => [
          name,
          { shape, data: Float64Array.from(data) },
        ]),
      ),
    }),
  );
}

const STEPS = 4;
const RATE = 2 ** -5;

describe('a recurrent ensemble trains through time as float64 does', () => {
  it.each(Object.entries(cases))('%s', async (_, { layers, inputs, steps, rows, lanes, clipNorm }) => {
    const random = createRandom(31);
    const x = Float32Array.from({ length: rows * steps * inputs }, () => random.uniform(-1, 1));
    const outputs = layers.at(-1)?.outputs as number;
    const y = Float32Array.from({ length: rows * outputs }, () => random.uniform(-2, 2));
    const regularizer = { strength: 0.25, reduction: 'mean', schedule: { kind: 'constant' } } as const;
    const options: EnsembleOptions = {
      model: { inputs, layers },
      recurrent: { steps },
      seeds: [3, 8],
      x,
      y,
      optimizer: 'sgd',
      learningRate: RATE,
      lanes,
      // That of the cell; the initial state, which stands before it, has none.
      regularizers: [regularizer],
      ...(clipNorm !== undefined && { clipGradientNorm: clipNorm }),
    };
    using ensemble = await createEnsemble(gpu(), options);
    const before = await ensemble.inspect();
    const references = [0, 1].map((model) => referenceOf(ensemble.weights(before, model)));
    const network = recurrentNetwork(
      layers.map(({ unit }) => unit),
      inputs,
    );
    const wanted = references.map((reference) =>
      trainReference(reference, { x, y, rows }, STEPS, {
        optimizer: 'sgd',
        hyper: { momentum: 0 },
        rate: RATE,
        penalties: [{ strength: 0, reduction: 'mean' }, regularizer],
        network,
        ...(clipNorm !== undefined && { clipNorm }),
      }),
    );
    await ensemble.run(STEPS);
    const after = await ensemble.inspect();
    references.forEach((reference, model) => {
      expect(relativeError([after.losses[model] as number], [wanted[model]?.at(-1) as number])).toBeLessThan(
        BOUND,
      );
      const found = referenceOf(ensemble.weights(after, model));
      const start = referenceOf(ensemble.weights(before, model));
      reference.forEach(({ unit, parameters }, k) => {
        for (const [name, { data }] of Object.entries(parameters)) {
          const where = `model ${model}, ${unit}, ${name}`;
          // Of how far it has come, so that a parameter of small gradient is held to it as well, but for float32's rounding.
          const moved = (layer: ReferenceLayer | undefined) =>
            (layer?.parameters[name]?.data ?? data).map(
              (value, at) => value - (start[k]?.parameters[name]?.data[at] as number),
            );
          const way = moved({ unit, parameters });
          const off = moved(found[k]).map((value, at) => value - (way[at] as number));
          const rounding = STEPS * 2 ** -24 * Math.hypot(...data);
          expect(Math.hypot(...way), where).toBeGreaterThan(4 * rounding);
          expect(Math.hypot(...off), where).toBeLessThan(20 * BOUND * Math.hypot(...way) + rounding);
          expect(relativeError(found[k]?.parameters[name]?.data ?? [], data), where).toBeLessThan(BOUND);
        }
      });
    });
  });
});

describe('held-out sequences', () => {
  it('are of any length, in log points, reports and predictions', async () => {
    const random = createRandom(5);
    const [rows, steps] = [6, 9];
    const long = Array.from({ length: rows }, () =>
      Array.from({ length: steps }, () => [random.uniform(0, 1), random.uniform(0, 1)]),
    );
    const y = long.map((sequence) => [sequence.reduce((sum, [a = 0, b = 0]) => sum + a * b, 0)]);
    const task = expressionTask({ expression: 'x0 * x1', range: [0, 1] });
    const logged: Readonly<Record<string, Float32Array>>[] = [];
    const report = await trainEnsemble(gpu(), {
      model: {
        inputs: 2,
        layers: [
          { unit: 'NAU', outputs: 2 },
          { unit: 'NMU', outputs: 1 },
        ],
      },
      recurrent: { steps: 3 },
      task,
      batch: 10,
      seeds: { count: 3 },
      steps: 20,
      logEvery: 20,
      evaluate: {
        same: { task, rows: 50, seed: 4 },
        longer: { task, rows: 20, seed: 4, steps: 17 },
        data: { x: long, y, steps },
      },
      onLog: ({ errors }) => logged.push(errors),
    });
    expect(report.precision).toBe('float64');
    const network = recurrentNetwork(['NAU', 'NMU'], 2);
    const drawn = (count: number, length: number) => {
      const { x, y } = drawRows(task, columnOf(task, 0), 4, 0, count, length);
      return { x, y, rows: count };
    };
    // The target is the product of the sums.
    const { x, y: product } = drawn(20, 17);
    const sums = [0, 1].map((i) =>
      x.slice(0, 34).reduce((sum, value, at) => sum + (at % 2 === i ? value : 0), 0),
    );
    expect(product[0]).toBeCloseTo((sums[0] as number) * (sums[1] as number), 9);
    const sets = {
      same: drawn(50, 3),
      longer: { x, y: product, rows: 20 },
      data: { x: Float32Array.from(long.flat(2)), y: Float32Array.from(y.flat()), rows },
    };
    report.runs.forEach(({ errors }, run) => {
      const layers = referenceOf(report.weights(run));
      for (const [name, data] of Object.entries(sets)) {
        const { loss } = lossGradients(layers, data, 0, undefined, network);
        expect(relativeError([errors[name] as number], [loss]), name).toBeLessThan(1e-12);
        expect(relativeError([logged.at(-1)?.[name]?.[run] as number], [loss]), name).toBeLessThan(1e-5);
      }
      const leaves = layers.map(({ parameters }) =>
        Object.fromEntries(
          Object.entries(parameters).map(([name, { shape, data }]) => [
            name,
            matrix(shape.length > 1 ? (shape[0] as number) : 1, shape.at(-1) as number, data),
          ]),
        ),
      );
      const expected = network(matrix(rows, 2 * steps, long.flat(2)), leaves);
      expect(relativeError(report.predict(long, run), expected.data)).toBeLessThan(1e-12);
      expect(
        report.predict(
          long.map((sequence) => sequence.flat()),
          run,
        ),
      ).toEqual(report.predict(long, run));
    });
  });
});

describe('recurrent NAUs', () => {
  it('learn to sum sequences of ten steps, and sum a thousand', async () => {
    const task = expressionTask({ expression: 'x0 + x1', inputs: 3, range: [-2, 2] });
    const report = await trainEnsemble(gpu(), {
      model: {
        inputs: 3,
        layers: [
          { unit: 'NAU', outputs: 1 },
          { unit: 'NAU', outputs: 1 },
        ],
      },
      recurrent: { steps: 10 },
      task,
      batch: 16,
      seeds: { count: 20 },
      steps: 2000,
      learningRate: 0.01,
      evaluate: { long: { task, rows: 20, seed: 1, steps: 1000 } },
    });
    const found = report.runs.filter(({ errors }) => (errors.long as number) < 1e-4);
    expect(found.length).toBeGreaterThanOrEqual(15);
  });
});
