import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import {
  arithmeticSubsets,
  arithmeticThreshold,
  singleModuleThreshold,
} from '../../src/metrics/thresholds.ts';
import { createRandom } from '../../src/random.ts';
import type { InputRange } from '../../src/range.ts';

/** Within 1 %. */
const near = (actual: number, expected: number, what: string): void => {
  expect(Math.abs(actual / expected - 1), `${what}: ${actual} against ${expected}`).toBeLessThan(0.01);
};

const mirrored = (low: number, high: number): InputRange[] => [
  [low, high],
  [-high, -low],
  [
    [-high, -low],
    [low, high],
  ],
];

describe('singleModuleThreshold', () => {
  it('agrees with the published procedure on its ranges', () => {
    const table: [InputRange[], add: number, mul: number, div: number, add10: number, add100: number][] = [
      [mirrored(20, 40), 3.667e-5, 3.484e-2, 4.666e-8, 9.033e-4, 9.003e-2],
      [mirrored(2, 6), 6.667e-7, 1.202e-5, 5.777e-8, 1.613e-5, 1.601e-3],
      [mirrored(1.2, 6.1), 5.729e-7, 9.391e-6, 8.372e-8, 1.352e-5, 1.334e-3],
      [mirrored(1.2, 6), 5.568e-7, 8.856e-6, 8.265e-8, 1.315e-5, 1.298e-3],
      [mirrored(0.2, 2), 5.38e-8, 8.761e-8, 1.48e-7, 1.237e-6, 1.213e-4],
    ];
    for (const [ranges, add, mul, div, add10, add100] of table) {
      for (const range of ranges) {
        const what = JSON.stringify(range);
        near(singleModuleThreshold('add', range, { epsilon: 1e-4 }), add, `add ${what}`);
        near(singleModuleThreshold('sub', range, { epsilon: 1e-4 }), add, `sub ${what}`);
        near(singleModuleThreshold('mul', range, { epsilon: 1e-4 }), mul, `mul ${what}`);
        near(singleModuleThreshold('div', range, { epsilon: 1e-4 }), div, `div ${what}`);
        near(singleModuleThreshold('add', range, { inputs: 10, epsilon: 1e-4 }), add10, `add of 10 ${what}`);
        near(
          singleModuleThreshold('sub', range, { inputs: 100, epsilon: 1e-4 }),
          add100,
          `sub of 100 ${what}`,
        );
      }
    }
  });

  it('has an ε of 1e-5 where none is given, as the published results have it', () => {
    for (const operation of ['add', 'sub', 'mul', 'div'] as const) {
      expect(singleModuleThreshold(operation, [1, 2])).toBe(
        singleModuleThreshold(operation, [1, 2], { epsilon: 1e-5 }),
      );
    }
  });

  it('is the mean that drawing gives, for any range and number of inputs', () => {
    const random = createRandom(6);
    const epsilon = 0.01;
    const draw = (): number => {
      const [low, high] = random.uniform() < 0.5 ? [-1, 3] : [4, 5];
      return random.uniform(low, high);
    };
    const samples = 200_000;
    const totals = { add: 0, mul: 0 };
    for (let sample = 0; sample < samples; sample++) {
      const x = [draw(), draw(), draw(), draw()] as const;
      totals.add += (epsilon * x.reduce((sum, value) => sum + Math.abs(value), 0)) ** 2;
      const idle = (1 - epsilon * Math.abs(x[2])) * (1 - epsilon * Math.abs(x[3]));
      totals.mul += (x[0] * x[1] * ((1 - epsilon) ** 2 * idle - 1)) ** 2;
    }
    const range: InputRange = [
      [-1, 3],
      [4, 5],
    ];
    const options = { inputs: 4, epsilon };
    // The standard error of both means is below 0.4 %.
    near(singleModuleThreshold('add', range, options), totals.add / samples, 'add');
    near(singleModuleThreshold('mul', range, options), totals.mul / samples, 'mul');
  });

  it('refuses what has no threshold', () => {
    const range: InputRange = [2, 6];
    expect(() => singleModuleThreshold('div', [-2, 2])).toThrow(OptionError);
    expect(() => singleModuleThreshold('div', [0, 2])).toThrow('infinite');
    expect(singleModuleThreshold('div', range, { inputs: 3 })).toBe(1e-5);
    expect(() => singleModuleThreshold('pow' as 'mul', range)).toThrow(OptionError);
    expect(() => singleModuleThreshold('add', range, { inputs: 1 })).toThrow(OptionError);
    expect(() => singleModuleThreshold('add', range, { epsilon: 0 })).toThrow(OptionError);
    const ranges: unknown = [[], [6, 2], [2, 2], [2, Number.NaN], [[1, 2], 3], undefined];
    for (const wrong of ranges as InputRange[]) {
      expect(() => singleModuleThreshold('add', wrong), JSON.stringify(wrong)).toThrow(OptionError);
    }
  });
});

describe('arithmeticThreshold', () => {
  const uniform = (seed: number) => {
    const random = createRandom(seed);
    return () => random.uniform();
  };

  it('gives the published thresholds with the subsets that these were simulated with', () => {
    const subsets = { onlyA: 13, onlyB: 13, both: 13, neither: 61 };
    const published = {
      mul: 0.160010658743333,
      div: 4.93805490041429e-12,
      add: 1.47861742158438e-5,
      sub: 1.38437045113029e-8,
      root: 8.95525993233274e-9,
      squared: 0.159473806098301,
    } as const;
    for (const [operation, threshold] of Object.entries(published)) {
      // The errors of a difference and of a quotient vary more from row to row.
      const samples = operation === 'sub' || operation === 'div' ? 60_000 : 10_000;
      const actual = arithmeticThreshold(operation as keyof typeof published, [2, 6], uniform(7), {
        subsets,
        samples,
      });
      expect(Math.abs(actual / threshold - 1), operation).toBeLessThan(0.02);
    }
  });

  it('gives those of the task itself by default', () => {
    expect(arithmeticSubsets(100, 0.25, 0.5)).toEqual({ onlyA: 13, onlyB: 13, both: 12, neither: 62 });
    const options = { samples: 20_000 };
    near(arithmeticThreshold('mul', [2, 6], uniform(8), options), 0.1606, 'mul');
    near(arithmeticThreshold('add', [2, 6], uniform(8), options), 1.603e-5, 'add');
    near(arithmeticThreshold('root', [2, 6], uniform(8), options), 1.009e-8, 'root');
  });

  it('gives those of the task of four inputs', () => {
    const subsets = { onlyA: 2, onlyB: 0, both: 2, neither: 0 };
    near(arithmeticThreshold('mul', [2, 6], uniform(9), { subsets }), 2.157e-6, 'mul');
    near(arithmeticThreshold('add', [2, 6], uniform(9), { subsets }), 2.667e-8, 'add');
  });

  it('draws from each interval of a range equally often, and the same from the same seed', () => {
    const range: InputRange = [
      [-6, -2],
      [2, 6],
    ];
    const subsets = { onlyA: 1, onlyB: 1, both: 0, neither: 0 };
    const options = { subsets, epsilon: 1e-3 };
    // aₑ + bₑ − a − b = ε (2(a + b) − 2(a + b)) = 0, and aₑ − bₑ − (a − b) = −2ε (a − b), with E[(a − b)²] = 2 E[x²].
    expect(arithmeticThreshold('add', range, uniform(10), options)).toBeLessThan(1e-24);
    near(arithmeticThreshold('sub', range, uniform(10), options), 4e-6 * 2 * (52 / 3), 'sub');
    expect(arithmeticThreshold('mul', range, uniform(10), options)).toBe(
      arithmeticThreshold('mul', range, uniform(10), options),
    );
  });

  it('refuses what it cannot simulate', () => {
    const random = uniform(11);
    expect(() => arithmeticThreshold('pow' as 'mul', [2, 6], random)).toThrow(OptionError);
    expect(() => arithmeticThreshold('root', [-6, -2], random, { samples: 1 })).toThrow('not finite');
    expect(() => arithmeticThreshold('add', [2, 6], random, { samples: 0 })).toThrow(OptionError);
    expect(() => arithmeticThreshold('add', [2, 6], random, { epsilon: 1 })).toThrow(OptionError);
    expect(() => arithmeticSubsets(100, 0, 0.5)).toThrow(OptionError);
    expect(() => arithmeticSubsets(100, 0.75, 0)).toThrow(OptionError);
    const subsets = { onlyA: 0, onlyB: 1, both: 0, neither: 0 };
    expect(() => arithmeticThreshold('add', [2, 6], random, { subsets })).toThrow(OptionError);
  });
});
