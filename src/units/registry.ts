/** Every unit of the package, by name, once this is loaded. */

import { denseUnits } from './dense.ts';
import type { UnitName } from './descriptions.ts';
import { hillAdditive, hillExponential } from './hill-space.ts';
import { inalu } from './inalu.ts';
import { register } from './known.ts';
import { mcfc, mulMcfc, mulMcfcCosineSign, mulMcfcProductSign } from './mcfc-family.ts';
import { gNalu, nac, nacMul, nalu, naluUntied } from './nac-family.ts';
import { gatedNauNmu, nacMulNmu, nacMulSigma, nau, nmu, stochasticNmu } from './nau-nmu.ts';
import { npu, realNpu, realNpuModified } from './npu-family.ts';
import { nmru, nru } from './reciprocal.ts';
import type { Unit } from './unit.ts';

/** All units of the package. */
export const units: readonly (Unit & { readonly name: UnitName })[] = [
  nac,
  nacMul,
  nalu,
  naluUntied,
  gNalu,
  inalu,
  nau,
  nmu,
  stochasticNmu,
  nacMulSigma,
  nacMulNmu,
  gatedNauNmu,
  npu,
  realNpu,
  realNpuModified,
  nru,
  nmru,
  hillAdditive,
  hillExponential,
  mcfc,
  mulMcfc,
  mulMcfcProductSign,
  mulMcfcCosineSign,
  ...denseUnits,
] as (Unit & { readonly name: UnitName })[];

register(units);

export { findUnit } from './known.ts';
