/** Distributions of initial values. They are data, so that a scheme can be printed, saved and compared. */

import type { Random } from '../random.ts';

export type Initializer =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  /** Resampled beyond two standard deviations. */
  | { readonly kind: 'truncatedNormal'; readonly deviation: number }
  /** U[−r, r] with r = √(6 / (inputs + outputs)): Glorot and Bengio, 2010. */
  | { readonly kind: 'xavierUniform' }
  /** U[−r, r] with r such that the variance of tanh(Ŵ) σ(M̂) is that of Xavier: Madsen and Johansen, 2020. */
  | { readonly kind: 'nac' };

/** Draws `count` values for a tensor of a layer with `inputs` and `outputs`. */
export function draw(
  initializer: Initializer,
  count: number,
  inputs: number,
  outputs: number,
  random: Random,
): Float32Array {
  const sample = sampler(initializer, inputs, outputs, random);
  return Float32Array.from({ length: count }, sample);
}

function sampler(init: Initializer, inputs: number, outputs: number, random: Random): () => number {
  switch (init.kind) {
    case 'constant':
      return () => init.value;
    case 'uniform':
      return () => random.uniform(init.low, init.high);
    case 'truncatedNormal':
      return () => random.truncatedNormal(init.deviation);
    case 'xavierUniform': {
      const r = Math.sqrt(6 / (inputs + outputs));
      return () => random.uniform(-r, r);
    }
    case 'nac': {
      const r = nacRange(inputs, outputs);
      return () => random.uniform(-r, r);
    }
  }
}

/**
 * The range r of Madsen and Johansen's initialisation for W = tanh(Ŵ) σ(M̂) with Ŵ, M̂ ~ U[−r, r]: solves
 * fan · Var(r) = 2 on [0, 10], where fan = max(inputs + outputs, 5) and
 * Var(r) = (1 − tanh(r)/r) · (r − tanh(r/2)) / (2r).
 */
export function nacRange(inputs: number, outputs: number): number {
  const fan = Math.max(inputs + outputs, 5);
  const excess = (r: number) => fan * (1 - Math.tanh(r) / r) * ((r - Math.tanh(r / 2)) / (2 * r)) - 2;
  let low = 1e-6;
  let high = 10;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
