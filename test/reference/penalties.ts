/**
 * Penalties and ranges of parameters, from the papers and the benchmarks' code: by the unit's name and the parameter's.
 * A parameter that is not named has neither.
 */
import { type Matrix64, map, mul } from './autodiff.ts';
import { abs, affine, like, min } from './operations.ts';

/** The penalty of each element. */
export type Penalty = (v: Matrix64) => Matrix64;

/** min(|v|, |1 − |v||): towards −1, 0 and 1. */
const integers: Penalty = (v) => min(abs(v), abs(affine(abs(v), -1, 1)));
/** min(|v|, |1 − v|): towards 0 and 1. */
const bits: Penalty = (v) => min(abs(v), abs(affine(v, -1, 1)));
/** |1 − |v||: towards −1 and 1. */
const signs: Penalty = (v) => abs(affine(abs(v), -1, 1));
/** max(min(v, −v) + 20, 0): away from 0. */
const outwards: Penalty = (v) =>
  map(
    affine(min(v, affine(v, -1)), 1, 20),
    (w) => Math.max(w, 0),
    (w) => (w > 0 ? 1 : 0),
  );
/** −v²: away from 0, without end. */
const minusSquare: Penalty = (v) => affine(mul(v, v), -1);
const scaled =
  (penalty: Penalty, factor: number): Penalty =>
  (v) =>
    mul(like(v, factor), penalty(v));

const massConserving = { r: minusSquare, w: minusSquare, b: minusSquare };

export const penalties: Readonly<Record<string, Readonly<Record<string, Penalty>>>> = {
  iNALU: { W_hat: outwards, M_hat: outwards, W_hat_mul: outwards, M_hat_mul: outwards, g: outwards },
  NAU: { W: integers },
  NMU: { W: bits },
  sNMU: { W: bits },
  'NAC•NMU': { W: bits },
  'Gated NAU/NMU': { W: integers, W_mul: bits },
  NPU: { W_re: abs, W_im: abs, g: abs },
  RealNPU: { W_re: abs, g: abs },
  'RealNPU modified': { W_re: signs, g: bits },
  NRU: { W: integers },
  NMRU: { W: bits, W_inv: bits },
  MCFC: massConserving,
  MulMCFC: massConserving,
  'MulMCFC iNALU sign': massConserving,
  // The gate's penalty has strength 1 where the others have 10.
  'MulMCFC RealNPU sign': { ...massConserving, g: scaled(bits, 0.1) },
};

/** Ranges to which parameters are clipped after each update. */
export const ranges: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
  NAU: { W: [-1, 1] },
  NMU: { W: [0, 1] },
  sNMU: { W: [0, 1] },
  'NAC•NMU': { W: [0, 1] },
  'Gated NAU/NMU': { W: [-1, 1], W_mul: [0, 1] },
  'RealNPU modified': { W_re: [-1, 1], g: [0, 1] },
  NRU: { W: [-1, 1] },
  NMRU: { W: [0, 1], W_inv: [0, 1] },
};
