/**
 * NAU, the neural addition unit: y = x W, −1 ≤ W ≤ 1.
 *
 * x [B, in] · W [in, out] → y [B, out]. After each update W is clipped to [−1, 1]; the penalty of an edge is
 * min(|W|, |1 − |W||), which draws W to −1, 0 and 1.
 * Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016, equations 5 to 7. As in their code, the
 * forward pass clips W as well (it matters only for weights that were set by hand), with derivative 0 outside.
 */
import { wgsl } from '../wgsl.ts';
import type { EdgeWeight } from './edge-weight.ts';
import { accumulate } from './nac.wgsl.ts';
import { towardsMinusOneZeroOne } from './penalties.wgsl.ts';
import type { UnitShader } from './unit.ts';

/** W clipped to [−1, 1]. */
export const additionWeight: EdgeWeight = {
  edge: ['W'],
  regularise: ['edge'],
  project: ['edge'],
  code: (p) => wgsl`
${towardsMinusOneZeroOne(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(clamp(e.W, -1.0, 1.0)); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  return ${p}_Edge(select(0.0, d.w, abs(e.W) <= 1.0));
}
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(${p}_towards_integers(e.W)); }
fn ${p}_project_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(clamp(e.W, -1.0, 1.0)); }
`,
};

export const nau: UnitShader = accumulate(additionWeight);
