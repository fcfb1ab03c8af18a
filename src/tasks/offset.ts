/** Which inputs matter: where the operands of a model are, drawn from its seed. */

import { createRandom, type Random } from '../random.ts';
import type { Span } from './sums.ts';

/** Stream of the random numbers that operands are placed with. */
const OFFSET_STREAM = 0x400;

/** A whole number in [0, count) for the model of `seed`, every one equally likely. */
export const subsetOffset = (seed: number, count: number): number =>
  createRandom(seed, OFFSET_STREAM).integer(count);

/** Two spans for the model of `seed`, each between two inputs drawn from all `inputs` ones, both included. */
export function randomSpans(seed: number, inputs: number): { readonly a: Span; readonly b: Span } {
  const random = createRandom(seed, OFFSET_STREAM);
  return { a: randomSpan(random, inputs), b: randomSpan(random, inputs) };
}

function randomSpan(random: Random, inputs: number): Span {
  const ends = [random.integer(inputs), random.integer(inputs)];
  return { from: Math.min(...ends), to: Math.max(...ends) + 1 };
}
