/**
 * The update of one edge's, input's or output's parameters: regulariser, clipping, optimiser, projection. Both engines
 * compose their steps from it; they differ only in where parameters and optimiser state stand.
 */
import type { ParameterKind, UnitShader } from '../units/unit.ts';
import { f32 } from '../wgsl.ts';

/** Struct names and field lists of the three kinds of parameters. */
export const kinds = {
  edge: { type: 'Edge', fields: (unit: UnitShader) => unit.edge },
  input: { type: 'Input', fields: (unit: UnitShader) => unit.input ?? [] },
  output: { type: 'Output', fields: (unit: UnitShader) => unit.output ?? [] },
} as const satisfies Record<ParameterKind, unknown>;

export interface Update {
  readonly unit: UnitShader;
  /** Prefix of the unit's fragment. */
  readonly prefix: string;
  readonly kind: ParameterKind;
  /** WGSL lvalue of field k's parameter. */
  theta(field: number): string;
  /** WGSL lvalue of slot s of field k's optimiser state. */
  moment(field: number, slot: number): string;
  readonly slots: number;
  /** WGSL expression of the gradient, a struct of this kind. */
  readonly gradient: string;
  /** WGSL expressions: strength of the regulariser, bound of the gradient's elements, the optimiser's `opt_Step`. */
  readonly strength: string;
  readonly clip: string;
  readonly step: string;
  /** Factor of the regulariser: 1 for sums, 1 / count for means. */
  readonly share: number;
  /** WGSL expression of the strength of the L1 penalty, if there is one. */
  readonly l1?: string | undefined;
}

/** Statements in a block of their own. The optimiser fragment has the prefix `opt`. */
export function updateParameters(u: Update): string {
  const { unit, prefix, kind } = u;
  const type = `${prefix}_${kinds[kind].type}`;
  const fields = kinds[kind].fields(unit);
  const regularised = unit.regularise?.includes(kind);
  const projected = unit.project?.includes(kind);
  const state = (field: number) =>
    `vec2f(${u.slots > 0 ? u.moment(field, 0) : '0.0'}, ${u.slots > 1 ? u.moment(field, 1) : '0.0'})`;
  return `{
  let old = ${type}(${fields.map((_, k) => u.theta(k)).join(', ')});
  let gradient = ${u.gradient};
  ${regularised ? `let penalty_gradient = ${prefix}_regularise_${kind}(old);` : ''}
  var next = old;
  ${fields
    .map(
      (field, k) => `{
    let whole_gradient = gradient.${field}${regularised ? ` + ${u.strength} * ${f32(u.share)} * penalty_gradient.${field}` : ''}${u.l1 ? ` + ${u.l1} * sign(old.${field})` : ''};
    let updated = opt_update(old.${field}, clamp(whole_gradient, -${u.clip}, ${u.clip}), ${state(k)}, ${u.step});
    next.${field} = updated.theta;
    ${u.slots > 0 ? `${u.moment(k, 0)} = updated.state.x;` : ''}
    ${u.slots > 1 ? `${u.moment(k, 1)} = updated.state.y;` : ''}
  }`,
    )
    .join('\n  ')}
  ${projected ? `next = ${prefix}_project_${kind}(next);` : ''}
  ${fields.map((field, k) => `${u.theta(k)} = next.${field};`).join('\n  ')}
}`;
}
