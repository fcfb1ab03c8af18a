/**
 * @file Random numbers as integer hashes: exact, hence the same on every device and on the CPU
 * (`src/random.ts`).
 *
 *     r_bits(counter: vec4u) -> vec4u                        four independent words for one counter
 *     r_unit(bits: u32) -> f32                               [0, 1): multiples of 2^-24, exact
 *     r_permute(index: u32, count: u32, key: vec2u) -> u32   keyed bijection of [0, count)
 *
 * There is no state. A counter is `(seed, stream, step, index)`: the run, the purpose (initial weights, batch
 * rows, evaluation and so on, one number each), the training step, the item within the step. Two draws that
 * differ in any of the four are independent, whatever the order in which threads make them.
 *
 * `r_bits` is pcg4d: M. Jarzynski and M. Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020,
 * https://jcgt.org/published/0009/03/02/.
 *
 * `r_permute` is a Feistel network of eight rounds over pairs of numbers below w, the least even number with w² ≥ count. It
 * adds modulo w (an odd w would give even permutations only), and is repeated until the result falls below `count` (cycle
 * walking: J. Black and P. Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002); w² is hardly more than a large
 * `count`, so that is rarely more than once. So `key = (seed, epoch)` shuffles the rows of an epoch without a buffer. An index
 * outside the range is taken as the last.
 */

import { wgsl } from './wgsl.ts';

/** The functions `r_*` above. */
export const random: string = wgsl`
// Odd multipliers whose products mix: 2^32 / golden ratio, and one of xxHash. And the stream of shuffles.
const R_GOLDEN = 0x9e3779b1u;
const R_MIX = 0x85ebca77u;
const R_SHUFFLE = 0x7065726du;

fn r_bits(counter: vec4u) -> vec4u {
  var v = counter * 1664525u + 1013904223u;
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  v ^= v >> vec4u(16u);
  v.x += v.y * v.w;
  v.y += v.z * v.x;
  v.z += v.x * v.y;
  v.w += v.y * v.z;
  return v;
}

fn r_unit(bits: u32) -> f32 {
  return f32(bits >> 8u) * 0.000000059604644775390625f;
}

// x + f(y) modulo width, where f is the upper half of a multiplicative hash, scaled to [0, width).
fn r_round(x: u32, y: u32, key: u32, width: u32) -> u32 {
  let h = (y ^ key) * R_GOLDEN;
  let sum = x + (((((h ^ (h >> 15u)) * R_MIX) >> 16u) * width) >> 16u);
  return select(sum, sum - width, sum >= width);
}

// What is the same for all items of one shuffle. width is the least even number whose square is at least count.
struct r_Shuffle { count: u32, width: u32, k: vec4u, q: vec4u }

fn r_shuffle(count: u32, key: vec2u) -> r_Shuffle {
  // The root is right to within one, so the search starts below it; 65534 is the largest even number whose square fits.
  var width = clamp((u32(sqrt(f32(count))) - 1u) & 0xfffeu, 2u, 65534u);
  if (count < 16u) { width = 2u; }
  for (var n = 0u; n < 3u; n++) {
    if (width * width < count) { width = select(width + 2u, 65536u, width >= 65534u); }
    if (width == 65536u) { break; }
  }
  let k = r_bits(vec4u(key, count, R_SHUFFLE));
  return r_Shuffle(count, width, k, r_bits(k));
}

fn r_shuffled(index: u32, s: r_Shuffle) -> u32 {
  if (s.count <= 1u) { return 0u; }
  var result = min(index, s.count - 1u);
  var left = result / s.width;
  var right = result - left * s.width;
  loop {
    left = r_round(left, right, s.k.x, s.width);
    right = r_round(right, left, s.k.y, s.width);
    left = r_round(left, right, s.k.z, s.width);
    right = r_round(right, left, s.k.w, s.width);
    left = r_round(left, right, s.q.x, s.width);
    right = r_round(right, left, s.q.y, s.width);
    left = r_round(left, right, s.q.z, s.width);
    right = r_round(right, left, s.q.w, s.width);
    result = left * s.width + right;
    if (result < s.count) { break; }
  }
  return result;
}

fn r_permute(index: u32, count: u32, key: vec2u) -> u32 {
  return r_shuffled(index, r_shuffle(count, key));
}
`;
