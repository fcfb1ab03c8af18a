/**
 * Derivatives of the math fragment's functions, each from exponentials rather than from 1 − y², so that they keep their
 * relative accuracy in the saturated tails, where Adam still moves the parameters. Needs the `math` fragment before it.
 *
 * m_tanh_derivative(x) = 4 e / (1 + e)², e = exp(−2|x|) · m_sigmoid_pair(x) = (σ(x), σ(−x)) from one exponential ·
 * m_sigmoid_derivative(x) = σ(x) σ(−x) · m_exp_derivative(x) = exp(x), and 0 where exp is saturated.
 */
import { wgsl } from './wgsl.ts';

export const derivatives: string = wgsl`
fn m_tanh_derivative(x: f32) -> f32 {
  let e = m_exp(-2.0 * abs(x));
  return 4.0 * e / ((1.0 + e) * (1.0 + e));
}
fn m_sigmoid_pair(x: f32) -> vec2f {
  let e = m_exp(-abs(x));
  let large = 1.0 / (1.0 + e);
  let small = e * large;
  return select(vec2f(small, large), vec2f(large, small), x >= 0.0);
}
fn m_sigmoid_derivative(x: f32) -> f32 {
  let pair = m_sigmoid_pair(x);
  return pair.x * pair.y;
}
fn m_exp_derivative(x: f32) -> f32 {
  return select(m_exp(x), 0.0, x >= M_EXP_MAX);
}
`;
