/**
 * What people read about the units: apart from the records, so that who trains them in a browser does not have to download
 * it.
 */

import { papers } from './papers.ts';
import type { Paper, Unit, UnitDescription } from './unit.ts';

const dense = (paper: Paper, summary: string, activation: string): UnitDescription => ({
  paper,
  summary,
  formula: `y = f(x W + b), f(z) = ${activation}`,
});

/** By the names of the units of the package. */
const descriptions = {
  NAC: {
    paper: papers.trask,
    summary: 'Neural accumulator: adds and subtracts inputs, with weights drawn to −1, 0 and 1.',
    formula: 'a = x W, W = tanh(Ŵ) ⊙ σ(M̂)',
  },
  'NAC•': {
    paper: papers.trask,
    summary: 'Neural accumulator in log space: multiplies and divides magnitudes; the output is positive.',
    formula: 'm = exp( log(|x| + ε) W ), W = tanh(Ŵ) ⊙ σ(M̂)',
  },
  NALU: {
    paper: papers.trask,
    summary: 'Neural arithmetic logic unit: a learned gate blends a NAC and a NAC• that share their weights.',
    formula: 'y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W ), g = σ(x G), W = tanh(Ŵ) ⊙ σ(M̂)',
  },
  'NALU untied': {
    paper: papers.madsen,
    summary: 'NALU whose additive and multiplicative paths have separate weights.',
    formula: 'y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W′ ), g = σ(x G)',
  },
  'G-NALU': {
    paper: papers.rana,
    summary: 'NALU with the golden ratio instead of e in tanh, σ and exp: gentler slopes.',
    formula:
      'y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = exp( log(|x| + ε) W ), g = σ_φ(x G), W = tanh_φ(Ŵ) ⊙ σ_φ(M̂)',
  },
  iNALU: {
    paper: papers.schloer,
    summary: 'Improved NALU: separate weights for both paths, the sign of products, and a gate per output.',
    formula:
      'y = g ⊙ a + (1 − g) ⊙ m ⊙ s, a = x W, m = exp( min( log(max(|x|, ε)) W′, ω ) ), s = Π ( sign(x) |W′| + 1 − |W′| ), g = σ(ĝ)',
  },
  NAU: {
    paper: papers.madsen,
    summary:
      'Neural addition unit: adds and subtracts inputs, with weights clipped to [−1, 1] and drawn to −1, 0 and 1.',
    formula: 'y = x W, −1 ≤ W ≤ 1',
  },
  NMU: {
    paper: papers.madsen,
    summary: 'Neural multiplication unit: multiplies the inputs whose weight is 1, of either sign.',
    formula: 'y = Π ( W x + 1 − W ), 0 ≤ W ≤ 1',
  },
  'NAC•σ': {
    paper: papers.madsen,
    summary: 'NAC• with weights between 0 and 1: multiplies magnitudes, never divides.',
    formula: 'm = exp( log(|x| + ε) W ), W = σ(Ŵ)',
  },
  'NAC•NMU': {
    paper: papers.madsen,
    summary: 'NAC• with the weights of the NMU: multiplies magnitudes, never divides.',
    formula: 'm = exp( log(|x| + ε) W ), 0 ≤ W ≤ 1',
  },
  'Gated NAU/NMU': {
    paper: papers.madsen,
    summary: 'A learned gate blends a NAU and an NMU.',
    formula: 'y = g ⊙ a + (1 − g) ⊙ m, a = x W, m = Π ( W′ x + 1 − W′ ), g = σ(x G)',
  },
  NPU: {
    paper: papers.heim,
    summary: 'Neural power unit: products of real powers of inputs of either sign, through complex weights.',
    formula:
      'y = exp( log(r) W − k W″ ) ⊙ cos( k W + log(r) W″ ), r = ĝ ⊙ (|x| + ε) + 1 − ĝ, k = ĝ ⊙ π [x < 0], ĝ = clamp(g, 0, 1)',
  },
  RealNPU: {
    paper: papers.heim,
    summary: 'Neural power unit with real weights: simpler, and easier to read.',
    formula:
      'y = exp( log(r) W ) ⊙ cos( k W ), r = ĝ ⊙ (|x| + ε) + 1 − ĝ, k = ĝ ⊙ π [x < 0], ĝ = clamp(g, 0, 1)',
  },
  'RealNPU modified': {
    paper: papers.mistryDivision,
    summary: 'RealNPU for division: weights and gates are clipped, and drawn to −1 or 1 and to 0 or 1.',
    formula:
      'y = exp( log(r) W ) ⊙ cos( k W ), r = ĝ ⊙ (|x| + ε) + 1 − ĝ, k = ĝ ⊙ π [x < 0], ĝ = clamp(g, 0, 1), −1 ≤ W ≤ 1, 0 ≤ g ≤ 1',
  },
  MCFC: {
    paper: papers.hoedt,
    summary: 'Mass-conserving layer: shares every input out among the outputs, and gates each output.',
    formula: 'y = o ⊙ (x J), J = softmax(r) over the outputs, o = σ(w + b)',
  },
  MulMCFC: {
    paper: papers.hoedt,
    summary: 'MCFC in log space: multiplies positive inputs.',
    formula: 'y = exp( o ⊙ (log(x) J) + α ), J = softmax(r) over the outputs, o = σ(w + b)',
  },
  'MulMCFC iNALU sign': {
    paper: papers.mistryPrimer,
    summary: 'MulMCFC for inputs of either sign, with the sign found as in iNALU.',
    formula: 'y = s ⊙ exp( o ⊙ (log|x| J) + α ), s = Π ( sign(x) J + 1 − J )',
  },
  'MulMCFC RealNPU sign': {
    paper: papers.mistryPrimer,
    summary: 'MulMCFC for inputs of either sign, with the sign found as in RealNPU.',
    formula: 'y = cos( k J ) ⊙ exp( o ⊙ (log|x| J) + α ), k = ĝ ⊙ π [x < 0], ĝ = clamp(g, 0, 1)',
  },
  Linear: dense(papers.madsen, 'Affine layer.', 'z'),
  'Dense ReLU': dense(papers.madsen, 'Affine layer with a rectified linear activation.', 'max(z, 0)'),
  'Dense ReLU6': dense(
    papers.madsen,
    'Affine layer with a rectified linear activation that ends at 6.',
    'min(max(z, 0), 6)',
  ),
  'Dense leaky ReLU': dense(
    papers.xu,
    'Affine layer with a rectified linear activation that keeps a small slope below 0.',
    'z for z > 0, else slope · z',
  ),
  'Dense PReLU': dense(
    papers.he,
    'Affine layer with a rectified linear activation whose slope below 0 each output learns.',
    'z for z > 0, else slope · z with a learned slope',
  ),
  'Dense RReLU': dense(
    papers.xu,
    'Affine layer with a rectified linear activation whose slope below 0 is drawn anew in training.',
    'z for z > 0, else slope · z with slope ~ U[lower, upper), in prediction its mean',
  ),
  'Dense ELU': dense(
    papers.clevert,
    'Affine layer with an exponential linear activation.',
    'z for z > 0, else α (eᶻ − 1)',
  ),
  'Dense SELU': dense(
    papers.klambauer,
    'Affine layer with a scaled exponential linear activation.',
    'λ z for z > 0, else λ α (eᶻ − 1), λ = 1.0507, α = 1.6733',
  ),
  'Dense softplus': dense(papers.trask, 'Affine layer with a smooth rectified activation.', 'log(1 + eᶻ)'),
  'Dense softsign': dense(
    papers.trask,
    'Affine layer with an algebraic sigmoid activation.',
    'z / (1 + |z|)',
  ),
  'Dense tanh': dense(papers.trask, 'Affine layer with a hyperbolic tangent activation.', 'tanh z'),
  'Dense hardtanh': dense(
    papers.trask,
    'Affine layer with an activation that is linear between −1 and 1 and constant outside.',
    'min(max(z, −1), 1)',
  ),
  'Dense tanhshrink': dense(
    papers.trask,
    'Affine layer with what a hyperbolic tangent leaves over.',
    'z − tanh z',
  ),
  'Dense sigmoid': dense(papers.trask, 'Affine layer with a logistic activation.', '1 / (1 + e⁻ᶻ)'),
  'Dense hardshrink': dense(
    papers.trask,
    'Affine layer with an activation that is 0 near 0 and linear elsewhere.',
    'z for |z| > λ, else 0',
  ),
  'Dense softshrink': dense(
    papers.trask,
    'Affine layer with an activation that moves its sum towards 0.',
    'sign(z) max(|z| − λ, 0)',
  ),
  'Dense threshold': dense(
    papers.konda,
    'Affine layer with an activation that is linear above a threshold and constant below.',
    'z for z > threshold, else value',
  ),
} as const satisfies Readonly<Record<string, UnitDescription>>;

/** Names of the units of the package. */
export type UnitName = keyof typeof descriptions;

const nothing: UnitDescription = {
  summary: '',
  formula: '',
  paper: { title: '', authors: '', year: 0, arxiv: '' },
};

/** Summary, formula and paper of a unit; of one from outside the package, what its definition tells, if anything. */
export function describeUnit(unit: Unit): UnitDescription {
  return (
    unit.description ??
    (Object.hasOwn(descriptions, unit.name) ? descriptions[unit.name as UnitName] : nothing)
  );
}
