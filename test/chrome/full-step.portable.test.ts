import { describe, expect, it } from 'vitest';
import { NOISE_STREAMS } from '../../shaders/kernels/layer.ts';
import type { OptimizerName } from '../../shaders/optimizers.wgsl.ts';
import { createEnsemble, createModel, type ModelDescription } from '../../src/index.ts';
import type { RecipeOptions } from '../../src/model/training.ts';
import { bits4, createRandom, unit as unitOf } from '../../src/random.ts';
import { add, type Matrix64, matmul, matrix, mul, type Reference } from '../reference/autodiff.ts';
import { rowsOf } from '../reference/operations.ts';
import { otherHyper } from '../reference/optimizers.ts';
import { ranges } from '../reference/penalties.ts';
import { type ReferenceLayer, type ReferenceRecipe, trainReference } from '../reference/training.ts';
import { stochasticNmu } from '../reference/units.ts';
import { relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const ROWS = 7;
const STEPS = 3;
const SEED = 5;
/** float32 against float64 over a few steps; each fault in the order of a step is a thousand times larger. */
const BOUND = 2e-5;

interface Case {
  readonly layers: ModelDescription['layers'];
  readonly optimizer: OptimizerName;
  readonly reduction: 'mean' | 'sum';
  readonly rate: number;
  /** Without it, not clipped. */
  readonly clip?: number;
  /** Bound of the norm, of all layers together. */
  readonly clipNorm?: number;
  readonly strength: number;
}

const inputs = 3;
const random = createRandom(23);
const x = Float32Array.from({ length: ROWS * inputs }, () => random.uniform(0.5, 2));
const y = Float32Array.from({ length: ROWS * 2 }, () => random.uniform(-3, 3));

/** What both engines make of `steps` steps, parameters as one list, in the order of the layers and their parameters. */
async function both(description: ModelDescription, recipe: RecipeOptions, rate: number, steps: number) {
  const options = { ...recipe, x, y, learningRate: rate };
  using model = createModel(gpu(), description);
  const initial = await model.weights();
  const { losses } = await model.train({ ...options, steps, seed: SEED });
  const layered = (await model.weights()).flatMap(({ parameters }) =>
    Object.values(parameters).flatMap(({ data }) => [...data]),
  );
  const { seed, ...stack } = description;
  using ensemble = await createEnsemble(gpu(), { ...options, model: stack, seeds: [seed ?? 0], batch: ROWS });
  await ensemble.run(steps);
  const point = await ensemble.inspect();
  return { initial, layered, losses, ensemble: point.parameters, loss: point.losses[0] as number };
}

const flat = (layers: readonly ReferenceLayer[]): number[] =>
  layers.flatMap(({ parameters }) => Object.values(parameters).flatMap(({ data }) => [...data]));

const referenceOf = (
  weights: Awaited<ReturnType<typeof both>>['initial'],
  equations: readonly (ReferenceLayer['equation'] | undefined)[] = [],
): ReferenceLayer[] =>
  weights.map(({ unit, parameters }, index) => ({
    unit,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data) },
      ]),
    ),
    ...(equations[index] && { equation: equations[index] }),
  }));

const stacks: Record<string, ModelDescription['layers']> = {
  'RealNPU modified': [{ unit: 'RealNPU modified', outputs: 2 }],
  'NAU, NMU': [
    { unit: 'NAU', outputs: 2 },
    { unit: 'NMU', outputs: 2 },
  ],
  iNALU: [{ unit: 'iNALU', outputs: 2 }],
  MCFC: [{ unit: 'MCFC', outputs: 2 }],
};

const cases: Case[] = [
  ...(['adam', 'adamw', 'sgd', 'rmsprop'] as const).map((optimizer) => ({
    layers: stacks['RealNPU modified'] as ModelDescription['layers'],
    optimizer,
    reduction: 'mean' as const,
    rate: { adam: 2 ** -2, adamw: 2 ** -2, sgd: 1, rmsprop: 2 ** -3 }[optimizer],
    ...(optimizer === 'rmsprop'
      ? { clipNorm: 0.75 }
      : { clip: optimizer.startsWith('adam') ? 2 ** -4 : 0.5 }),
    strength: 2,
  })),
  ...['NAU, NMU', 'iNALU', 'MCFC'].map((name) => ({
    layers: stacks[name] as ModelDescription['layers'],
    optimizer: 'sgd' as const,
    reduction: name === 'iNALU' ? ('mean' as const) : ('sum' as const),
    rate: name === 'NAU, NMU' ? 2 : 2 ** -2,
    ...(name !== 'MCFC' && { clip: 0.25 }),
    ...(name !== 'iNALU' && { clipNorm: name === 'MCFC' ? 0.25 : 0.5 }),
    strength: 0.5,
  })),
];

const title = ({ layers, optimizer, reduction }: Case): string =>
  `${layers.map(({ unit }) => unit).join(', ')}, ${optimizer}, ${reduction}`;

describe('a whole step: penalty, clipping, optimiser, projection', () => {
  it.each(cases.map((each) => [title(each), each] as const))('%s', async (_, each) => {
    const { layers, optimizer, reduction, rate, clip, clipNorm, strength } = each;
    const schedule = { kind: 'constant' } as const;
    const recipe: RecipeOptions = {
      optimizer: { name: optimizer, ...otherHyper[optimizer] } as RecipeOptions['optimizer'] & object,
      regularizers: layers.map(() => ({ strength, reduction, schedule })),
      ...(clip !== undefined && { clipGradient: clip }),
      ...(clipNorm !== undefined && { clipGradientNorm: clipNorm }),
    };
    const found = await both({ inputs, layers, seed: SEED }, recipe, rate, STEPS);
    const wanted: ReferenceRecipe = {
      optimizer,
      hyper: otherHyper[optimizer] as Record<string, number>,
      rate,
      ...(clip !== undefined && { clip }),
      ...(clipNorm !== undefined && { clipNorm }),
      penalties: layers.map(() => ({ strength, reduction })),
    };
    const reference = referenceOf(found.initial);
    const losses = trainReference(reference, { x, y, rows: ROWS }, STEPS, wanted);
    expect(relativeError(found.losses, losses), 'losses').toBeLessThan(BOUND);
    expect(relativeError([found.loss], [losses.at(-1) as number]), 'loss').toBeLessThan(BOUND);
    expect(relativeError(found.layered, flat(reference)), 'layered').toBeLessThan(BOUND);
    expect(relativeError(found.ensemble, flat(reference)), 'ensemble').toBeLessThan(BOUND);

    // Each part of the step decides where it ends: without one, the reference ends elsewhere.
    const elsewhere = (changed: Partial<ReferenceRecipe>, units = layers.map(({ unit }) => unit)) => {
      const other = referenceOf(found.initial).map((layer, k) => ({ ...layer, unit: units[k] as string }));
      trainReference(other, { x, y, rows: ROWS }, STEPS, { ...wanted, ...changed });
      return relativeError(flat(other), flat(reference));
    };
    const opposite = reduction === 'mean' ? 'sum' : 'mean';
    expect(elsewhere({ penalties: layers.map(() => ({ strength, reduction: opposite })) })).toBeGreaterThan(
      50 * BOUND,
    );
    for (const bound of ['clip', 'clipNorm'] as const) {
      if (each[bound] === undefined) continue;
      expect(elsewhere({ [bound]: Number.POSITIVE_INFINITY }), bound).toBeGreaterThan(50 * BOUND);
    }
    if (layers.some(({ unit }) => ranges[unit as string])) {
      const bounds = reference.flatMap(({ unit, parameters }) =>
        Object.entries(parameters).flatMap(([name, { data }]) =>
          [...data].filter((value) => ranges[unit]?.[name]?.includes(value)),
        ),
      );
      expect(bounds.length, 'parameters on the bounds of their range').toBeGreaterThan(0);
    }
  });
});

describe('layers with noise', () => {
  const recipe = { optimizer: 'sgd', hyper: { momentum: 0 } } as const;

  async function holds(
    layers: ModelDescription['layers'],
    rate: number,
    equationOf: (layer: number) => (step: number) => Reference,
  ) {
    const description = { inputs, layers, seed: SEED };
    const found = await both(description, { optimizer: { name: 'sgd', momentum: 0 } }, rate, STEPS);
    const reference = referenceOf(
      found.initial,
      layers.map((_, layer) => equationOf(layer)),
    );
    const losses = trainReference(reference, { x, y, rows: ROWS }, STEPS, { ...recipe, rate });
    expect(relativeError(found.losses, losses)).toBeLessThan(BOUND);
    expect(relativeError(found.layered, flat(reference)), 'layered').toBeLessThan(BOUND);
    expect(relativeError(found.ensemble, flat(reference)), 'ensemble').toBeLessThan(BOUND);
    const quiet = referenceOf(found.initial);
    trainReference(quiet, { x, y, rows: ROWS }, STEPS, { ...recipe, rate });
    expect(relativeError(flat(quiet), flat(reference)), 'without noise').toBeGreaterThan(50 * BOUND);
  }

  it('go back through the very numbers that their outputs drew', async () => {
    const layers = [
      { unit: 'Dense RReLU', outputs: 5 },
      { unit: 'Dense RReLU', outputs: 2 },
    ] as const;
    /** Xu et al.: y = z where z > 0, else z · slope, which is drawn from [1/8, 1/3) for every row and output. */
    await holds(layers, 2 ** -4, (layer) => (step) => (input, { W, b }) => {
      const z = add(matmul(input, W as Matrix64), rowsOf(b as Matrix64, input.rows));
      const slopes = z.data.map((value, index) => {
        const noise = unitOf(bits4(SEED, NOISE_STREAMS.output + layer, step, index)[0]);
        return value > 0 ? 1 : 1 / 8 + (1 / 3 - 1 / 8) * noise;
      });
      return mul(z, matrix(z.rows, z.cols, slopes));
    });
  });

  it('go back through the very numbers that their inputs drew', async () => {
    const layers = [
      { unit: 'sNMU', outputs: 5 },
      { unit: 'sNMU', outputs: 2, options: { high: 3 } },
    ] as const;
    await holds(layers, 2 ** -16, (layer) => (step) => (input, { W }) => {
      const n = input.data.map((_, index) => {
        const noise = unitOf(bits4(SEED, NOISE_STREAMS.input + layer, step, index)[0]);
        return 1 + (([5, 3][layer] as number) - 1) * noise;
      });
      return stochasticNmu(input, W as Matrix64, matrix(input.rows, input.cols, n));
    });
  });
});
