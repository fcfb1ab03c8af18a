import { describe, expect, it } from 'vitest';
import {
  alignPoints,
  columns,
  duration,
  errorText,
  float32Text,
  labelled,
  rough,
  table,
  wrap,
  wrapList,
} from '../../src/cli/text.ts';

describe('text for terminals', () => {
  it('counts columns as a terminal does', () => {
    expect(columns('M̂ σ ⊙ W')).toBe(7);
    expect(columns('')).toBe(0);
  });

  it('wraps between words, and leaves a word that is too long in one piece', () => {
    expect(wrap('one two three', { width: 8, indent: 2 })).toEqual(['  one', '  two', '  three']);
    expect(wrap('one two three', { width: 9, indent: 2 })).toEqual(['  one two', '  three']);
    expect(wrap('abcdefghij k', { width: 4 })).toEqual(['abcdefghij', 'k']);
    expect(wrap('exactly80', { width: 9 })).toEqual(['exactly80']);
  });

  it('wraps lists between their parts', () => {
    expect(wrapList(['a b', 'c d', 'e f'], { width: 12, indent: 2 })).toEqual(['  a b, c d,', '  e f']);
    expect(wrapList([])).toEqual(['']);
  });

  it('puts wrapped text beside a label', () => {
    expect(labelled('Name', 'value', 8)).toEqual(['Name    value']);
    expect(labelled('Name', 'a '.repeat(40).trim(), 8)).toEqual([
      `Name    ${'a '.repeat(36).trim()}`,
      '        a a a a',
    ]);
  });

  it('aligns columns to the right', () => {
    expect(
      table([
        ['a', 'bb'],
        ['111', '2'],
        ['M̂', '33'],
      ]),
    ).toEqual(['    a  bb', '  111   2', '    M̂  33']);
  });

  it('aligns decimal points', () => {
    expect(alignPoints(['1', '2.5', '10.25'])).toEqual(['1   ', '2.5 ', '10.25']);
    expect(alignPoints(['7', '12'])).toEqual(['7', '12']);
  });
});

describe('numbers', () => {
  it('writes a float32 with the digits that tell it from its neighbours', () => {
    expect(float32Text(Math.fround(1999.9021))).toBe('1999.9021');
    expect(float32Text(Math.fround(1024127.56))).toBe('1024127.56');
    expect(float32Text(Math.fround(0.1))).toBe('0.1');
    expect(float32Text(16777217)).toBe('16777216');
    expect(float32Text(-0.5)).toBe('-0.5');
    expect(float32Text(Number.NaN)).toBe('not finite');
    for (const value of [Math.PI, 1 / 3, 1e-30, 3.4e38, 123456789]) {
      expect(Math.fround(Number(float32Text(value)))).toBe(Math.fround(value));
    }
  });

  it('rounds to three digits', () => {
    expect([14789, 0.56712, 999.9, 1234567].map(rough)).toEqual(['14,800', '0.567', '1,000', '1,230,000']);
  });

  it('writes errors and durations', () => {
    expect([4.94e-5, 0, 1, Number.NaN, Number.POSITIVE_INFINITY].map(errorText)).toEqual([
      '4.9e-5',
      '0',
      '1.0e+0',
      'not finite',
      'not finite',
    ]);
    expect([0.04, 59.94, 60, 3599.6].map(duration)).toEqual(['0.0 s', '59.9 s', '1 min 0 s', '60 min 0 s']);
  });
});
