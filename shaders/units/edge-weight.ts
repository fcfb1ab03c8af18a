/**
 * How raw parameters of an edge become its one weight `w`: what NAC, NAU and NMU differ in, and what NAC• can be combined
 * with. A unit is such a weight and a fold over it.
 */
import type { FieldNames, ParameterKind } from './unit.ts';

export interface EdgeWeight {
  readonly edge: FieldNames;
  /** `['edge']` where the weight has a penalty, or is clipped after each update. */
  readonly regularise?: readonly ParameterKind[];
  readonly project?: readonly ParameterKind[];
  /** `p_weight` and `p_weight_back` over a weight of the one field `w`; `p_regularise_edge`, `p_project_edge` if so. */
  code(p: string): string;
}

/** The properties of a unit's shader that come from its weight. */
export const withWeight = ({ edge, regularise, project }: EdgeWeight) => ({
  edge,
  weight: ['w'],
  ...(regularise && { regularise }),
  ...(project && { project }),
});
