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
 * `r_permute` is a Feistel network of eight rounds on the smallest even number of bits that holds `count -
 * 1`, at least two. It is repeated until the result falls below `count`, on average less than four times
 * (cycle walking: J. Black and P. Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002). The halves
 * are added, not xor-ed: that mixes small ranges better, and all orders of up to six items come out equally
 * often to within 1 %. So `key = (seed, epoch)` shuffles the rows of an epoch without a buffer. An index
 * outside the range is taken as the last.
 */

import { wgsl } from './wgsl.ts';

/** The functions `r_*` above. */
export const random: string = wgsl`
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

// The top bits of a multiplicative hash: the half that one Feistel round adds to the other.
fn r_round(half: u32, key: u32, shift: u32) -> u32 {
  let h = (half ^ key) * 0x9e3779b1u;
  return ((h ^ (h >> 15u)) * 0x85ebca77u) >> shift;
}

fn r_permute(index: u32, count: u32, key: vec2u) -> u32 {
  if (count <= 1u) { return 0u; }
  let half_bits = max((33u - countLeadingZeros(count - 1u)) >> 1u, 1u);
  let shift = 32u - half_bits;
  let mask = (1u << half_bits) - 1u;
  let k = r_bits(vec4u(key, count, 0x7065726du));
  let q = r_bits(k);
  var result = min(index, count - 1u);
  loop {
    var left = result >> half_bits;
    var right = result & mask;
    left = (left + r_round(right, k.x, shift)) & mask;
    right = (right + r_round(left, k.y, shift)) & mask;
    left = (left + r_round(right, k.z, shift)) & mask;
    right = (right + r_round(left, k.w, shift)) & mask;
    left = (left + r_round(right, q.x, shift)) & mask;
    right = (right + r_round(left, q.y, shift)) & mask;
    left = (left + r_round(right, q.z, shift)) & mask;
    right = (right + r_round(left, q.w, shift)) & mask;
    result = (left << half_bits) | right;
    if (result < count) { break; }
  }
  return result;
}
`;
