/**
 * NAU, the neural addition unit: y = x W, −1 ≤ W ≤ 1.
 *
 * x [B, in] · W [in, out] → y [B, out]. After each update W is clipped to [−1, 1]; the penalty of an edge is
 * min(|W|, |1 − |W||), which draws W to −1, 0 and 1. Where two branches of the penalty meet, the derivative is that of the
 * second one, and |W|′ is 0 at 0: what PyTorch's min and abs give, and so what the published runs had.
 * Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016, equations 5 to 7. As in their code, the
 * forward pass clips W as well (it matters only for weights that were set by hand), with derivative 0 outside.
 */
import { type Fragment, wgsl } from '../wgsl.ts';
import { accumulate } from './nac.wgsl.ts';

export const nau: Fragment = (p) => wgsl`
${accumulate(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(clamp(e.W, -1.0, 1.0)); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  return ${p}_Edge(select(0.0, d.W, abs(e.W) <= 1.0));
}
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge {
  let size = abs(e.W);
  return ${p}_Edge(m_sign(e.W) * select(-m_sign(1.0 - size), 1.0, size < 0.5));
}
fn ${p}_project_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(clamp(e.W, -1.0, 1.0)); }
`;
