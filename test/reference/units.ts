/** The forward equations of every unit in float64, from the papers. Keyed by the unit's name in the registry. */

import {
  add,
  exp,
  logMagnitude,
  type Matrix64,
  matmul,
  mul,
  sigmoid,
  sigmoidOpposite,
  tanh,
} from './autodiff.ts';

export type Parameters64 = Readonly<Record<string, Matrix64>>;
export type Reference = (x: Matrix64, p: Parameters64) => Matrix64;

const parameter = (p: Parameters64, name: string): Matrix64 => {
  const found = p[name];
  if (!found) throw new Error(`the reference needs a parameter ${name}`);
  return found;
};

/** Trask et al. 2018, equation 2: W = tanh(Ŵ) ⊙ σ(M̂). */
const nacWeight = (p: Parameters64, suffix = ''): Matrix64 =>
  mul(tanh(parameter(p, `W_hat${suffix}`)), sigmoid(parameter(p, `M_hat${suffix}`)));

/** Madsen and Johansen 2020: ε = 1e-7. */
const EPSILON = 1e-7;

/** Trask et al. 2018, equation 3: y = g ⊙ a + (1 − g) ⊙ m. */
const gated = (x: Matrix64, p: Parameters64, additive: Matrix64, multiplicative: Matrix64): Matrix64 => {
  const gate = matmul(x, parameter(p, 'G'));
  const a = matmul(x, additive);
  const m = exp(matmul(logMagnitude(x, EPSILON), multiplicative));
  return add(mul(sigmoid(gate), a), mul(sigmoidOpposite(gate), m));
};

export const references: Readonly<Record<string, Reference>> = {
  NAC: (x, p) => matmul(x, nacWeight(p)),
  'NAC•': (x, p) => exp(matmul(logMagnitude(x, EPSILON), nacWeight(p))),
  NALU: (x, p) => {
    const w = nacWeight(p);
    return gated(x, p, w, w);
  },
  'NALU untied': (x, p) => gated(x, p, nacWeight(p), nacWeight(p, '_mul')),
};
