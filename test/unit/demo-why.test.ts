import { describe, expect, it } from 'vitest';
import {
  bands,
  meansByBand,
  nearestPlace,
  places,
  ranked,
} from '../../demo/src/experiments/identity/report.ts';
import { curveKinds, curveNames, lookOf, usualCurves } from '../../demo/src/sections/why/curves.ts';
import { findTask, findUnit, identityCurve } from '../../src/index.ts';

describe('the networks that learn y = x', () => {
  it('are those of the experiment, and one of arithmetic units', () => {
    const offered = curveNames.map((name) => findUnit(curveKinds[name].unit).name);
    expect([...offered].sort()).toEqual([...findTask('identity').units('identity'), 'NAC'].sort());
    expect(usualCurves.every((name) => curveNames.includes(name))).toBe(true);
  });

  it('have lines of their own, the usual ones without their colours, too', () => {
    const looks = (names: readonly (typeof curveNames)[number][], colored: boolean) =>
      new Set(names.map((name) => JSON.stringify({ ...lookOf(name), ...(!colored && { ink: '' }) }))).size;
    expect(looks(curveNames, true)).toBe(curveNames.length);
    expect(looks(usualCurves, false)).toBe(usualCurves.length);
  });
});

describe('places on the x axis', () => {
  const { model } = findTask('identity').cell({ operation: 'identity', unit: 'NAC' }).options;
  const each = 2 * (8 + 64 + 64 + 8);

  it('are those of the curves that the library computes', () => {
    expect([...identityCurve(model, new Float32Array(each), undefined, places.length).x]).toEqual(places);
    expect([-30, -20, 0.1, 4.9, 20, 21].map((x) => places[nearestPlace(x)])).toEqual([
      -20, -20, 0, 5, 20, 20,
    ]);
  });

  it('belong to one band each, the ends of the training range to that', () => {
    const { inside, x, y } = identityCurve(model, new Float32Array(each), undefined, places.length);
    const means = meansByBand(x.map((at, n) => Math.abs((y[n] as number) - at)));
    expect(means[0]).toBe(inside);
    const counts = bands.map((_, band) => {
      const total = places.reduce((sum, _, n) => {
        const one = Float64Array.from(places, (_, place) => (place === n ? 1 : 0));
        return sum + ((meansByBand(one)[band] as number) > 0 ? 1 : 0);
      }, 0);
      return total;
    });
    expect(counts).toEqual([41, 40, 40, 40]);
  });
});

it('ranks networks from the best to the worst, without those that have diverged', () => {
  const curve = (error: number) => ({
    ...{ step: 1, y: new Float64Array(), errors: new Float64Array(), diverged: 0 },
    byBand: [error],
  });
  const shown = [
    { label: 'a', curve: curve(3) },
    { label: 'b', curve: curve(Number.NaN) },
    { label: 'c', curve: curve(1) },
    { label: 'd', curve: undefined },
  ];
  expect(ranked(shown, 0).map(({ label }) => label)).toEqual(['c', 'a']);
});
