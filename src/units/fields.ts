/** The fields of a unit's structs in WGSL, as its equation names them. */

import type { UnitShader } from '../../shaders/units/unit.ts';
import { bilinearTerm, noiseKinds, resolveEquation, type UnitEquation } from './equation.ts';
import type { UnitOptions } from './unit.ts';

/**
 * Everything about the shader of `equation` but its functions. A product `m` has the fields `m` and `m_zeros` in the accumulator,
 * and `m` (its adjoint), `m_product` and `m_zeros` in the delta; a parameter `b` of an output has its adjoint in `d_b`.
 */
export function fieldsOf(equation: UnitEquation): Omit<UnitShader, 'code'> {
  const { parameters, weights, features, accumulators, penalties = {}, ranges = {} } = equation;
  const kinds = (['edge', 'input', 'output'] as const).filter((kind) => parameters[kind]?.length);
  const having = (named: object) => kinds.filter((kind) => parameters[kind]?.some((name) => name in named));
  const entries = Object.entries(accumulators);
  const terms = entries.map(([name, accumulator]) => {
    const pair = bilinearTerm(equation, accumulator);
    return pair && ([name, ...pair] as const);
  });
  const bilinear = terms.filter((term) => term !== undefined);
  const noise = noiseKinds(equation);
  const [regularise, project] = [having(penalties), having(ranges)];
  return {
    ...parameters,
    weight: Object.keys(weights),
    feature: Object.keys(features),
    accumulator: entries.flatMap(([name, { kind }]) => (kind === 'sum' ? [name] : [name, `${name}_zeros`])),
    delta: [
      ...entries.flatMap(([name, { kind }]) =>
        kind === 'sum' ? [name] : [name, `${name}_product`, `${name}_zeros`],
      ),
      ...(parameters.output ?? []).map((name) => `d_${name}`),
    ],
    // Packed operands are made once, before the noise of a step is known.
    ...(bilinear.length === terms.length && !noise.includes('input') && { bilinear }),
    ...(equation.softmax !== undefined && { group: ['top', 'total'] }),
    ...(noise.length > 0 && { noise, ...(equation.quiet !== undefined && { quiet: equation.quiet }) }),
    ...(regularise.length > 0 && { regularise }),
    ...(project.length > 0 && { project }),
  };
}

/** The shader of an equation whose functions stand in WGSL, for a prefix and with its options. */
/* @__NO_SIDE_EFFECTS__ */
export const withCode =
  (code: (options: UnitOptions) => (p: string) => string) =>
  (equation: UnitEquation, options: UnitOptions): UnitShader => ({
    ...fieldsOf(resolveEquation(equation, options)),
    code: code(options),
  });
