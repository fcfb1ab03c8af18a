import { describe, expect, it } from 'vitest';
import { float32, grouped, groupedDigits, scientific } from '../../demo/src/format.ts';
import { Costs } from '../../demo/src/state/costs.ts';
import { epochsFault, readAddress, writeAddress } from '../../demo/src/state/settings.ts';
import { Trail } from '../../demo/src/state/trail.ts';

describe('numbers on the web page', () => {
  it('are grouped from five digits on', () => {
    expect(grouped(9999)).toBe('9999');
    expect(grouped(1234567)).toBe('1\u202f234\u202f567');
    expect(grouped(-22000)).toBe('−22\u202f000');
    expect(groupedDigits('1024127.5625')).toBe('1\u202f024\u202f127.5625');
    expect(groupedDigits('0.123456789')).toBe('0.123456789');
  });

  it('have a power of ten when they are small or large', () => {
    expect(scientific(4.56e-5)).toBe('4.6\u00a0×\u00a010⁻⁵');
    expect(scientific(-2.671e12, 3)).toBe('−2.67\u00a0×\u00a010¹²');
    expect([0.0628, 0, Number.NaN, Number.POSITIVE_INFINITY].map((value) => scientific(value))).toEqual([
      '0.0628',
      '0',
      'not a number',
      '∞',
    ]);
  });

  it('are the shortest that give the same float32', () => {
    expect(float32(Math.fround(1999.9021))).toBe('1999.9021');
    expect(float32(Math.fround(0.1))).toBe('0.1');
    expect(float32(-2)).toBe('−2');
  });
});

describe('costs', () => {
  const costs = new Costs();
  const values = Float32Array.from({ length: 22_000 }, (_, index) => 1e6 / (index + 1));
  values[12_345] = 1e9; // one epoch that must not vanish
  values[54] = Number.NaN;
  for (let from = 0; from < values.length; from += 777) costs.push(values.subarray(from, from + 777));

  it.each(['linear', 'log'] as const)('are few to draw on a %s axis, with every peak', (scale) => {
    const [epochs, drawn] = costs.thin(500, 22_000, scale);
    expect(epochs.length).toBeLessThanOrEqual(1000);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    expect(drawn[epochs.indexOf(12_346)]).toBe(1e9);
    expect(drawn.every((cost, index) => cost === null || cost === costs.at(epochs[index] ?? 0))).toBe(true);
    expect([epochs[0], epochs.at(-1)]).toEqual([1, 22_000]);
  });

  it('are there for every epoch', () => {
    expect(costs.length).toBe(22_000);
    expect([costs.at(0), costs.at(1), costs.at(22_001)]).toEqual([undefined, 1e6, undefined]);
  });
});

it('keeps few samples of a long trail, and always the latest', () => {
  const trail = new Trail();
  for (let epoch = 0; epoch <= 100_000; epoch += 10) trail.push([{ epoch, weights: {} }]);
  expect(trail.samples.length).toBeLessThan(1000);
  expect([trail.samples[0]?.epoch, trail.samples.at(-1)?.epoch]).toEqual([0, 100_000]);
});

describe('the address of the web page', () => {
  it('holds what differs from the usual, and gives it back', () => {
    const usual = readAddress('');
    expect(writeAddress(usual)).toBe('');
    const set = { ...usual, addition: { seed: 7, epochs: 500, learningRate: 0.05 } };
    expect(writeAddress(set)).toBe('#addition.seed=7&addition.epochs=500');
    expect(readAddress(writeAddress(set))).toEqual(set);
  });

  it('is read as usual where it holds no number', () => {
    expect(readAddress('#addition.seed=seven&multiplication.rate=&x=1')).toEqual(readAddress(''));
  });

  it('judges the number of epochs', () => {
    expect([1, 1_000_000].map(epochsFault)).toEqual([undefined, undefined]);
    expect(epochsFault(0.5)).toContain('0.5');
    expect(epochsFault(1_000_001)).toContain('1000000');
  });
});
