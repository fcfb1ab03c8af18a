import { describe, expect, it } from 'vitest';
import { columnOf, drawRows } from '../../src/model/task.ts';
import { type ExpressionTaskOptions, expressionTask } from '../../src/tasks/expression-task.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useWgsl } from '../support/run-wgsl.ts';
import { kernelRows } from '../support/task-rows.ts';

const run = useWgsl();

/** The kernel's rows have the twin's bits, and its targets are the twin's but for the rounding of float32. */
async function expectTwin(options: ExpressionTaskOptions, tolerance = 2e-6): Promise<void> {
  const task = expressionTask(options);
  const draw = { seed: 12, step: 3, rows: 97 };
  const kernel = await kernelRows(run, task, draw);
  const twin = drawRows(task, columnOf(task, 0), draw.seed, draw.step, draw.rows);
  expect(bitsOf(kernel.x)).toEqual(bitsOf(twin.x));
  expect(relativeError(kernel.y, twin.y), options.expression).toBeLessThan(tolerance);
}

const signed: [number, number] = [-3, 3];
const positive: [number, number] = [0.1, 4];

describe('expressions in the kernel', () => {
  it.each([
    ['x0 * x1 + x2', signed],
    ['x0 / x1 - -x2 / 3', positive],
    ['x0 ^ 3 - x1 ^ 2 + x0 ^ -1', positive],
    ['x0 ^ 5 + x0 ^ 1 + x1 ^ 7 - x2 ^ 64 / 1e20', signed],
    ['x0 ^ x1 + x2 ^ 0.5 + x0 ^ 0', positive],
    ['sqrt(abs(x0)) + exp(-x1) + log(1 + x2 ^ 2)', signed],
    ['sin(10 * x0) + cos(pi * x1)', signed],
    ['min(x0, max(x1, x2)) * 1e-3', signed],
    ['tan(x0 / 2) + asin(x1 / 3) - acos(x2 / 3) + atan(x0 * x1)', signed],
    ['sinh(x0) + cosh(x1) * tanh(x2) + sigmoid(x0) + floor(x1)', signed],
    ['expm1(x0 / 1e3) * log1p(x1 / 50) + sign(x2) * select(x0, x1, 1, -1)', signed],
    ['x0 - (x1 - (x2 - x0)) - x1', signed],
  ] as const)('%s', async (expression, range) => {
    await expectTwin({ expression, range });
  });

  it('raise negative numbers to whole powers', async () => {
    // The exponents are inputs, so the power goes through logarithms.
    for (const exponent of ['min(9, max(3, x1 * 1e9))', 'max(-2, -1e9 * x1)', 'max(4, -abs(x1))']) {
      await expectTwin({ expression: `x0 ^ ${exponent}`, range: { x0: [-2, -1], x1: [1, 2] } }, 1e-5);
    }
  });

  it('have a range for each variable', async () => {
    const range = {
      'mass (kg)': [10, 20],
      v: [
        [-3, -2],
        [2, 3],
      ],
    } as const;
    await expectTwin({ expression: '`mass (kg)` * v ^ 2 / 2', variables: ['mass (kg)', 'v'], range });
  });

  it('compile at their largest and deepest', async () => {
    await expectTwin({ expression: Array(257).fill('x0').join('+'), range: positive }, 1e-4);
    await expectTwin({ expression: Array(250).fill('x0').join('-1*'), range: positive }, 1e-4);
    const deep = (piece: string, close: string) => `${piece.repeat(32)}x0${close.repeat(32)}`;
    await expectTwin({ expression: deep('(x0+.1*', ')'), range: [1, 2] });
    await expectTwin({ expression: deep('cos(x0-0.1*', ')'), range: [1, 2] });
    await expectTwin({ expression: deep('-', ''), range: [1, 2] });
    await expectTwin({ expression: deep('max(x0,', ')'), range: [1, 2] });
    await expectTwin({ expression: `x0${'^x0'.repeat(32)}`, range: [0.9, 1] }, 1e-5);
  });
});
