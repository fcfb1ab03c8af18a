import { describe, expect, it } from 'vitest';
import { prepareData } from '../../src/fit/data.ts';
import { errorsOf, rootMeanSquare } from '../../src/fit/errors.ts';
import { scaleColumn, scaleColumns } from '../../src/fit/scale.ts';
import { withoutFarOff } from '../../src/fit/set-aside.ts';
import { parseSplit, type Split, splitRows } from '../../src/fit/split.ts';
import { tableOf } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import { lawNamed, tableOfLaw } from '../support/tables.ts';

const ramp = (count: number, f = (k: number) => k) => Array.from({ length: count }, (_, k) => f(k + 1));

describe('the table', () => {
  it('gives columns by name, and tells which were left out and why', () => {
    const data = prepareData(
      tableOf({
        a: ramp(20),
        same: ramp(20, () => 3),
        twin: ramp(20),
        b: ramp(20, (k) => -k * k),
        y: ramp(20),
      }),
      { target: 'b' },
    );
    expect(data.inputs).toEqual(['a']);
    expect([...data.y]).toEqual(ramp(20, (k) => -k * k));
    expect([...data.x]).toEqual(ramp(20));
    expect(data.notes).toEqual([
      "'same' is 3 in every row and was left out.",
      "'twin' equals 'a' in every row and was left out.",
      "'y' equals 'a' in every row and was left out.",
    ]);
  });

  it('is told to vary too little for a power to be seen', () => {
    const { notes } = prepareData(tableOf({ T: ramp(20, (k) => 290 + k), y: ramp(20) }), { target: 'y' });
    expect(notes).toEqual(["'T' varies little, 291 to 310: its power is hard to tell from such rows."]);
  });

  it.each([
    [{ a: ramp(20), y: ramp(20) }, { target: 'z' }, "target 'z' is not a column; the columns are 'a', 'y'"],
    [{ a: ramp(20), y: ramp(20) }, { target: 'y', inputs: ['y'] }, "column 'y' cannot be both"],
    [{ a: ramp(7), y: ramp(7) }, { target: 'y' }, 'has 7 rows; at least 8 are needed'],
    [
      { a: ramp(20), y: ramp(20, () => 7) },
      { target: 'y' },
      "column 'y' is 7 in every row; there is nothing",
    ],
    [
      { a: ramp(20, () => 1), y: ramp(20) },
      { target: 'y' },
      "no input is left: every one of 'a' is constant",
    ],
    [
      { a: ramp(20, (k) => (k === 3 ? Number.NaN : k)), y: ramp(20) },
      { target: 'y' },
      "row 3, column 'a' is not a number",
    ],
    [
      {
        ...Object.fromEntries(ramp(41).map((k) => [`x${k}`, ramp(20, (row) => row ** k % 97)])),
        y: ramp(20),
      },
      { target: 'y' },
      'there are 41 inputs; at most 40',
    ],
  ])('is refused: %#', (columns, choice, message) => {
    expect(() => prepareData(tableOf(columns), choice)).toThrow(message);
  });
});

describe('the split', () => {
  const law = lawNamed('gravitation');
  const data = prepareData(tableOfLaw(law), { target: law.target });
  const width = data.inputs.length;
  const size = (row: number, k: number) => Math.abs(data.x[row * width + k] as number);

  it('by magnitude holds out rows in which some input is larger than in all others', () => {
    const { inside, outside, extrapolates } = splitRows(data, { kind: 'magnitude' }, 1);
    expect(extrapolates).toBe(true);
    expect(inside.length + outside.length).toBe(200);
    expect(outside.length).toBeGreaterThan(40);
    expect(outside.length).toBeLessThan(60);
    const largest = data.inputs.map((_, k) => Math.max(...inside.map((row) => size(row, k))));
    for (const row of outside) expect(largest.some((most, k) => size(row, k) > most)).toBe(true);
  });

  it.each([0.1, 0.5])('holds out the share that is asked for: %f', (share) => {
    const { outside } = splitRows(data, { kind: 'magnitude', share }, 1);
    expect(Math.abs(outside.length / 200 - share)).toBeLessThan(0.03);
  });

  it('by a column, by the target, by place and by chance', () => {
    const of = (split: Split, seed = 1) => splitRows(data, split, seed);
    const byColumn = of({ kind: 'column', column: 'r' });
    expect(Math.max(...byColumn.inside.map((row) => size(row, 2)))).toBeLessThan(
      Math.min(...byColumn.outside.map((row) => size(row, 2))),
    );
    const byTarget = of({ kind: 'target' });
    expect(Math.max(...byTarget.inside.map((row) => data.y[row] as number))).toBeLessThan(
      Math.min(...byTarget.outside.map((row) => data.y[row] as number)),
    );
    expect(of({ kind: 'last' }).outside).toEqual(ramp(50, (k) => 149 + k));
    expect(of({ kind: 'random' }).outside).toHaveLength(50);
    expect(of({ kind: 'random' })).toEqual(of({ kind: 'random' }));
    expect(of({ kind: 'random' }, 2).outside).not.toEqual(of({ kind: 'random' }).outside);
  });

  it('keeps rows with equal values together, and says where that leaves nothing', () => {
    const steps = prepareData(tableOf({ a: ramp(40, (k) => Math.ceil(k / 10)), y: ramp(40) }), {
      target: 'y',
    });
    expect(splitRows(steps, { kind: 'magnitude' }, 1).outside).toEqual(ramp(10, (k) => 29 + k));
    const two = prepareData(tableOf({ a: ramp(40, (k) => (k > 38 ? 2 : 1)), y: ramp(40) }), { target: 'y' });
    expect(() => splitRows(two, { kind: 'magnitude' }, 1)).toThrow('too many share the same values');
  });

  it('is read from text', () => {
    expect(parseSplit('column:speed, m/s', 0.2)).toEqual({
      kind: 'column',
      column: 'speed, m/s',
      share: 0.2,
    });
    expect(parseSplit('last')).toEqual({ kind: 'last' });
    expect(() => parseSplit('even')).toThrow(
      "no split 'even'; known: magnitude, target, last, random, folds, column:NAME",
    );
    expect(() => splitRows(data, { kind: 'column', column: 'q' }, 1)).toThrow(
      "the inputs are 'm1', 'm2', 'r'",
    );
    expect(() => splitRows(data, { kind: 'random', share: 1 }, 1)).toThrow('between 0 and 1');
  });
});

describe('many rows', () => {
  const rows = 200_000;
  const random = createRandom(11, 0);
  const a = ramp(rows, () => 1 + random.uniform());
  const y = a.map((value) => 3 * value * (1 + 0.01 * random.normal()));
  y[70_000] = 3000;
  const data = prepareData(tableOf({ a, y }), { target: 'y' });

  it('are split without comparing each with all', () => {
    const { inside, outside } = splitRows(data, { kind: 'magnitude' }, 1);
    expect(outside).toHaveLength(rows / 4);
    const most = inside.reduce((largest, row) => Math.max(largest, a[row] as number), 0);
    expect(outside.every((row) => (a[row] as number) > most)).toBe(true);
  });

  it('are searched for one that is far off in the same way', () => {
    expect(withoutFarOff(data).off).toEqual([70_000]);
  });
});

describe('scaling', () => {
  it('is by powers of two near the median, one for columns of about one size', () => {
    const random = createRandom(1);
    const rows = ramp(100).flatMap(() => [
      random.uniform(1e6, 3e6),
      random.uniform(2e5, 9e5),
      random.uniform(-3e-9, -1e-9),
    ]);
    const scales = scaleColumns(Float64Array.from(rows), 3).map(({ scale }) => scale);
    expect(scales[0]).toBe(scales[1]);
    expect(scales.map((scale) => Math.log2(scale)).every(Number.isInteger)).toBe(true);
    expect(scales[2]).toBe(2 ** -29);
    expect(scaleColumn(Float64Array.from([0, 0, 5]))).toEqual({ offset: 0, scale: 4 });
    expect(scaleColumn(new Float64Array(3))).toEqual({ offset: 0, scale: 1 });
  });
});

describe('errors', () => {
  it('are relative to each value, and to all where it is zero', () => {
    const y = Float64Array.from([1, -2, 0, 2]);
    const { maxRelativeError, rmsRelativeError } = errorsOf([1.1, -2, 0.3, 2], y);
    expect(maxRelativeError).toBeCloseTo(0.3 / 1.5, 12);
    expect(rmsRelativeError).toBeCloseTo(Math.sqrt((0.01 + 0.09) / 9), 12);
    expect(errorsOf([1, Number.NaN, 0, 2], y).maxRelativeError).toBe(Number.POSITIVE_INFINITY);
    expect(rootMeanSquare([3e200, 4e200])).toBeCloseTo(Math.sqrt(12.5) * 1e200, -188);
  });
});
