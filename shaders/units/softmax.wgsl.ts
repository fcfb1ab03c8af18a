/**
 * A softmax over the outputs of each input as a group, from the running maximum and sum of its logits. Needs
 * `p_logit(e: Edge) -> f32` and a field for the share in `Weight`.
 *
 *     p_share(e, g) -> f32                  the share of an edge
 *     p_group_back(e, g, d: Weight) -> Group   Σ share · dshare over the outputs, in the first of its floats
 *
 * The adjoint of a logit is then share · (dshare − Σ share · dshare).
 */
import { f32, wgsl } from '../wgsl.ts';

export const softmax = (p: string, share: string): string => wgsl`
fn ${p}_group_zero() -> ${p}_Group { return ${p}_Group(${f32(-3e38)}, 0.0); }
fn ${p}_group_fold(g: ${p}_Group, e: ${p}_Edge) -> ${p}_Group {
  let logit = ${p}_logit(e);
  let top = max(g.top, logit);
  return ${p}_Group(top, g.total * m_exp(g.top - top) + m_exp(logit - top));
}
fn ${p}_share(e: ${p}_Edge, g: ${p}_Group) -> f32 { return m_exp(${p}_logit(e) - g.top) / g.total; }
fn ${p}_group_back(e: ${p}_Edge, g: ${p}_Group, d: ${p}_Weight) -> ${p}_Group {
  return ${p}_Group(${p}_share(e, g) * d.${share}, 0.0);
}
`;
