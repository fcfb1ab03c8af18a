import { expect, it } from 'vitest';
import { f32, i32, wgsl } from '../../shaders/wgsl.ts';
import { bits4 } from '../../src/random.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();

it('a compiler reads f32() literals back to the same bits', async () => {
  const normal = (word: number) => (word % 0x7f000000) + 0x00800000;
  const some = Array.from({ length: 100 }, (_, k) => bits4(k, 0, 0, 0).map(normal)).flat();
  const bits = [0, 0x3f800000, 0x00800000, 0x7f7fffff, 0x4b800001, ...some];
  const signed = Uint32Array.from(bits, (word, k) => (k % 2 === 1 ? word + 0x80000000 : word));
  const body = [...new Float32Array(signed.buffer)].map((x, k) => wgsl`put_real(${k}u, 0.0f + ${f32(x)});`);
  const { words } = await run({
    code: '',
    body: body.join('\n'),
    input: Uint32Array.of(0),
    outputs: bits.length,
  });
  expect(words).toEqual(signed);
});

it('a compiler accepts f32() literals too small to be normal', async () => {
  const body = [1e-45, -1e-45, 1e-40, 2 ** -126 - 2 ** -149].map((x, k) => `put_real(${k}u, ${f32(x)});`);
  const { reals } = await run({ code: '', body: body.join('\n'), input: Uint32Array.of(0), outputs: 4 });
  // A device may take them as 0.
  for (const y of reals) expect(Math.abs(y)).toBeLessThan(2 ** -126);
});

it('a compiler reads i32() literals, next to a minus too', async () => {
  const body = `put(0u, bitcast<u32>(0 -${i32(-2147483647)})); put(1u, bitcast<u32>(${i32(-1)}-${i32(-7)}));`;
  const { words } = await run({ code: '', body, input: Uint32Array.of(0), outputs: 2 });
  expect([...new Int32Array(words.buffer)]).toEqual([2147483647, 6]);
});
