/**
 * Activations of dense layers, as WGSL expressions of the weighted sum `z` (and `leak`, the slope of the leaky ones for
 * negative z), with their derivatives. PyTorch's definitions, constants and derivatives at corners.
 */
import { f32 } from '../wgsl.ts';

export interface Activation {
  /** Statements that come before both expressions. */
  readonly before?: string;
  readonly value: string;
  readonly slope: string;
}

const leaky: Activation = {
  value: 'select(leak * z, z, z > 0.0)',
  slope: 'select(leak, 1.0, z > 0.0)',
};

/** λ and α of SELU: Klambauer et al., 2017. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** The alternating series c₁ v − c₂ v² + c₃ v³ − … by Horner's scheme. */
const series =
  (...coefficients: readonly number[]) =>
  (v: string): string =>
    coefficients.reduceRight((rest, c) => `${v} * (${f32(c)} - ${rest})`, '0.0');

export const activations = {
  identity: () => ({ value: 'z', slope: '1.0' }),
  relu: () => ({ value: 'max(z, 0.0)', slope: 'select(0.0, 1.0, z > 0.0)' }),
  relu6: () => ({ value: 'clamp(z, 0.0, 6.0)', slope: 'select(0.0, 1.0, (z > 0.0) & (z < 6.0))' }),
  leaky: () => leaky,
  elu: (alpha: number) => ({
    value: `select(${f32(alpha)} * m_expm1(z), z, z > 0.0)`,
    slope: `select(${f32(alpha)} * m_exp(z), 1.0, z > 0.0)`,
  }),
  selu: () => ({
    value: `${f32(SELU_SCALE)} * select(${f32(SELU_ALPHA)} * m_expm1(z), z, z > 0.0)`,
    slope: `${f32(SELU_SCALE)} * select(${f32(SELU_ALPHA)} * m_exp(z), 1.0, z > 0.0)`,
  }),
  /** log(1 + eᶻ) as max(z, 0) + log(1 + e) with e = exp(−|z|); the logarithm by its series where e is small. */
  softplus: () => ({
    before: 'let e = m_exp(-abs(z));',
    value: `max(z, 0.0) + select(m_log(1.0 + e), ${series(1, 1 / 2, 1 / 3, 1 / 4, 1 / 5)('e')}, e < 0.0625)`,
    slope: 'm_sigmoid(z)',
  }),
  softsign: () => ({
    before: 'let r = 1.0 / (1.0 + abs(z));',
    value: 'z / (1.0 + abs(z))',
    slope: 'r * r',
  }),
  tanh: () => ({ value: 'm_tanh(z)', slope: 'm_tanh_slope(z)' }),
  hardtanh: () => ({ value: 'clamp(z, -1.0, 1.0)', slope: 'select(0.0, 1.0, abs(z) < 1.0)' }),
  /** z − tanh z, by its series where the two are close. */
  tanhshrink: () => ({
    before: 'let q = z * z;',
    value: `select(z - m_tanh(z), z * ${series(1 / 3, 2 / 15, 17 / 315, 62 / 2835)('q')}, q < 0.0625)`,
    slope: 'm_tanh(z) * m_tanh(z)',
  }),
  sigmoid: () => ({ value: 'm_sigmoid(z)', slope: 'm_sigmoid_slope(z)' }),
  hardshrink: (lambda: number) => ({
    value: `select(0.0, z, abs(z) > ${f32(lambda)})`,
    slope: `select(0.0, 1.0, abs(z) > ${f32(lambda)})`,
  }),
  softshrink: (lambda: number) => ({
    value: `m_sign(z) * max(abs(z) - ${f32(lambda)}, 0.0)`,
    slope: `select(0.0, 1.0, abs(z) > ${f32(lambda)})`,
  }),
  threshold: (threshold: number, value: number) => ({
    value: `select(${f32(value)}, z, z > ${f32(threshold)})`,
    slope: `select(0.0, 1.0, z > ${f32(threshold)})`,
  }),
} satisfies Record<string, (...constants: number[]) => Activation>;
