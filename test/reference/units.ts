/** The forward equations of every unit in float64, from the papers. Keyed by the unit's name in the registry. */

import {
  add,
  exp,
  logMagnitude,
  type Matrix64,
  map,
  matmul,
  mul,
  type Parameters64,
  type Reference,
  sigmoid,
  sigmoidOpposite,
  tanh,
} from './autodiff.ts';
import { denseReferences } from './dense.ts';
import { abs, affine, clamp, cos, like, log, productOver, rowsOf, softmaxRows, step } from './operations.ts';

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

/** g ⊙ a + (1 − g) ⊙ m with g = σ(z). */
const blend = (z: Matrix64, a: Matrix64, m: Matrix64): Matrix64 =>
  add(mul(sigmoid(z), a), mul(sigmoidOpposite(z), m));

/** Trask et al. 2018, equation 3: y = g ⊙ a + (1 − g) ⊙ m. */
const gated = (x: Matrix64, p: Parameters64, additive: Matrix64, multiplicative: Matrix64): Matrix64 =>
  blend(
    matmul(x, parameter(p, 'G')),
    matmul(x, additive),
    exp(matmul(logMagnitude(x, EPSILON), multiplicative)),
  );

/** Rana et al. 2020: tanh and σ over powers of the golden ratio φ. */
const PHI = (1 + Math.sqrt(5)) / 2;
const LN_PHI = Math.log(PHI);
const phiTanh = (a: Matrix64): Matrix64 =>
  map(
    a,
    (v) => (PHI ** (2 * v) - 1) / (PHI ** (2 * v) + 1),
    (v) => (4 * LN_PHI * PHI ** (2 * v)) / (PHI ** (2 * v) + 1) ** 2,
  );
const phiSigmoid = (a: Matrix64): Matrix64 =>
  map(
    a,
    (v) => 1 / (1 + PHI ** -v),
    (v) => (LN_PHI * PHI ** -v) / (1 + PHI ** -v) ** 2,
  );
const phiPower = (a: Matrix64): Matrix64 =>
  map(
    a,
    (v) => PHI ** v,
    (v) => LN_PHI * PHI ** v,
  );

/** Madsen and Johansen 2020, equation 12: Π ( W x + 1 − W ). */
const nmu = (x: Matrix64, w: Matrix64): Matrix64 =>
  productOver(
    x,
    w,
    (v, weight) => weight * v + 1 - weight,
    (v, weight) => [weight, v - 1],
  );

/** Mistry et al. 2022, arXiv:2211.05624: the NMU of x ⊙ n, divided by Π ( W n + 1 − W ); without noise n is 1. */
export const stochasticNmu = (x: Matrix64, w: Matrix64, n: Matrix64): Matrix64 =>
  mul(
    nmu(mul(x, n), w),
    map(
      nmu(n, w),
      (v) => 1 / v,
      (v) => -1 / v ** 2,
    ),
  );

/** Schlör et al. 2020: the sign of a product, Π ( sign(x) |W| + 1 − |W| ). */
const productSign = (x: Matrix64, magnitude: Matrix64): Matrix64 =>
  productOver(
    step(x, Math.sign),
    magnitude,
    (sign, w) => sign * w + 1 - w,
    (sign, w) => [w, sign - 1],
  );

/** Heim et al. 2020: ĝ, log r and k of the inputs. */
const npuInput = (x: Matrix64, p: Parameters64) => {
  const gate = rowsOf(clamp(parameter(p, 'g'), 0, 1), x.rows);
  const r = add(mul(gate, affine(abs(x), 1, 2 ** -23)), affine(gate, -1, 1));
  return { logR: log(r), k: halfTurns(x, gate) };
};
const halfTurns = (x: Matrix64, gate: Matrix64, pi = Math.PI): Matrix64 =>
  mul(
    gate,
    step(x, (v) => (v < 0 ? pi : 0)),
  );
const realNpu: Reference = (x, p) => {
  const { logR, k } = npuInput(x, p);
  const w = parameter(p, 'W_re');
  return mul(exp(matmul(logR, w)), cos(matmul(k, w)));
};

/** Hoedt et al. 2021: J, and the gate σ(w · 1 + b) for every row. */
const junction = (p: Parameters64): Matrix64 => softmaxRows(parameter(p, 'r'));
const massGate = (p: Parameters64, rows: number): Matrix64 =>
  rowsOf(sigmoid(add(parameter(p, 'w'), parameter(p, 'b'))), rows);
/** The smallest number stands for everything below it, where the paper's logarithm is not finite. */
const logFrom = (a: Matrix64): Matrix64 =>
  map(
    a,
    (v) => Math.log(Math.max(v, 2 ** -126)),
    (v) => (v >= 2 ** -126 ? 1 / v : 0),
  );
const mulMcfc = (x: Matrix64, p: Parameters64): Matrix64 => {
  const log = mul(massGate(p, x.rows), matmul(logFrom(x), junction(p)));
  return exp(add(log, rowsOf(parameter(p, 'alpha'), x.rows)));
};

/** Mistry et al. 2021: Π ( sign(x) |x|^W t + 1 − t ), t = tanh²(1000 W). */
const nru: Reference = (x, p) => {
  const power = (v: number, w: number) => (v === 0 ? 0 : Math.sign(v) * Math.abs(v) ** w);
  const t = (w: number) => Math.tanh(1000 * w) ** 2;
  const slope = (w: number) => 2000 * Math.tanh(1000 * w) * (1 - t(w));
  return productOver(
    x,
    parameter(p, 'W'),
    (v, w) => power(v, w) * t(w) + 1 - t(w),
    (v, w) => [
      v === 0 ? 0 : w * Math.abs(v) ** (w - 1) * t(w),
      (v === 0 ? 0 : power(v, w) * Math.log(Math.abs(v)) * t(w)) + (power(v, w) - 1) * slope(w),
    ],
  );
};

/** Mistry et al. 2021: Π ( W |z| + 1 − W ) cos( π Σ W [z < 0] ) over z = x and z = 1 / (x + 2⁻²³). */
const nmru: Reference = (x, p) => {
  const inverse = map(
    x,
    (v) => 1 / (v + 2 ** -23),
    (v) => -1 / (v + 2 ** -23) ** 2,
  );
  const [W, V] = [parameter(p, 'W'), parameter(p, 'W_inv')];
  const turned = (z: Matrix64) => step(z, (v) => (v < 0 ? Math.PI : 0));
  const phase = add(matmul(turned(x), W), matmul(turned(inverse), V));
  return mul(mul(nmu(abs(x), W), nmu(abs(inverse), V)), cos(phase));
};

/** DuJardin 2025, section 2.4: tanh(Ŵ) ⊙ σ(M̂), each replaced by its limit within 1e-6 of it. */
const hillWeight = (p: Parameters64): Matrix64 => {
  const snapped = (a: Matrix64, f: (v: number) => number, slope: (y: number) => number, limits: number[]) => {
    const near = (y: number) => limits.find((limit) => Math.abs(y - limit) < 1e-6);
    return map(
      a,
      (v) => near(f(v)) ?? f(v),
      (v) => (near(f(v)) === undefined ? slope(f(v)) : 0),
    );
  };
  return mul(
    snapped(parameter(p, 'W_hat'), Math.tanh, (y) => 1 - y * y, [-1, 1]),
    snapped(
      parameter(p, 'M_hat'),
      (v) => 1 / (1 + Math.exp(-v)),
      (y) => y * (1 - y),
      [0, 1],
    ),
  );
};
/** Section 3.2: the real part of Π x^W, with x^W = |x|^W e^(iπW) for negative x. */
const hillExponential: Reference = (x, p) => {
  const w = hillWeight(p);
  return mul(exp(matmul(logFrom(abs(x)), w)), cos(matmul(halfTurns(x, like(x, 1)), w)));
};

export const references: Readonly<Record<string, Reference>> = {
  ...denseReferences,
  NAC: (x, p) => matmul(x, nacWeight(p)),
  'NAC•': (x, p) => exp(matmul(logMagnitude(x, EPSILON), nacWeight(p))),
  NALU: (x, p) => {
    const w = nacWeight(p);
    return gated(x, p, w, w);
  },
  'NALU untied': (x, p) => gated(x, p, nacWeight(p), nacWeight(p, '_mul')),
  'G-NALU': (x, p) => {
    const w = mul(phiTanh(parameter(p, 'W_hat')), phiSigmoid(parameter(p, 'M_hat')));
    const g = phiSigmoid(matmul(x, parameter(p, 'G')));
    const m = phiPower(affine(matmul(logMagnitude(x, EPSILON), w), 1 / LN_PHI));
    return add(mul(g, matmul(x, w)), mul(affine(g, -1, 1), m));
  },
  iNALU: (x, p) => {
    const w = nacWeight(p, '_mul');
    const magnitude = map(
      x,
      (v) => Math.log(Math.max(Math.abs(v), EPSILON)),
      (v) => (Math.abs(v) >= EPSILON ? 1 / v : 0),
    );
    const m = exp(clamp(matmul(magnitude, w), Number.NEGATIVE_INFINITY, 20));
    const signed = mul(m, productSign(x, abs(w)));
    return blend(rowsOf(parameter(p, 'g'), x.rows), matmul(x, nacWeight(p)), signed);
  },
  NAU: (x, p) => matmul(x, clamp(parameter(p, 'W'), -1, 1)),
  NMU: (x, p) => nmu(x, parameter(p, 'W')),
  sNMU: (x, p) => stochasticNmu(x, parameter(p, 'W'), like(x, 1)),
  'NAC•σ': (x, p) => exp(matmul(logMagnitude(x, EPSILON), sigmoid(parameter(p, 'W_hat')))),
  'NAC•NMU': (x, p) => exp(matmul(logMagnitude(x, EPSILON), parameter(p, 'W'))),
  'Gated NAU/NMU': (x, p) =>
    blend(
      matmul(x, parameter(p, 'G')),
      matmul(x, clamp(parameter(p, 'W'), -1, 1)),
      nmu(x, parameter(p, 'W_mul')),
    ),
  NPU: (x, p) => {
    const { logR, k } = npuInput(x, p);
    const [re, im] = [parameter(p, 'W_re'), parameter(p, 'W_im')];
    const magnitude = add(matmul(logR, re), affine(matmul(k, im), -1));
    const phase = add(matmul(k, re), matmul(logR, im));
    return mul(exp(magnitude), cos(phase));
  },
  RealNPU: realNpu,
  'RealNPU modified': realNpu,
  NRU: nru,
  NMRU: nmru,
  'Hill additive': (x, p) => matmul(x, hillWeight(p)),
  'Hill exponential': hillExponential,
  MCFC: (x, p) => mul(massGate(p, x.rows), matmul(x, junction(p))),
  MulMCFC: mulMcfc,
  'MulMCFC iNALU sign': (x, p) => mul(mulMcfc(abs(x), p), productSign(x, junction(p))),
  'MulMCFC RealNPU sign': (x, p) => {
    // The published code's π is a float32, and its results rest on that: see the unit.
    const k = halfTurns(x, rowsOf(clamp(parameter(p, 'g'), 0, 1), x.rows), Math.fround(Math.PI));
    return mul(mulMcfc(abs(x), p), cos(matmul(k, junction(p))));
  },
};
