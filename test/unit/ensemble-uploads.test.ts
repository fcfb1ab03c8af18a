import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { resolveEnsemble } from '../../src/engines/ensemble/resolve.ts';
import { initialState } from '../../src/engines/ensemble/uploads.ts';
import '../../src/units/registry.ts';

const ensemble = (seeds: number) =>
  resolveEnsemble({
    model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] },
    x: [[1, 2]],
    y: [[2]],
    seeds: { count: seeds },
  });

it('initial values of very many models are drawn with pauses, in which an interruption is heard', async () => {
  const controller = new AbortController();
  void setTimeout(1).then(() => controller.abort(new Error('stopped')));
  await expect(initialState(ensemble(1_000_000), { signal: controller.signal })).rejects.toThrow('stopped');
});

it('initial values do not depend on the other models', async () => {
  const all = await initialState(ensemble(7));
  const first = await initialState(ensemble(3));
  expect(first).toEqual(all.slice(0, first.length));
});
