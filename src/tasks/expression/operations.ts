/** What expressions are made of: every operation with its number of operands, its value in float64, and its WGSL. */

import { wgsl } from '../../../shaders/wgsl.ts';

export interface OperationRecord {
  readonly operands: number;
  compute(a: number, b: number): number;
  /** WGSL, from the WGSL of the operands. */
  text(a: string, b: string): string;
}

const infix = (symbol: string, compute: OperationRecord['compute']): OperationRecord => ({
  operands: 2,
  compute,
  text: (a, b) => `(${a} ${symbol} ${b})`,
});
const call = (name: string, operands: number, compute: OperationRecord['compute']): OperationRecord => ({
  operands,
  compute,
  text: operands === 1 ? (a) => `${name}(${a})` : (a, b) => `${name}(${a}, ${b})`,
});

/** Functions by the name they are called by. */
export const functions = {
  sqrt: call('sqrt', 1, Math.sqrt),
  abs: call('abs', 1, Math.abs),
  exp: call('m_exp', 1, Math.exp),
  log: call('m_log', 1, Math.log),
  sin: call('m_sin', 1, Math.sin),
  cos: call('m_cos', 1, Math.cos),
  min: call('min', 2, (a, b) => Math.min(a, b)),
  max: call('max', 2, (a, b) => Math.max(a, b)),
} as const;

/** Operators by their symbols; `negate` is the minus before an operand. */
export const operators = {
  '+': infix('+', (a, b) => a + b),
  '-': infix('-', (a, b) => a - b),
  '*': infix('*', (a, b) => a * b),
  '/': infix('/', (a, b) => a / b),
  '^': call('t_power', 2, (a, b) => a ** b),
  negate: { operands: 1, compute: (a) => -a, text: (a) => `(-${a})` },
} as const satisfies Readonly<Record<string, OperationRecord>>;

export type OperationName = keyof typeof functions | keyof typeof operators;

export const operations: Readonly<Record<OperationName, OperationRecord>> = { ...functions, ...operators };

/** Whole exponents up to this size are products; beyond, the power goes through logarithms. */
export const LARGEST_PRODUCT = 64;

/** Powers in WGSL: `t_product` multiplies a by itself, n ≥ 1; `t_power` is a ^ b where that is a real number. */
export const powers = wgsl`
fn t_product(a: f32, n: u32) -> f32 {
  var result = select(1.0f, a, (n & 1u) == 1u);
  var factor = a;
  for (var rest = n >> 1u; rest > 0u; rest >>= 1u) {
    factor *= factor;
    if ((rest & 1u) == 1u) { result *= factor; }
  }
  return result;
}
fn t_power(a: f32, b: f32) -> f32 {
  let size = m_exp(b * m_log(abs(a)));
  let half = 0.5f * b;
  let odd = floor(b) == b && floor(half) != half;
  return select(select(size, -size, a < 0.0f && odd), select(0.0f, 1.0f, b == 0.0f), a == 0.0f);
}
`;
