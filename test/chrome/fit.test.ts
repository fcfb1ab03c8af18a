import { describe, expect, it } from 'vitest';
import { fit as searchFormula } from '../../src/fit/index.ts';
import { evaluate } from '../../src/formula/index.ts';
import { requestGpu } from '../../src/index.ts';
import { tableOf } from '../../src/io/index.ts';
import { answers } from '../support/answers.ts';
import { useGpu } from '../support/gpu.ts';
import { lawNamed, tableOfLaw } from '../support/tables.ts';

const gpu = useGpu();
const { target } = lawNamed('ideal gas');
const table = tableOfLaw(lawNamed('ideal gas'));

describe('fit, in a browser', () => {
  it('asks for no device where a law is found without one', async () => {
    const result = await searchFormula(() => Promise.reject(new Error('no device')), table, { target });
    expect(result).toMatchObject({ found: true, exact: true, stopped: 'found', starts: 0 });
    expect(result.best?.text).toBe('8.314 * moles * temperature / volume');
    expect(result.front.at(-1)?.text).toBe(result.best?.text);
  });

  it.each(answers)('gives the answer that Node gives: $name', async ({ table: own, formula }) => {
    const result = await searchFormula(undefined, own, { target: 'y', seconds: 1e6 });
    expect(result).toMatchObject({ found: true, best: { text: formula } });
  });

  it('finds a law, the same one each time, and tells on the way how far it is', async () => {
    const seen: string[] = [];
    // Without the search in float64, which would find it first.
    const options = { target, effort: 0, architectures: ['RealNPU(1) -> Linear'], models: 32, steps: 1600 };
    const result = await searchFormula(gpu(), table, {
      ...options,
      onProgress: ({ architecture, best }) => seen.push(`${architecture}: ${best?.formula}`),
    });
    expect(result).toMatchObject({ found: true, exact: true, stopped: 'found', starts: 32 });
    expect(result.best?.text).toBe('8.314 * moles * temperature / volume');
    expect(result.agreeing).toBeGreaterThan(1);
    expect(seen[0]).toBe('RealNPU(1) → Linear: undefined');
    expect(seen.at(-1)).toBe('RealNPU(1) → Linear: 8.314 * moles * temperature / volume');
    const predicted = evaluate(result.best?.formula as never, Float64Array.from([2, 300, 0.05]));
    expect(predicted[0]).toBeCloseTo((8.314 * 2 * 300) / 0.05, 6);
    // Again, on a device that is lost while they train.
    using own = await requestGpu({ limits: 'default' });
    let lost = false;
    const again = await searchFormula(own, table, {
      ...options,
      onProgress({ step, steps }) {
        if (lost || step === 0 || step === steps) return;
        lost = true;
        own.device.destroy();
      },
    });
    expect(lost).toBe(true);
    expect({ ...again.searched[0], seconds: 0 }).toEqual({ ...result.searched[0], seconds: 0 });
    expect(again.agreeing).toBe(result.agreeing);
  });

  it('ends when its signal aborts, with what there is by then', async () => {
    const controller = new AbortController();
    const pending = searchFormula(gpu(), table, {
      target,
      architectures: ['RealNPU(1) -> Linear', 'Linear'],
      models: 32,
      steps: 1e8,
      effort: 0,
      seconds: 20,
      signal: controller.signal,
      onProgress: ({ step }) => step > 50 && controller.abort(),
    });
    const result = await pending;
    expect(result.stopped).toBe('interrupted');
    expect(result.searched).toHaveLength(1);
    expect(result.best?.inRange.rows).toBe(149);
    controller.abort();
    const none = await searchFormula(gpu(), table, { target, signal: controller.signal });
    expect(none).toMatchObject({ found: false, stopped: 'interrupted', best: undefined, starts: 0 });
    expect(none.baselines.linear.outOfRange.rmsRelativeError).toBeGreaterThan(0.1);
    expect(none.baselines.mlp).toBeUndefined();
  });

  it.each([
    [{ target: 'p' }, "target 'p' is not a column"],
    [{ target, seconds: -1 }, 'seconds is -1; it must be a finite number above 0'],
    [{ target, models: 0 }, 'models is 0'],
    [{ target, effort: -1 }, 'effort is -1; it must be a finite number of at least 0'],
    [{ target, operators: ['sine'] }, "there is no operator 'sine'; known: exp, log, sin"],
    [{ target, maxComplexity: 0 }, 'maxComplexity is 0'],
    [{ target, weights: 'moles', errors: 'volume' }, 'give one of them'],
    [{ target, architectures: [] }, 'architectures is []; it must be a list of at least 1'],
    [{ target, architectures: ['NMU(2)'] }, 'the last layer must have 1'],
    [{ target, scaling: 'log' as never }, "scaling is 'log'; it must be 'auto' or 'none'"],
    [{ target, split: { kind: 'even' } as never }, "split.kind is 'even'; it must be 'magnitude'"],
    [{ target, test: tableOf({ moles: [1] }) }, "there is no column 'temperature'"],
  ])('refuses wrong options: %#', async (options, message) => {
    await expect(searchFormula(gpu(), table, options)).rejects.toThrow(message);
  });
});
