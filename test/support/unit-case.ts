/** One layer with its numbers, the same for every library that computes it. */

import { parameterNames } from '../../src/model/description.ts';
import { createRandom } from '../../src/random.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { findUnit } from '../../src/units/registry.ts';
import type { UnitCase } from './compare-unit.ts';

/** Values of ordinary size of both signs; every seventh is exactly zero. */
const signed = (seed: number, count: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: count }, (_, index) => (index % 7 === 3 ? 0 : random.uniform(-2, 2)));
};

/**
 * Zeros among many inputs make products that float32 cannot hold: in MulMCFC, whose logarithm has no ε, in NAC•σ, whose weights stay
 * near ½ however small the parameters, and where reciprocals are taken. What these units make of zeros is tested on its own.
 */
export const withoutZeros: ReadonlySet<string> = new Set([
  'NAC•σ',
  'NMRU',
  'Hill exponential',
  'MulMCFC',
  'MulMCFC iNALU sign',
  'MulMCFC RealNPU sign',
]);

/** Parameters within the unit's ranges, and inputs that it is made for. */
export function unitCase(unit: UnitName, rows: number, inputs: number, outputs: number): UnitCase {
  const record = findUnit(unit);
  const seed = rows * 1_000_000 + inputs * 1000 + outputs;
  const scale = Math.min(1, 4 / inputs);
  const names = parameterNames({ unit: record.shader(record.options), inputs, outputs });
  const parameters = names.map(({ name, shape }, index) => {
    const [low, high] = record.equation?.ranges?.[name] ?? [-2, 2];
    const size = shape.reduce((product, size) => product * size, 1);
    const values = signed(seed + 2 + index, size).map((value) =>
      Math.max(low, Math.min(high, scale * value)),
    );
    return [name, values] as const;
  });
  const x = signed(seed, rows * inputs).map((v) =>
    withoutZeros.has(unit) ? (v < 0 && unit !== 'MulMCFC' ? -1 : 1) * Math.max(0.25, Math.abs(v)) : v,
  );
  return {
    unit,
    inputs,
    outputs,
    x,
    dy: signed(seed + 1, rows * outputs),
    parameters: Object.fromEntries(parameters),
  };
}
