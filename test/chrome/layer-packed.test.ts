import { describe, expect, it } from 'vitest';
import { isPacked } from '../../shaders/kernels/packed.ts';
import { Gpu, units } from '../../src/index.ts';
import { createRandom } from '../../src/random.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { compareUnit, parameterShapes } from '../support/compare-unit.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

/** As for narrow layers. */
const BOUND = 2e-5;

/** No axis is a multiple of a tile or of four. */
const [rows, inputs, outputs] = [67, 71, 65] as const;

/** Outputs, dx and every parameter's gradient of one wide layer against float64. */
async function compare(device: Gpu, unit: UnitName): Promise<Record<string, number>> {
  const random = createRandom(11);
  const signed = (count: number, size: number) =>
    Float32Array.from({ length: count }, (_, index) => (index % 7 === 3 ? 0 : random.uniform(-size, size)));
  const shapes = await parameterShapes(device, unit, inputs, outputs);
  return compareUnit(device, {
    unit,
    inputs,
    outputs,
    x: signed(rows * inputs, 2),
    dy: signed(rows * outputs, 2),
    parameters: Object.fromEntries(shapes.map(({ name, size }) => [name, signed(size, 0.1)])),
  });
}

describe('a wide layer, whose operands are packed', () => {
  it('is one of a unit that says that its fold is a sum of products', () => {
    const packed = units.filter(({ shader, options }) =>
      isPacked({ unit: shader(options), inputs, outputs }),
    );
    const names = packed.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['NAC', 'NAC•', 'NALU', 'NALU untied', 'G-NALU', 'Linear']));
    expect(names).not.toContain('NMU');
  });

  it.each(['NAC', 'NALU', 'Dense tanh'] as const)('of %s agrees with float64', async (unit) => {
    for (const [name, error] of Object.entries(await compare(gpu(), unit))) {
      expect(error, name).toBeLessThanOrEqual(BOUND);
    }
  });

  it('of NALU agrees with float64 in the kernels for GPUs, too', async () => {
    const { device, adapter } = gpu();
    const asGpu = new Gpu(device, { ...adapter, software: false });
    for (const [name, error] of Object.entries(await compare(asGpu, 'NALU'))) {
      expect(error, name).toBeLessThanOrEqual(BOUND);
    }
  });
});
