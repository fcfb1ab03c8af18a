import { describe, expect, it } from 'vitest';
import { f32, i32, type WgslValue, wgsl } from '../../shaders/wgsl.ts';

/** What a slip of the pen, or of a type, would put there. */
const slip = (value: unknown) => value as WgslValue;

describe('wgsl', () => {
  it('inserts names, finished WGSL and whole numbers as they are', () => {
    const inner = wgsl`fn ${'p'}_zero() -> f32 { return ${f32(0)}; }`;
    expect(wgsl`${inner} const n = ${64}u;`).toBe('fn p_zero() -> f32 { return 0.0f; } const n = 64u;');
    expect(wgsl`plain`).toBe('plain');
    expect(wgsl`${'#if'} in a value is text`).toBe('#if in a value is text');
  });

  it.each([
    [true, true, 'one'],
    [true, false, 'one'],
    [false, true, 'two'],
    [false, false, 'three'],
  ])('chooses a branch: %s, %s', (first, second, chosen) => {
    const code = wgsl`
#if ${first}
one
#elif ${second}
two ${1}
#else
three
#endif
end`;
    expect(code.split(/\s+/).filter(Boolean)).toEqual(
      chosen === 'two' ? ['two', '1', 'end'] : [chosen, 'end'],
    );
  });

  it('nests conditions', () => {
    const code = (inner: boolean) => wgsl`
#if ${true}
a
#if ${inner}
b
#endif
c
#endif`;
    expect(code(true).split(/\s+/).filter(Boolean)).toEqual(['a', 'b', 'c']);
    expect(code(false).split(/\s+/).filter(Boolean)).toEqual(['a', 'c']);
  });

  it('leaves a number sign with digits in a comment alone', () => {
    expect(wgsl`// see #42`).toBe('// see #42');
  });

  const endif = '#endif';
  it.each<[string, () => string, RegExp]>([
    [
      'text after a condition',
      () => wgsl`#if ${true} && ${false}\n${endif}`,
      /text after a condition \('&&'\)/,
    ],
    ['two values as a condition', () => wgsl`#if ${true}${false}\na\n#endif`, /text after a condition/],
    ['a branch on the line of its condition', () => wgsl`#if ${true} a\n#endif`, /text after a condition/],
    ['a string as a condition', () => wgsl`#if ${'0'}\na\n#endif`, /must be a boolean, not 0 \(string\)/],
    ['a number as a condition', () => wgsl`#if ${1}\na\n#endif`, /must be a boolean/],
    ['undefined as a condition', () => wgsl`#if ${slip(undefined)}\na\n#endif`, /must be a boolean/],
    ['a condition that is text', () => wgsl`#if true\na\n#endif`, /text after #if/],
    ['a condition with an operator', () => wgsl`#if !${true}\na\n#endif`, /text after #if|unknown/],
    ['no condition', () => wgsl`#if\na\n#endif`, /needs a space and a condition/],
    ['no space before the condition', () => wgsl`#if${true}\na\n#endif`, /needs a space and a condition/],
    ['#elseif', () => wgsl`#if ${true}\na\n#elseif ${false}\nb\n#endif`, /unknown directive #elseif/],
    ['#ifdef', () => wgsl`#ifdef A\n#endif`, /unknown directive #ifdef/],
    ['#define', () => wgsl`#define A 1`, /unknown directive #define/],
    ['a directive in a comment', () => wgsl`// #if this\n`, /alone on its line|text after/],
    ['text before a directive', () => wgsl`#if ${true}\na #endif`, /alone on its line/],
    ['text after #endif', () => wgsl`#if ${true}\na\n#endif;`, /text after #endif/],
    [
      'a condition after #else',
      () => wgsl`#if ${true}\na\n#else ${false}\nb\n#endif`,
      /#else takes no value/,
    ],
    ['a missing #endif', () => wgsl`#if ${true}\na`, /#endif/],
    ['a lone #endif', () => wgsl`a\n#endif`, /#endif/],
    ['a lone #else', () => wgsl`a\n#else\nb`, /#else/],
    ['undefined', () => wgsl`let x = ${slip(undefined)};`, /cannot insert undefined/],
    ['null', () => wgsl`let x = ${slip(null)};`, /cannot insert null/],
    ['a boolean outside a condition', () => wgsl`let x = ${true};`, /cannot insert true/],
    ['an array', () => wgsl`let x = ${slip([1, 2])};`, /cannot insert an array \(1,2\)/],
    ['an object', () => wgsl`let x = ${slip({})};`, /cannot insert/],
    ['a negative integer', () => wgsl`let x = y-${-1};`, /cannot insert -1.*i32/],
    ['negative zero', () => wgsl`let x = ${-0};`, /cannot insert/],
    ['a fraction', () => wgsl`let x = ${0.1};`, /cannot insert 0.1.*f32/],
    ['NaN', () => wgsl`let x = ${Number.NaN};`, /cannot insert NaN/],
    ['an integer beyond 2^53', () => wgsl`let x = ${2 ** 53};`, /cannot insert/],
    ['a bad value in a dead branch', () => wgsl`#if ${false}\n${0.5}\n#endif`, /cannot insert 0.5/],
  ])('rejects %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('f32', () => {
  it.each([
    [1, '1.0f'],
    [0, '0.0f'],
    [-0, '0.0f'],
    [0.1, '0.1f'],
    [-2.5, '(-2.5f)'],
    [1e-7, '1.0e-7f'],
    [1e30, '1.0e30f'],
    [1.5e21, '1.5e21f'],
    [16777217, '16777216.0f'],
    [2 ** 128 - 2 ** 104, '3.4028234663852886e38f'],
    [2 ** -126, '1.1754944e-38f'],
  ])('writes %s as %s', (x, text) => {
    expect(f32(x)).toBe(text);
  });

  it('reads back to the same f32', () => {
    let bits = 1;
    for (let k = 0; k < 20_000; k++) {
      bits = (Math.imul(bits, 1664525) + 1013904223) >>> 0;
      const x = new Float32Array(Uint32Array.of(bits).buffer)[0] as number;
      if (!Number.isFinite(x)) continue;
      const text = f32(x);
      expect(text).toMatch(/^\(?-?\d+\.\d+(e-?\d+)?f\)?$/);
      expect(Math.fround(Number(text.replace(/[()f]/g, ''))) + 0).toBe(x + 0);
    }
  });

  it.each([Number.NaN, Infinity, -Infinity, 3.5e38, -1e39, 1e-60])('rejects %s', (x) => {
    expect(() => f32(x)).toThrow(/not in the range/);
  });
});

describe('i32', () => {
  it('writes literals that fit', () => {
    expect([0, -0, 7, -7, 2147483647, -2147483647].map(i32)).toEqual([
      '0i',
      '0i',
      '7i',
      '(-7i)',
      '2147483647i',
      '(-2147483647i)',
    ]);
  });
  it.each([0.5, 2 ** 31, -(2 ** 31), Number.NaN, Infinity])('rejects %s', (x) => {
    expect(() => i32(x)).toThrow(/not an i32/);
  });
});
