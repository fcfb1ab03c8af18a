/** Units from their equations. */

import type { UnitShader } from '../../shaders/units/unit.ts';
import { resolveEquation, type UnitEquation } from './equation.ts';
import { effectiveWeights, forwardOf } from './forward.ts';
import type { Unit, UnitOptions } from './unit.ts';

/** Unit records, with what follows from the equation left out. */
export interface UnitRecord
  extends Omit<Unit, 'equation' | 'shader' | 'forward' | 'weights' | 'sparsityError'> {
  /** A function, so that a bundle without the unit need not have it. */
  readonly equation: () => UnitEquation;
  /** Makes the shader of the equation with these options: from its WGSL (`withCode`), or printed (`equationShader`). */
  readonly shader: (equation: UnitEquation, options: UnitOptions) => UnitShader;
  /** Effective weights that the sparsity error looks at. */
  readonly sparse: readonly string[];
  /** Of several, the largest error or their mean. Default: the largest. */
  readonly sparsity?: 'largest' | 'mean';
}

/** The unit of a record: its forward pass in float64, effective weights and sparsity error are those of the equation. */
/* @__NO_SIDE_EFFECTS__ */
export function unitOf({
  equation: given,
  shader,
  sparse,
  sparsity = 'largest',
  ...record
}: UnitRecord): Unit {
  let known: UnitEquation | undefined;
  const equation = (): UnitEquation => {
    known ??= given();
    return known;
  };
  let resolved: UnitEquation | undefined;
  const weights: Unit['weights'] = (raw, inputs, outputs) => {
    resolved ??= resolveEquation(equation(), record.options);
    return effectiveWeights(resolved, raw, inputs, outputs);
  };
  return {
    ...record,
    get equation() {
      return equation();
    },
    shader: (options) => shader(equation(), options),
    weights,
    forward: (raw, inputs, outputs, options) => forwardOf(equation())(raw, inputs, outputs, options),
    sparsityError(raw, inputs, outputs) {
      const effective = weights(raw, inputs, outputs);
      const errors = sparse.map((name) => distance(effective[name] ?? []));
      return sparsity === 'mean'
        ? errors.reduce((sum, error) => sum + error, 0) / errors.length
        : Math.max(...errors);
    },
  };
}

/** max over the values of min(|v|, |1 − |v||). */
const distance = (values: readonly (readonly number[])[]): number =>
  values.flat().reduce((largest, value) => {
    const size = Math.abs(value);
    return Math.max(largest, Math.min(size, Math.abs(1 - size)));
  }, 0);
