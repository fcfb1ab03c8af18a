/**
 * Derivatives of the penalties that draw a parameter to whole numbers, each of one value. Where two branches meet, the
 * derivative is that of the second one, and |v|′ is 0 at 0: what PyTorch's min and abs give, and so what the published
 * runs had. It matters where a parameter starts on the corner, as a gate of 0.5 does: its push is towards 1.
 */
import type { Fragment } from '../wgsl.ts';
import { wgsl } from '../wgsl.ts';

/** `p_towards_integers(v)`: derivative of min(|v|, |1 − |v||). */
export const towardsMinusOneZeroOne: Fragment = (p) => wgsl`
fn ${p}_towards_integers(v: f32) -> f32 {
  let size = abs(v);
  return m_sign(v) * select(-m_sign(1.0 - size), 1.0, size < 0.5);
}
`;

/** `p_towards_bits(v)`: derivative of min(|v|, |1 − v|). */
export const towardsZeroOne: Fragment = (p) => wgsl`
fn ${p}_towards_bits(v: f32) -> f32 {
  return select(-m_sign(1.0 - v), m_sign(v), v < 0.5);
}
`;
