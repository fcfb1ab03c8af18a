import { describe, expect, it } from 'vitest';
import { derivatives } from '../../shaders/derivatives.wgsl.ts';
import { math } from '../../shaders/math.wgsl.ts';
import { type ParameterKind, type UnitShader, unitFragment } from '../../shaders/units/unit.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { backward, matrix } from '../reference/autodiff.ts';
import { penalties, ranges } from '../reference/penalties.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();

/** Both sides of every corner of a penalty, and the corners: where the derivative jumps, its value is part of the unit. */
const values = [-25, -20, -2, -1, -0.75, -0.5, -0.25, 0, 0.125, 0.5, 0.625, 1, 1.5, 3, 19.5, 20, 24];

const types: Record<ParameterKind, string> = { edge: 'Edge', input: 'Input', output: 'Output' };
const kinds = Object.keys(types) as ParameterKind[];

/** What `u_<verb>_<kind>` makes of every value in every field, by field. The fields get different values at a time. */
async function evaluate(shader: UnitShader, verb: string, kind: ParameterKind) {
  const fields = shader[kind] ?? [];
  const count = fields.length;
  const given = values.map((_, row) => fields.map((_, k) => values[(row + 5 * k) % values.length] as number));
  const { reals } = await run({
    code: `${math}${derivatives}${unitFragment(shader, 'u')}`,
    body: `
      let result = u_${verb}_${kind}(u_${types[kind]}(${fields.map((_, k) => `real(${k}u)`).join(', ')}));
      ${fields.map((field, k) => `put_real(${k}u, result.${field});`).join('\n')}`,
    input: Float32Array.from(given.flat()),
    inputs: count,
    outputs: count,
  });
  return fields.map((field, k) => ({
    field,
    given: given.map((row) => row[k] as number),
    result: given.map((_, row) => reals[row * count + k] as number),
  }));
}

const shaderOf = (name: string): UnitShader => findUnit(name).shader(findUnit(name).options);
/** Kinds of the parameters named in `table`. */
const kindsOf = (shader: UnitShader, table: object): ParameterKind[] =>
  kinds.filter((kind) => shader[kind]?.some((field) => field in table));

describe('penalties', () => {
  it('belong to the units that should have them, and those have a recipe for them', () => {
    for (const unit of units) {
      const shader = shaderOf(unit.name);
      const expected = kindsOf(shader, penalties[unit.name] ?? {});
      expect(shader.regularise ?? [], unit.name).toEqual(expected);
      expect(unit.recipe.regularizer !== undefined, unit.name).toBe(expected.length > 0);
    }
  });

  it.each(Object.keys(penalties))('%s: derivative', async (name) => {
    const shader = shaderOf(name);
    for (const kind of shader.regularise ?? []) {
      for (const { field, given, result } of await evaluate(shader, 'regularise', kind)) {
        const leaf = matrix(1, given.length, given);
        const penalty = penalties[name]?.[field];
        if (penalty) backward(penalty(leaf), new Float64Array(given.length).fill(1));
        // Adding 0 makes −0 a 0.
        const rounded = [...leaf.grad].map((slope) => Math.fround(slope) + 0);
        expect(
          result.map((slope) => slope + 0),
          `${field} at ${given}`,
        ).toEqual(rounded);
      }
    }
  });
});

describe('projections', () => {
  it('belong to the units that should have them', () => {
    for (const unit of units) {
      const shader = shaderOf(unit.name);
      expect(shader.project ?? [], unit.name).toEqual(kindsOf(shader, ranges[unit.name] ?? {}));
    }
  });

  it.each(Object.keys(ranges))('%s: clips what has a range and leaves the rest', async (name) => {
    const shader = shaderOf(name);
    for (const kind of shader.project ?? []) {
      for (const { field, given, result } of await evaluate(shader, 'project', kind)) {
        const [low, high] = ranges[name]?.[field] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        expect(result, field).toEqual(given.map((value) => Math.max(low, Math.min(high, value))));
      }
    }
  });
});
