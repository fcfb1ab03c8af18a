/** Which inputs matter: where the operands of a model begin, drawn from its seed. */

import { createRandom } from '../random.ts';

/** Stream of the random numbers that operands are placed with. */
const OFFSET_STREAM = 0x400;

/** A whole number in [0, places) for the model of `seed`, every one equally likely. */
export const subsetOffset = (seed: number, places: number): number =>
  createRandom(seed, OFFSET_STREAM).integer(places);
