import { describe, expect, it } from 'vitest';
import { random } from '../../shaders/random.wgsl.ts';
import { bits4, permute, unit } from '../../src/random.ts';
import { useWgsl } from '../support/run-wgsl.ts';

/** The shader and its TypeScript twin must agree in every bit. */
const run = useWgsl();

/** Counters of all sizes: the tests of the hash itself are in test/unit/random.test.ts. */
function words(count: number): Uint32Array {
  const result = new Uint32Array(4 * count);
  for (let k = 0; k < count; k++) {
    const shift = k % 32;
    result.set(
      bits4(k, 1, 2, 3).map((word) => word >>> shift),
      4 * k,
    );
  }
  result.set([0, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]);
  return result;
}

describe('random.wgsl agrees with src/random.ts', () => {
  it('r_bits and r_unit', async () => {
    const count = 10_000;
    const input = words(count);
    const body = `
      let bits = r_bits(vec4u(word(0u), word(1u), word(2u), word(3u)));
      put(0u, bits.x); put(1u, bits.y); put(2u, bits.z); put(3u, bits.w);
      put_real(4u, r_unit(bits.x));`;
    const result = await run({ code: random, body, input, inputs: 4, outputs: 5 });
    const expected = new Uint32Array(5 * count);
    const reals = new Float32Array(expected.buffer);
    for (let k = 0; k < count; k++) {
      const [seed = 0, stream = 0, step = 0, index = 0] = input.subarray(4 * k, 4 * k + 4);
      const bits = bits4(seed, stream, step, index);
      expected.set(bits, 5 * k);
      reals[5 * k + 4] = unit(bits[0]);
    }
    expect(result.words).toEqual(expected);
  });

  const counts = [1, 2, 3, 4, 5, 31, 32, 33, 257, 1000, 65537, 2 ** 20, 2 ** 24 + 1, 2 ** 31, 2 ** 32 - 1];
  it.each(counts)('r_permute of %i items', async (count) => {
    const items = 2000;
    const random4 = words(items);
    const input = random4.map((word, k) => (k % 4 === 0 ? word % count : k % 4 === 1 ? count : word));
    const body = 'put(0u, r_permute(word(0u), word(1u), vec2u(word(2u), word(3u))));';
    const result = await run({ code: random, body, input, inputs: 4 });
    const expected = Uint32Array.from({ length: items }, (_, k) => {
      const [index = 0, , seed = 0, epoch = 0] = input.subarray(4 * k, 4 * k + 4);
      return permute(index, count, [seed, epoch]);
    });
    expect(result.words).toEqual(expected);
  });

  it('r_permute takes an index outside the range as the last one', async () => {
    const input = Uint32Array.of(4, 5, 5, 5, 4294967295, 5, 0, 0, 9, 0);
    const body = 'put(0u, r_permute(word(0u), word(1u), vec2u(1u, 2u)));';
    const last = permute(4, 5, [1, 2]);
    expect([...(await run({ code: random, body, input, inputs: 2 })).words]).toEqual([
      last,
      last,
      last,
      0,
      0,
    ]);
  });
});
