/**
 * @file Random numbers on the CPU: the bit-exact twin of `shaders/random.wgsl.ts`, where the algorithms are
 * explained, and a generator for initial weights and data drawn from the same hash.
 */

import { OptionError } from './errors.ts';

/** Four unsigned 32-bit words. */
export type Bits4 = [number, number, number, number];

/** pcg4d: four independent words for one counter `(seed, stream, step, index)`. Twin of `r_bits`. */
export function bits4(seed: number, stream: number, step: number, index: number): Bits4 {
  let x = (Math.imul(seed, 1664525) + 1013904223) | 0;
  let y = (Math.imul(stream, 1664525) + 1013904223) | 0;
  let z = (Math.imul(step, 1664525) + 1013904223) | 0;
  let w = (Math.imul(index, 1664525) + 1013904223) | 0;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  x = (x + Math.imul(y, w)) | 0;
  y = (y + Math.imul(z, x)) | 0;
  z = (z + Math.imul(x, y)) | 0;
  w = (w + Math.imul(y, z)) | 0;
  return [x >>> 0, y >>> 0, z >>> 0, w >>> 0];
}

/** A word as a multiple of 2^-24 in [0, 1), exact in f32. Twin of `r_unit`. */
export function unit(bits: number): number {
  return (bits >>> 8) * 2 ** -24;
}

/** A whole number in [0, width) from a hash of `half` and `key`; width is at most 2^16. */
function round(half: number, key: number, width: number): number {
  const h = Math.imul(half ^ key, 0x9e3779b1);
  return ((Math.imul(h ^ (h >>> 15), 0x85ebca77) >>> 16) * width) >>> 16;
}

/**
 * Where a keyed shuffle of `count` items puts item `index`; for a fixed key, a bijection of [0, count).
 * Twin of `r_permute`. `key` is two words, for example `[seed, epoch]`.
 */
export function permute(index: number, count: number, key: readonly [number, number]): number {
  checkU32('count', count, 1);
  checkU32('index', index, 0, count - 1);
  const width = 2 * Math.ceil(Math.sqrt(count) / 2);
  const k = bits4(key[0], key[1], count, 0x7065726d);
  const q = bits4(...k);
  const words = [...k, ...q];
  let result = index;
  do {
    const halves = [Math.floor(result / width), result % width] as [number, number];
    words.forEach((word, turn) => {
      const side = turn % 2;
      halves[side] = ((halves[side] as number) + round(halves[1 - side] as number, word, width)) % width;
    });
    result = halves[0] * width + halves[1];
  } while (result >= count);
  return result;
}

/** A sequence of random numbers; two with the same seed and stream are the same sequence. */
export interface Random {
  /** Uniform in [low, high), in steps of (high - low)·2^-24. */
  uniform(low?: number, high?: number): number;
  /** Normal with mean 0, by Box and Muller (1958) in float64; never beyond 6.8 `sd`. */
  normal(sd?: number): number;
  /** Normal drawn again while beyond 2 `sd`, as TensorFlow's `truncated_normal`; its deviation is 0.88 `sd`. */
  truncatedNormal(sd?: number): number;
  /** Whole number in [0, count), every one equally likely; `count` up to 2^32. */
  integer(count: number): number;
  /** The next raw 32-bit word. */
  word(): number;
}

/**
 * Sequence `stream` of `seed`, both unsigned 32-bit integers. It uses up the counters `(seed, stream, 0, i)`,
 * i = 0, 1, …, so a shader that draws for another purpose needs another stream.
 */
export function createRandom(seed: number, stream = 0): Random {
  checkU32('seed', seed);
  checkU32('stream', stream);
  let words: Bits4 = [0, 0, 0, 0];
  let drawn = 0;

  function word(): number {
    const lane = drawn % 4;
    const index = Math.floor(drawn / 4);
    if (lane === 0) words = bits4(seed, stream, Math.floor(index / 2 ** 32), index >>> 0);
    drawn++;
    return words[lane] as number;
  }

  function uniform(low = 0, high = 1): number {
    return low + (high - low) * unit(word());
  }

  function normal(sd = 1): number {
    const radius = Math.sqrt(-2 * Math.log((word() + 0.5) * 2 ** -32));
    return sd * radius * Math.cos(2 * Math.PI * word() * 2 ** -32);
  }

  function truncatedNormal(sd = 1): number {
    for (;;) {
      const z = normal();
      if (Math.abs(z) <= 2) return sd * z;
    }
  }

  function integer(count: number): number {
    checkU32('count', count, 1, 2 ** 32);
    // By the upper bits: the lowest two of pcg4d are correlated from one counter to the next.
    const share = Math.floor(2 ** 32 / count);
    for (;;) {
      const candidate = Math.floor(word() / share);
      if (candidate < count) return candidate;
    }
  }

  return { uniform, normal, truncatedNormal, integer, word };
}

function checkU32(name: string, value: number, low = 0, high = 2 ** 32 - 1): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new OptionError(`${name} must be a whole number from ${low} to ${high}, not ${String(value)}`);
}
