import { describe, expect, it } from 'vitest';
import { createModel, trainEnsemble } from '../../src/index.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { allFinite, bitsOf } from '../support/compare.ts';
import { compareUnit, runUnit, type UnitCase } from '../support/compare-unit.ts';
import { useGpu } from '../support/gpu.ts';

/** What is particular to single units; what holds for all of them is in units.test.ts. */
const gpu = useGpu();

const BOUND = 2e-5;
const floats = (...values: number[]) => Float32Array.from(values);
const filled = (count: number, value: number) => new Float32Array(count).fill(value);

/** One output, dy = 1 in every row. */
const single = (
  unit: UnitName,
  inputs: number,
  x: Float32Array,
  parameters: UnitCase['parameters'],
): UnitCase => ({
  unit,
  inputs,
  outputs: 1,
  x,
  dy: filled(x.length / inputs, 1),
  parameters,
});

async function expectAgreement(unitCase: UnitCase, bound = BOUND): Promise<void> {
  for (const [name, error] of Object.entries(await compareUnit(gpu(), unitCase))) {
    expect(error, `${unitCase.unit}: ${name}`).toBeLessThanOrEqual(bound);
  }
}

describe('NMU', () => {
  it('multiplies exactly, and differentiates by factors that are zero: none, one, two', async () => {
    const x = floats(2, 3, -4, 0, 2, 3, 0, 0, 3);
    const { y, dx, parameters } = await runUnit(gpu(), single('NMU', 3, x, { W: filled(3, 1) }));
    expect([...y]).toEqual([-24, 0, 0]);
    expect([...dx].map((value) => value + 0)).toEqual([-12, -8, 6, 6, 0, 0, 0, 0, 0]);
    // Σ over the rows of the other factors times x − 1.
    expect([...(parameters.W as Float32Array)]).toEqual([-12 * 1 - 6, -8 * 2, 6 * -5]);
  });

  it('finds the zero of a factor whose input is not zero', async () => {
    await expectAgreement(single('NMU', 3, floats(-1, 2, 3, -1, -1, 3), { W: filled(3, 0.5) }));
  });

  it('uses weights outside [0, 1] as they are', async () => {
    const { y } = await runUnit(gpu(), single('NMU', 2, floats(3, 4), { W: floats(2, -1) }));
    expect([...y]).toEqual([(2 * 3 + 1 - 2) * (-1 * 4 + 1 + 1)]);
  });

  it('saturates with the right sign and without derivative where float32 ends', async () => {
    const x = floats(1e30, 1e30, 1e30, -1e30, 1e-30, 1e-30);
    const { y, dx, parameters } = await runUnit(gpu(), single('NMU', 2, x, { W: filled(2, 1) }));
    expect([...y]).toEqual([...floats(3e38, -3e38, 0)]);
    expect([...dx.slice(0, 4)].every((value) => value === 0)).toBe(true);
    expect(allFinite(dx) && allFinite(parameters.W as Float32Array)).toBe(true);
  });
});

describe('NAU', () => {
  it('clips weights in the forward pass, without derivative outside [−1, 1] and with one on its ends', async () => {
    const W = floats(2.5, -3, 1, -1, 0.5);
    const { y, dx, parameters } = await runUnit(gpu(), single('NAU', 5, floats(1, 2, 3, 4, 5), { W }));
    expect([...y]).toEqual([1 - 2 + 3 - 4 + 2.5]);
    expect([...dx]).toEqual([1, -1, 1, -1, 0.5]);
    expect([...(parameters.W as Float32Array)]).toEqual([0, 0, 3, 4, 5]);
  });
});

describe('iNALU', () => {
  /** W = ±1 to the last bit, and a gate that lets only the product through. */
  const product = (...signs: number[]) => ({
    W_hat: filled(signs.length, 0),
    M_hat: filled(signs.length, 0),
    W_hat_mul: Float32Array.from(signs, (sign) => 20 * sign),
    M_hat_mul: filled(signs.length, 40),
    g: floats(-100),
  });

  it('multiplies and divides with signs', async () => {
    const { y } = await runUnit(gpu(), single('iNALU', 2, floats(-3, 2, -3, -2, 3, -2), product(1, -1)));
    [-1.5, 1.5, -1.5].forEach((expected, row) => {
      expect(Math.abs((y[row] as number) - expected)).toBeLessThan(1e-6);
    });
  });

  it('takes the sign through one and two zeros', async () => {
    // Weights of 1, whose factor vanishes at 0, and others, whose factor does not.
    const x = floats(0, 3, -2, 0, 0, -2, -1, 0.5, 0);
    const half = { ...product(1, 1, 1), g: floats(0.3) };
    await expectAgreement(single('iNALU', 3, x, half));
    await expectAgreement(single('iNALU', 3, x, { ...half, W_hat_mul: floats(0.5, -0.5, 20) }));
  });

  it('passes no derivative above exp(20), and none below ε', async () => {
    const above = await runUnit(gpu(), single('iNALU', 2, floats(1e6, 1e6), product(1, 1)));
    expect(Math.abs((above.y[0] as number) / Math.exp(20) - 1)).toBeLessThan(1e-6);
    expect([...above.dx, ...(above.parameters.W_hat_mul as Float32Array)].map(Math.abs)).toEqual([
      0, 0, 0, 0,
    ]);
    const below = single('iNALU', 2, floats(1e-8, 3), {
      ...product(1, 1),
      W_hat: floats(1, 1),
      g: floats(0),
    });
    const { dx } = await runUnit(gpu(), below);
    // Only the sum remains: σ(0) · tanh(1) σ(0).
    expect(Math.abs((dx[0] as number) - (0.5 * Math.tanh(1)) / 2)).toBeLessThan(1e-7);
  });
});

describe('NPU and RealNPU', () => {
  const open = (inputs: number) => ({ g: filled(inputs, 1) });

  it('raise negative numbers to whole powers, up to large ones', async () => {
    const W_re = floats(1, 2, 3, -1, 101, -1000);
    const x = floats(-3, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1).slice(0, 2);
    for (const [index, power] of W_re.entries()) {
      const unitCase = single('RealNPU', 1, x, { W_re: floats(power), ...open(1) });
      const { y } = await runUnit(gpu(), { ...unitCase, dy: filled(2, 0) });
      const sign = power % 2 === 0 ? 1 : -1;
      // (1 + ε)^power is all that is not exact.
      expect(Math.abs((y[1] as number) - sign), `power ${index}`).toBeLessThan(1e-6 + Math.abs(power) * 2e-7);
      if (Math.abs(power) < 4) expect(Math.abs((y[0] as number) / (-3) ** power - 1)).toBeLessThan(1e-6);
    }
  });

  it('keep the phase of wide arguments', async () => {
    // Phases up to 2000: float32 holds such a sum to 1e-4, which is then the error of the cosine.
    const x = floats(0.125, 3, 20, 7, 1.5, 0.5, 40, 2);
    const parameters = { W_re: floats(0.5, -0.25), W_im: floats(300, -400), ...open(2) };
    await expectAgreement(single('NPU', 2, x, parameters), 5e-4);
  });

  it('cut the derivative of gates outside [0, 1] and keep it on both ends', async () => {
    const g = floats(-0.5, 0, 0.25, 1, 1.5);
    const x = floats(2, -3, 1.5, -0.5, 4, -1, 2, -2, 3, -4);
    for (const unit of ['RealNPU', 'NPU'] as const) {
      const W_re = floats(0.5, 1, -0.5, 0.75, 0.25);
      const parameters = { W_re, ...(unit === 'NPU' && { W_im: floats(0.1, -0.2, 0.3, 0.2, -0.1) }), g };
      const unitCase = single(unit, 5, x, parameters);
      await expectAgreement(unitCase);
      const slopes = (await runUnit(gpu(), unitCase)).parameters.g as Float32Array;
      expect([...slopes].map((slope) => slope === 0)).toEqual([true, false, false, false, true]);
    }
  });
});

describe('MCFC', () => {
  it('is the exact sum with one output and an open gate', async () => {
    const parameters = { r: floats(3, -200, 0.5), w: floats(10), b: floats(15) };
    const { y } = await runUnit(gpu(), single('MCFC', 3, floats(1, 2, 3.5), parameters));
    expect([...y]).toEqual([6.5]);
  });

  it('shares every input out without loss, for any r', async () => {
    const outputs = 5;
    const r = floats(0, 1, 2, 3, 4, 1e4, -1e4, 1e4, 0, 3, -1e30, -1e30, 1e30, 0, 1);
    using model = createModel(gpu(), { inputs: 3, layers: [{ unit: 'MCFC', outputs }] });
    model.setParameters([{ r, w: filled(outputs, 20), b: filled(outputs, 20) }]);
    const y = await model.predict(floats(1, 2, 4));
    expect(Math.abs(y.reduce((sum, value) => sum + value, 0) - 7)).toBeLessThan(1e-6);
    expect(y[0]).toBeGreaterThan(1);
  });
});

describe('MulMCFC', () => {
  /** One output: J = 1. The gate is open, so y is the product. */
  const product = (inputs: number) => ({
    r: filled(inputs, 0),
    w: floats(20),
    b: floats(0),
    alpha: floats(0),
  });

  it('takes what is not positive as the smallest number', async () => {
    const { y, dx, parameters } = await runUnit(
      gpu(),
      single('MulMCFC', 2, floats(0, 3, -5, 1e30), product(2)),
    );
    expect(Math.max(...y.map(Math.abs))).toBeLessThan(1e-7);
    expect(dx[2]).toBe(0);
    expect(allFinite(dx) && Object.values(parameters).every(allFinite)).toBe(true);
  });

  it('finds the sign as iNALU does, through zeros', async () => {
    const x = floats(-2, 3, -2, -3, 0, 3, 0, 0);
    const unitCase = single('MulMCFC iNALU sign', 2, x, product(2));
    const { y, dx } = await runUnit(gpu(), unitCase);
    [-6, 6, 0, 0].forEach((expected, row) => {
      expect(Math.abs((y[row] as number) - expected)).toBeLessThan(1e-5);
    });
    expect(allFinite(dx)).toBe(true);
    // Two outputs share the inputs, so that a factor 1 − 2 J is zero where J is ½.
    const shared = { r: floats(0, 0, 0.5, -0.5), w: floats(1, 2), b: floats(0, 1), alpha: floats(0.1, -0.2) };
    await expectAgreement({
      ...unitCase,
      outputs: 2,
      x: floats(-2, 3, -2, -3, 2, -0.5),
      dy: floats(1, -2, 0.5, 1, 2, 3),
      parameters: shared,
    });
  });

  it('finds the sign as RealNPU does, and cuts the derivative of its gates', async () => {
    const g = floats(1, 1, -0.5);
    const x = floats(-2, 3, 2, -2, -3, 1, -2, -3, -2);
    const unitCase = single('MulMCFC RealNPU sign', 3, x, { ...product(3), g });
    const { y, parameters } = await runUnit(gpu(), unitCase);
    [-12, 6, 12].forEach((expected, row) => {
      expect(Math.abs((y[row] as number) - expected)).toBeLessThan(1e-5);
    });
    expect((parameters.g as Float32Array)[2]).toBe(0);
  });
});

describe('Dense RReLU', () => {
  const inputs = 1;
  const W = floats(-1);
  const parameters = { W, b: floats(0) };

  it('is leaky ReLU, bit for bit, where both slopes are equal', async () => {
    const x = floats(-3, -1, 0, 0.5, 2, 7);
    const drawn = single('Dense RReLU', inputs, x, parameters);
    const fixed = single('Dense leaky ReLU', inputs, x, parameters);
    const one = await runUnit(gpu(), { ...drawn, options: { lower: 0.3, upper: 0.3 } });
    const other = await runUnit(gpu(), { ...fixed, options: { slope: 0.3 } });
    expect(bitsOf(one.y)).toEqual(bitsOf(other.y));
    expect(bitsOf(one.dx)).toEqual(bitsOf(other.dx));
  });

  it('draws a slope for every row and step of training', async () => {
    const rows = 256;
    const steps = 40;
    using model = createModel(gpu(), { inputs, layers: [{ unit: 'Dense RReLU', outputs: 1 }] });
    model.setParameters([parameters]);
    const { losses } = await model.train({
      x: filled(rows, 1),
      y: filled(rows, 0),
      optimizer: 'sgd',
      learningRate: 1e-20,
      steps,
    });
    // The loss is the mean of slope² over the rows; over all of them, that of U[1/8, 1/3), not the square of its middle.
    const mean = losses.reduce((sum, loss) => sum + loss, 0) / steps;
    expect(Math.abs(mean - (1 / 64 + 1 / 24 + 1 / 9) / 3)).toBeLessThan(1e-3);
    expect(new Set(losses).size).toBe(steps);
  });
});

describe('Hill Space', () => {
  /** Ŵ and M̂ so far out that W is exactly 1 and −1, then exactly 0. */
  const saturated = { W_hat: floats(9, -9, 9), M_hat: floats(15, 15, -15) };

  it('snaps its weights, so that sums and quotients of either sign are exact, and has no derivative there', async () => {
    const sum = await runUnit(gpu(), single('Hill additive', 3, floats(0.1, 1000, 7), saturated));
    expect([...sum.y]).toEqual([Math.fround(Math.fround(0.1) - 1000)]);
    expect([...sum.dx]).toEqual([1, -1, 0]);
    expect(
      [...(sum.parameters.W_hat as Float32Array), ...(sum.parameters.M_hat as Float32Array)].every(
        (v) => v === 0,
      ),
    ).toBe(true);
    const quotient = await runUnit(gpu(), single('Hill exponential', 3, floats(6, -3, -5), saturated));
    expect(quotient.y[0]).toBeCloseTo(-2, 5);
  });

  it('agrees with float64 near where it snaps', async () => {
    const near = { W_hat: floats(7, -7, 3), M_hat: floats(13, -13, 13) };
    await expectAgreement(single('Hill additive', 3, floats(2, -3, 4), near));
    await expectAgreement(single('Hill exponential', 3, floats(2, -3, 4), near));
  });

  it('learns to divide from every one of twelve starts', async () => {
    const x = Array.from({ length: 64 }, (_, i) => [0.2 + ((i * 37) % 64) / 8, 0.2 + ((i * 23) % 64) / 8]);
    const report = await trainEnsemble(gpu(), {
      model: { inputs: 2, layers: [{ unit: 'Hill exponential', outputs: 1 }] },
      x,
      y: x.map(([a = 0, b = 1]) => [a / b]),
      seeds: { count: 12 },
      steps: 600,
      learningRate: 0.1,
    });
    const near = report.runs.filter((_, seed) => {
      const [[a = 0] = [], [b = 0] = []] = report.weights(seed)[0]?.effective.W ?? [];
      return Math.abs(a - 1) < 0.02 && Math.abs(b + 1) < 0.02;
    });
    expect(near.length).toBe(12);
  });
});
