/**
 * What people read about the units: apart from the records, so that a page that trains them need not download
 * it.
 */

import { checkArguments, checkValue } from '../options/check.ts';
import { equationKind } from './check-equation.ts';
import { papers } from './papers.ts';
import { printEquation } from './print-equation.ts';
import { type Unit, type UnitDescription, unitKind } from './unit.ts';

type Description = Omit<UnitDescription, 'formula'>;

/** By the names of the units of the package. */
const descriptions = {
  NAC: {
    paper: papers.trask,
    summary: 'Neural accumulator: adds and subtracts inputs, with weights drawn to −1, 0 and 1.',
  },
  'NAC•': {
    paper: papers.trask,
    summary: 'Neural accumulator in log space: multiplies and divides magnitudes; the output is positive.',
  },
  NALU: {
    paper: papers.trask,
    summary: 'Neural arithmetic logic unit: a learned gate blends a NAC and a NAC• that share their weights.',
  },
  'NALU untied': {
    paper: papers.madsen,
    summary: 'NALU whose additive and multiplicative paths have separate weights.',
  },
  'G-NALU': {
    paper: papers.rana,
    summary: 'NALU with the golden ratio instead of e in tanh, σ and exp: gentler slopes.',
  },
  iNALU: {
    paper: papers.schloer,
    summary: 'Improved NALU: separate weights for both paths, the sign of products, and a gate per output.',
  },
  NAU: {
    paper: papers.madsen,
    summary:
      'Neural addition unit: adds and subtracts inputs, with weights clipped to [−1, 1] and drawn to −1, 0 and 1.',
  },
  NMU: {
    paper: papers.madsen,
    summary: 'Neural multiplication unit: multiplies the inputs whose weight is 1, of either sign.',
  },
  sNMU: {
    paper: papers.mistryStochastic,
    summary: 'Stochastic NMU: noise on the inputs in training, which cancels where weights are 0 and 1.',
  },
  'NAC•σ': {
    paper: papers.madsen,
    summary: 'NAC• with weights between 0 and 1: multiplies magnitudes, never divides.',
  },
  'NAC•NMU': {
    paper: papers.madsen,
    summary: 'NAC• with the weights of the NMU: multiplies magnitudes, never divides.',
  },
  'Gated NAU/NMU': {
    paper: papers.madsen,
    summary: 'A learned gate blends a NAU and an NMU.',
  },
  NPU: {
    paper: papers.heim,
    summary: 'Neural power unit: products of real powers of inputs of either sign, through complex weights.',
  },
  RealNPU: {
    paper: papers.heim,
    summary: 'Neural power unit with real weights: simpler, and easier to read.',
  },
  'RealNPU modified': {
    paper: papers.mistryDivision,
    summary: 'RealNPU for division: weights and gates are clipped, and drawn to −1 or 1 and to 0 or 1.',
  },
  NRU: {
    paper: papers.mistryDivision,
    summary:
      'Neural reciprocal unit: multiplies and divides inputs of either sign, with weights drawn to −1, 0 and 1.',
  },
  NMRU: {
    paper: papers.mistryDivision,
    summary:
      'Neural multiplicative reciprocal unit: an NMU over inputs and their reciprocals, with the sign found as in RealNPU.',
  },
  'Hill additive': {
    paper: papers.dujardin,
    summary: 'The additive primitive of Hill Space: a NAC whose weights snap to −1, 0 and 1 near them.',
  },
  'Hill exponential': {
    paper: papers.dujardin,
    summary:
      'The exponential primitive of Hill Space: products and quotients of numbers of either sign, with the weights of the additive one.',
  },
  MCFC: {
    paper: papers.hoedt,
    summary: 'Mass-conserving layer: shares every input out among the outputs, and gates each output.',
  },
  MulMCFC: {
    paper: papers.hoedt,
    summary: 'MCFC in log space: multiplies positive inputs.',
  },
  'MulMCFC iNALU sign': {
    paper: papers.mistryPrimer,
    summary: 'MulMCFC for inputs of either sign, with the sign found as in iNALU.',
  },
  'MulMCFC RealNPU sign': {
    paper: papers.mistryPrimer,
    summary: 'MulMCFC for inputs of either sign, with the sign found as in RealNPU.',
  },
  Linear: { paper: papers.madsen, summary: 'Affine layer.' },
  'Dense ReLU': { paper: papers.madsen, summary: 'Affine layer with a rectified linear activation.' },
  'Dense ReLU6': {
    paper: papers.madsen,
    summary: 'Affine layer with a rectified linear activation that ends at 6.',
  },
  'Dense leaky ReLU': {
    paper: papers.xu,
    summary: 'Affine layer with a rectified linear activation that keeps a small slope below 0.',
  },
  'Dense PReLU': {
    paper: papers.he,
    summary: 'Affine layer with a rectified linear activation whose slope below 0 each output learns.',
  },
  'Dense RReLU': {
    paper: papers.xu,
    summary: 'Affine layer with a rectified linear activation whose slope below 0 is random in training.',
  },
  'Dense ELU': { paper: papers.clevert, summary: 'Affine layer with an exponential linear activation.' },
  'Dense SELU': {
    paper: papers.klambauer,
    summary: 'Affine layer with a scaled exponential linear activation.',
  },
  'Dense softplus': { paper: papers.trask, summary: 'Affine layer with a smooth rectified activation.' },
  'Dense softsign': { paper: papers.trask, summary: 'Affine layer with an algebraic sigmoid activation.' },
  'Dense tanh': { paper: papers.trask, summary: 'Affine layer with a hyperbolic tangent activation.' },
  'Dense hardtanh': {
    paper: papers.trask,
    summary: 'Affine layer with an activation that is linear between −1 and 1 and constant outside.',
  },
  'Dense tanhshrink': {
    paper: papers.trask,
    summary: 'Affine layer with what a hyperbolic tangent leaves over.',
  },
  'Dense sigmoid': { paper: papers.trask, summary: 'Affine layer with a logistic activation.' },
  'Dense hardshrink': {
    paper: papers.trask,
    summary: 'Affine layer with an activation that is 0 near 0 and linear elsewhere.',
  },
  'Dense softshrink': {
    paper: papers.trask,
    summary: 'Affine layer with an activation that moves its sum towards 0.',
  },
  'Dense threshold': {
    paper: papers.konda,
    summary: 'Affine layer with an activation that is linear above a threshold and constant below.',
  },
} as const satisfies Readonly<Record<string, Description>>;

/** Names of the units of the package. */
export type UnitName = keyof typeof descriptions;

const nothing: Description = { summary: '', paper: { title: '', authors: '', year: 0, url: '' } };

/**
 * Summary, formula and paper of a unit; of one from outside the package, what its definition says, if anything. The formula is its
 * equation, printed, unless the definition has one.
 */
export function describeUnit(unit: Unit): UnitDescription {
  checkArguments('describeUnit()', { unit }, { unit: unitKind });
  if (unit.equation) checkValue(equationKind, unit.equation, 'unit.equation');
  const printed = unit.equation ? printEquation(unit.equation) : '';
  const own = Object.hasOwn(descriptions, unit.name) ? descriptions[unit.name as UnitName] : nothing;
  return { formula: printed, ...(unit.description ?? own) };
}
