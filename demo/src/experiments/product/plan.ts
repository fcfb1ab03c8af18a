/**
 * A NALU and an ordinary network learn the multiplication table up to 10 × 10: what they are, how they are trained, and what
 * they answer, computed from their weights alone, so that a figure is alive before there is a GPU.
 */

import type { EnsembleOptions } from '../../../../src/index.ts';

/** Both factors of the examples are whole numbers from 1 to `LARGEST`. */
export const LARGEST = 10;
/** Steps of a training. */
export const STEPS = 1000;
/** Random starts of each kind, trained at once; the one that fits the examples best is shown. */
export const STARTS = 8;
/** Neurons of the ordinary network's one hidden layer. */
export const HIDDEN = 16;

type Kind = Pick<EnsembleOptions, 'model' | 'learningRate' | 'optimizer' | 'learningRateFactor'> & {
  /** What inputs are divided by, and answers by its square: an ordinary network learns from numbers up to 1. */
  readonly scale: number;
};

/** The second moment of Adam forgets within ten steps: with the usual 0.999, W takes ten times as long to come near 1. */
const nalu: Kind = {
  model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] },
  learningRate: 0.03,
  optimizer: { name: 'adam', beta2: 0.9 },
  scale: 1,
};

const network: Kind = {
  model: {
    inputs: 2,
    layers: [
      { unit: 'Dense tanh', outputs: HIDDEN },
      { unit: 'Linear', outputs: 1 },
    ],
  },
  learningRate: 0.03,
  optimizer: { name: 'adam', beta2: 0.99 },
  learningRateFactor: (step) => Math.max(0.02, (1 + Math.cos(Math.PI * Math.min(1, step / STEPS))) / 2),
  scale: LARGEST,
};

export const kinds = { nalu, network };
export type KindName = keyof typeof kinds;

/** The hundred examples. */
export const examples: readonly { readonly x: readonly [number, number]; readonly y: number }[] = Array.from(
  { length: LARGEST ** 2 },
  (_, n) => {
    const x = [1 + (n % LARGEST), 1 + Math.floor(n / LARGEST)] as const;
    return { x, y: x[0] * x[1] };
  },
);

/**
 * Numbers of a trained model. The NALU: W of both inputs, then G of both. The network: weights of the first input, of the second,
 * biases, output weights, output bias.
 */
export type Numbers = ArrayLike<number>;

const EPSILON = 1e-7;

/** y = g a + (1 − g) m, a = x W, m = exp(log(|x| + ε) W), g = σ(x G). Trask and others, 2018, equations 1 to 4. */
export function naluAnswer(numbers: Numbers, first: number, second: number): number {
  const [w1, w2, g1, g2] = Array.from(numbers) as [number, number, number, number];
  const sum = first * w1 + second * w2;
  const product = Math.exp(
    Math.log(Math.abs(first) + EPSILON) * w1 + Math.log(Math.abs(second) + EPSILON) * w2,
  );
  const gate = 1 / (1 + Math.exp(-(first * g1 + second * g2)));
  // A gate that is closed to the last bit lets nothing through, however large.
  return (gate === 0 ? 0 : gate * sum) + (gate === 1 ? 0 : (1 - gate) * product);
}

export function networkAnswer(numbers: Numbers, first: number, second: number): number {
  const at = (index: number) => numbers[index] as number;
  const { scale } = network;
  let sum = at(4 * HIDDEN);
  for (let n = 0; n < HIDDEN; n++) {
    const a = (first / scale) * at(n) + (second / scale) * at(HIDDEN + n) + at(2 * HIDDEN + n);
    sum += at(3 * HIDDEN + n) * Math.tanh(a);
  }
  return scale ** 2 * sum;
}

export const answers: Readonly<Record<KindName, typeof naluAnswer>> = {
  nalu: naluAnswer,
  network: networkAnswer,
};
