import { describe, expect, it } from 'vitest';
import { libraryFormula } from '../../demo/src/experiments/ensemble/operations.ts';
import { float32, grouped, groupedDigits, scientific } from '../../demo/src/format.ts';
import { Costs, Trail } from '../../demo/src/sections/learn/history.ts';
import { readAddress, writeAddress } from '../../demo/src/state/address.ts';
import { choice, choices, number, read, seed, text, write } from '../../demo/src/state/parameters.ts';
import { Turns } from '../../demo/src/worker/session.ts';

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
  const parameters = {
    'a.seed': seed(),
    rate: number(0.05, { above: 0, most: 1 }),
    unit: choice('NAC', ['NAC', 'NALU']),
    units: choices(['NAC'], ['NAC', 'NALU', 'NMU']),
    formula: text('x0 + x1', { longest: 10 }),
  };
  const usual = read(parameters, new Map()).values;

  it('names a section, and what each of them is set to', () => {
    const address = {
      section: 'learn',
      states: new Map([
        ['why', new Map([['width', '8']])],
        ['learn', new Map(Object.entries({ 'addition.seed': '7', formula: 'x0 * x1 + 2&c=?' }))],
      ]),
    };
    const hash = writeAddress(address);
    expect(hash).toBe('#learn?addition.seed=7&formula=x0+*+x1+%2B+2%26c%3D%3F&why:width=8');
    expect(readAddress(hash)).toEqual(address);
    expect(readAddress('#learn')).toEqual({ section: 'learn', states: new Map() });
    expect(writeAddress({ section: '', states: new Map() })).toBe('');
    expect(readAddress('')).toEqual({ section: '', states: new Map() });
  });

  it('holds of a section what differs from the usual, and gives it back', () => {
    expect(write(parameters, usual)).toEqual(new Map());
    const set = { ...usual, 'a.seed': 7, units: ['NAC', 'NMU'] as const, formula: 'x0*x1' };
    const given = { 'a.seed': '7', units: 'NAC,NMU', formula: 'x0*x1' };
    expect(write(parameters, set)).toEqual(new Map(Object.entries(given)));
    expect(read(parameters, write(parameters, set))).toEqual({ values: set, faults: [] });
  });

  it('is read as usual where it asks for what cannot be, and says so', () => {
    const given = {
      'a.seed': '1.5',
      rate: '0',
      unit: 'MLP',
      units: '',
      formula: 'x'.repeat(11),
      constructor: '1',
    };
    const { values, faults } = read(parameters, new Map(Object.entries(given)));
    expect(values).toEqual(usual);
    expect(faults).toEqual([
      'a.seed=1.5: it must be a whole number from 0 to 4294967295',
      'rate=0: it must be a number above 0 to 1',
      'unit=MLP: it must be one of NAC, NALU',
      'units=: it must be some of NAC, NALU, NMU',
      'formula=xxxxxxxxxxx: it must have at most 10 characters',
      'constructor=1: there is no such setting',
    ]);
  });
});

describe('a link made to do harm', () => {
  const names = ['__proto__', 'constructor', 'toString', 'prototype', 'hasOwnProperty'];
  const built = () =>
    [Object.prototype, Object, Map.prototype, Function.prototype].map((each) => Reflect.ownKeys(each));

  it.each(
    names.flatMap((owner) => [
      `#learn?${owner}:polluted=yes`,
      `#learn?${owner}:${owner}=yes`,
      `#${owner}?keys=boom`,
      `#x?${owner}:keys=boom`,
      `#learn?learn:${owner}=yes&${owner}=no`,
    ]),
  )('is text like any other: %s', (hash) => {
    const before = built();
    const keys = Object.keys;
    const { section, states } = readAddress(hash);
    const written = writeAddress({ section, states });
    expect(readAddress(written)).toEqual({ section, states });
    for (const given of states.values()) expect(read({ seed: seed() }, given).values).toEqual({ seed: 1 });
    expect(built()).toEqual(before);
    expect(Object.keys).toBe(keys);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

describe('turns at the GPU', () => {
  it('are taken one at a time, in order, whatever fails', async () => {
    const turns = new Turns();
    const done: string[] = [];
    const work = (name: string) => async () => {
      done.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      done.push(`${name} ends`);
      if (name === 'b') throw new Error(name);
    };
    const all = Promise.allSettled(['a', 'b', 'c'].map((name) => turns.take(work(name))));
    expect(turns.waiting).toBe(3);
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(done).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(turns.waiting).toBe(0);
  });
});

describe('a formula as the page takes it', () => {
  it.each([
    ['x₁ × x₂ + x₃', 'x0 * x1 + x2'],
    ['x1*x2', 'x0*x1'],
    ['x0 * x1 − x₂ ÷ 2', 'x0 * x1 - x1 / 2'],
    ['sqrt(x₁₂) · x10', 'sqrt(x11) * x9'],
    ['exp(2.5) * max(x1, 1e3)', 'exp(2.5) * max(x0, 1e3)'],
  ])('%s', (written, library) => {
    expect(libraryFormula(written)).toBe(library);
  });
});
