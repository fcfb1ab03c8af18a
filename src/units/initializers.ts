/** Distributions of initial values. They are data, so that a scheme can be printed, saved and compared. */

import { type Kind, map, needed, number, tagged } from '../options/kinds.ts';
import type { Random } from '../random.ts';
import { orthogonal } from './orthogonal.ts';

/** A distribution of initial values. */
export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean: number; readonly deviation: number }
  /** Resampled beyond two standard deviations. */
  | { readonly kind: 'truncatedNormal'; readonly deviation: number }
  /** U[−r, r] with r = gain · √(6 / (inputs + outputs)), at most `limit`: Glorot and Bengio, 2010. */
  | { readonly kind: 'xavierUniform'; readonly gain?: number; readonly limit?: number }
  /** Normal with deviation √(2 / (inputs + outputs)): Glorot and Bengio, 2010. */
  | { readonly kind: 'xavierNormal' }
  /** U[−r, r] with r = gain · √(3 / inputs): He et al., 2015, arXiv:1502.01852, where gain is √2. */
  | { readonly kind: 'kaimingUniform'; readonly gain: number }
  /** U[−r, r] with r such that the variance of tanh(Ŵ) σ(M̂) is that of Xavier: Madsen and Johansen, 2020. */
  | { readonly kind: 'nac' }
  /** Orthonormal rows or columns, whichever are fewer: Saxe et al., 2014, arXiv:1312.6120. */
  | { readonly kind: 'orthogonal' }
  /** The identity where inputs and outputs are equally many, else orthogonal. */
  | { readonly kind: 'identity' };

const finite = number();
const value = needed(finite);

/** What each distribution needs, and what it may have. */
export const initializerKind: Kind<Initializer> = tagged<Initializer, 'kind'>('kind', {
  constant: { value },
  uniform: { low: value, high: value },
  normal: { mean: value, deviation: value },
  truncatedNormal: { deviation: value },
  xavierUniform: { gain: finite, limit: finite },
  xavierNormal: {},
  kaimingUniform: { gain: value },
  nac: {},
  orthogonal: {},
  identity: {},
});

/** An initialiser for every parameter, by name. */
export const initializationKind: Kind<Readonly<Record<string, Initializer>>> = map(initializerKind);

/** PyTorch's nn.Linear, weights and biases: U[−r, r] with r = 1 / √inputs. */
export const torchLinear: Initializer = { kind: 'kaimingUniform', gain: Math.sqrt(1 / 3) };

/**
 * Draws a tensor of a layer with `inputs` and `outputs`: `[inputs, outputs]` row-major, or of fewer values for
 * parameters per input or output, which count as one column.
 */
export function draw(
  initializer: Initializer,
  count: number,
  inputs: number,
  outputs: number,
  random: Random,
): Float32Array {
  const rows = count === inputs * outputs ? inputs : count;
  if (initializer.kind === 'identity' && rows * rows === count) {
    return Float32Array.from({ length: count }, (_, index) => (index % (rows + 1) === 0 ? 1 : 0));
  }
  if (initializer.kind === 'identity' || initializer.kind === 'orthogonal') {
    return Float32Array.from(orthogonal(rows, count / rows, random));
  }
  const sample = sampler(initializer, inputs, outputs, random);
  return Float32Array.from({ length: count }, sample);
}

type Independent = Exclude<Initializer, { kind: 'identity' | 'orthogonal' }>;

function sampler(init: Independent, inputs: number, outputs: number, random: Random): () => number {
  const symmetric = (r: number) => () => random.uniform(-r, r);
  switch (init.kind) {
    case 'constant':
      return () => init.value;
    case 'uniform':
      return () => random.uniform(init.low, init.high);
    case 'normal':
      return () => init.mean + random.normal(init.deviation);
    case 'truncatedNormal':
      return () => random.truncatedNormal(init.deviation);
    case 'xavierUniform': {
      const { gain = 1, limit = Number.POSITIVE_INFINITY } = init;
      return symmetric(Math.min(limit, gain * Math.sqrt(6 / (inputs + outputs))));
    }
    case 'xavierNormal':
      return () => random.normal(Math.sqrt(2 / (inputs + outputs)));
    case 'kaimingUniform':
      return symmetric(init.gain * Math.sqrt(3 / inputs));
    case 'nac':
      return symmetric(nacRange(inputs, outputs));
  }
}

/**
 * The range r of Madsen and Johansen's initialisation for W = tanh(Ŵ) σ(M̂) with Ŵ, M̂ ~ U[−r, r]: solves
 * fan · Var(r) = 2 on [0, 10], where fan = max(inputs + outputs, 5) and
 * Var(r) = (1 − tanh(r)/r) · (r − tanh(r/2)) / (2r).
 */
export function nacRange(inputs: number, outputs: number): number {
  const fan = Math.max(inputs + outputs, 5);
  if (fan === lastNacRange.fan) return lastNacRange.r;
  const excess = (r: number) => fan * (1 - Math.tanh(r) / r) * ((r - Math.tanh(r / 2)) / (2 * r)) - 2;
  let low = 1e-6;
  let high = 10;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  lastNacRange = { fan, r: (low + high) / 2 };
  return lastNacRange.r;
}

/** Thousands of models in a row have layers of one size. */
let lastNacRange = { fan: 0, r: 0 };
