/** A small prediction keeps its buffers for the next one of as many rows; nobody may notice. */

import { describe, expect, it } from 'vitest';
import { createModel, linear } from '../../src/core.ts';
import { DisposedError } from '../../src/errors.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

/** y = 2 a + 3 b + 1 */
const layers = [{ unit: linear, outputs: 1 }];
const parameters = [{ W: [2, 3], b: [1] }];
const rowsOf = (count: number, from: number) => Array.from({ length: count }, (_, n) => [from + n, n]);
const expected = (rows: number[][]) => rows.map(([a, b]) => 2 * (a as number) + 3 * (b as number) + 1);

describe('predictions of one model', () => {
  it('at the same time, of equally many rows and of others, do not mix', async () => {
    using model = createModel(gpu(), { inputs: 2, layers });
    model.setParameters(parameters);
    const tables = [3, 3, 5, 3, 5, 1].map((count, at) => rowsOf(count, 10 * at));
    for (let turn = 0; turn < 2; turn++) {
      const results = await Promise.all(tables.map((rows) => model.predict(rows)));
      expect(results.map((y) => [...y])).toEqual(tables.map(expected));
    }
  });

  it('see new parameters, and hold no more memory the second time', async () => {
    const before = gpu().bytes;
    const model = createModel(gpu(), { inputs: 2, layers });
    const rows = rowsOf(4, 7);
    model.setParameters(parameters);
    expect([...(await model.predict(rows))]).toEqual(expected(rows));
    const { bytes } = gpu();
    model.setParameters([{ W: [0, 1], b: [0] }]);
    expect([...(await model.predict(rows))]).toEqual([0, 1, 2, 3]);
    expect(gpu().bytes).toBe(bytes);
    // Many rows leave nothing behind.
    expect((await model.predict(rowsOf(40_000, 0))).length).toBe(40_000);
    expect(gpu().bytes).toBeLessThanOrEqual(bytes);
    model.dispose();
    expect(gpu().bytes).toBe(before);
    await expect(model.predict(rows)).rejects.toThrow(DisposedError);
  });
});
