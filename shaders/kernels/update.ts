/**
 * The update of one edge's, input's or output's parameters: regulariser, clipping, optimiser, projection. Both engines
 * compose their steps from it; they differ only in where parameters and optimiser state stand.
 *
 * Where the norm of the whole gradient is clipped, the step has two parts: `wholeGradients` writes the gradient of every
 * parameter, its norm is taken, and `updateParameters` goes on with the scaled gradient.
 */
import type { ParameterKind, UnitShader } from '../units/unit.ts';
import { f32 } from '../wgsl.ts';

/** Struct names and field lists of the three kinds of parameters. */
export const kinds = {
  edge: { type: 'Edge', fields: (unit: UnitShader) => unit.edge },
  input: { type: 'Input', fields: (unit: UnitShader) => unit.input ?? [] },
  output: { type: 'Output', fields: (unit: UnitShader) => unit.output ?? [] },
} as const satisfies Record<ParameterKind, unknown>;

/** Whose gradient it is, and what it consists of. */
export interface Gradient {
  readonly unit: UnitShader;
  /** Prefix of the unit's fragment. */
  readonly prefix: string;
  readonly kind: ParameterKind;
  /** WGSL lvalue of field k's parameter. */
  theta(field: number): string;
  /** WGSL expression of the gradient, a struct of this kind. */
  readonly gradient: string;
  /** WGSL expression of the regulariser's strength; without it there is none, or the gradient has it already. */
  readonly strength?: string;
  /** WGSL expression of the bound of the gradient's elements. */
  readonly clip: string;
  /** Factor of the regulariser: 1 for sums, 1 / count for means. */
  readonly share: number;
  /** WGSL expression of the strength of the L1 penalty, if there is one. */
  readonly l1?: string | undefined;
}

export interface Update extends Gradient {
  /** WGSL lvalue of slot s of field k's optimiser state. */
  moment(field: number, slot: number): string;
  readonly slots: number;
  /** WGSL expression of the optimiser's `opt_Step`. */
  readonly step: string;
}

/** Statements that declare what the fields' gradients need, and the expression of each: with penalties, its elements clipped. */
function gradientOf(g: Gradient): { readonly before: string; readonly of: (field: number) => string } {
  const { unit, prefix, kind, clip, l1 } = g;
  const fields = kinds[kind].fields(unit);
  const regularised = g.strength !== undefined && unit.regularise?.includes(kind);
  return {
    before: `let old = ${prefix}_${kinds[kind].type}(${fields.map((_, k) => g.theta(k)).join(', ')});
  let gradient = ${g.gradient};
  ${regularised ? `let penalty_gradient = ${prefix}_regularise_${kind}(old);` : ''}`,
    of(k) {
      const field = fields[k];
      const penalty = regularised ? ` + ${g.strength} * ${f32(g.share)} * penalty_gradient.${field}` : '';
      return `clamp(gradient.${field}${penalty}${l1 ? ` + ${l1} * sign(old.${field})` : ''}, -${clip}, ${clip})`;
    },
  };
}

/** Statements in a block of their own; `take` is what becomes of the gradient of field k. */
export function wholeGradients(g: Gradient, take: (field: number, gradient: string) => string): string {
  const { before, of } = gradientOf(g);
  return `{
  ${before}
  ${kinds[g.kind]
    .fields(g.unit)
    .map((_, k) => take(k, of(k)))
    .join('\n  ')}
}`;
}

/** Statements in a block of their own. The optimiser fragment has the prefix `opt`. */
export function updateParameters(u: Update): string {
  const { unit, prefix, kind } = u;
  const fields = kinds[kind].fields(unit);
  const { before, of } = gradientOf(u);
  const projected = unit.project?.includes(kind);
  const state = (field: number) =>
    `vec2f(${u.slots > 0 ? u.moment(field, 0) : '0.0'}, ${u.slots > 1 ? u.moment(field, 1) : '0.0'})`;
  return `{
  ${before}
  var next = old;
  ${fields
    .map(
      (field, k) => `{
    let updated = opt_update(old.${field}, ${of(k)}, ${state(k)}, ${u.step});
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
