/** What another compiler and another adapter could take otherwise than Chrome's: all kernels, and the bits of a training. */

import { describe, expect, it } from 'vitest';
import { createEnsemble, createModel, type EnsembleOptions } from '../../src/index.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';
import { kernelTexts } from '../support/kernel-texts.ts';

const gpu = useGpu();

it('every kernel is WGSL that this compiler takes', async () => {
  const { device } = gpu();
  const subgroups = device.features.has('subgroups');
  const kernels = Object.entries(kernelTexts({ whole: true, subgroups })).filter(
    ([, code]) => code.includes('@compute') && (subgroups || !code.includes('enable subgroups')),
  );
  expect(kernels.length).toBeGreaterThan(100);
  for (const [label, code] of kernels) {
    device.pushErrorScope('validation');
    // Without a pipeline: what compiles it for the adapter is not the compiler's.
    device.createShaderModule({ label, code });
    expect((await device.popErrorScope())?.message, label).toBeUndefined();
  }
});

describe('a training', () => {
  const x = Float32Array.from({ length: 60 }, (_, k) => 1 + ((7 * k) % 30) / 30);
  const y = Float32Array.from(
    { length: 30 },
    (_, row) => (x[2 * row] as number) * (x[2 * row + 1] as number),
  );
  const model = { inputs: 2, layers: [{ unit: 'NALU' as const, outputs: 1, initialization: 'wide' }] };
  const recipe = { x, y, batch: 8, learningRate: 0.02 };

  const train = async (seeds: number[], pieces: number[], options: Partial<EnsembleOptions> = {}) => {
    using ensemble = await createEnsemble(gpu(), { model, ...recipe, seeds, ...options });
    for (const steps of pieces) await ensemble.run(steps);
    const { parameters } = await ensemble.inspect();
    const each = parameters.length / seeds.length;
    return seeds.map((_, index) => parameters.slice(index * each, (index + 1) * each));
  };

  it('has the same bits twice, however it is cut, alone and among others', async () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const whole = await train(seeds, [60]);
    const cut = await train(seeds, [1, 19, 40]);
    expect(cut.map(bitsOf)).toEqual(whole.map(bitsOf));
    const [alone] = await train([17], [60]);
    expect(bitsOf(alone as Float32Array)).toEqual(bitsOf(whole[17] as Float32Array));
  });

  it('ends at the same parameters in both engines', async () => {
    const [ensemble] = await train([3], [60]);
    using layered = createModel(gpu(), { ...model, seed: 3 });
    await layered.train({ ...recipe, steps: 60, seed: 3 });
    const [layer] = await layered.weights();
    const parameters = Object.values(layer?.parameters ?? {}).flatMap(({ data }) => [...data]);
    expect(relativeError(ensemble as Float32Array, parameters)).toBeLessThan(1e-4);
  });
});
