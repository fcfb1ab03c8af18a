/** Functions of one number that candidates may hold, with their derivatives. */

export interface FunctionOfOne {
  readonly value: (x: number) => number;
  readonly slope: (x: number) => number;
}

export const functions = {
  exp: { value: Math.exp, slope: Math.exp },
  log: { value: Math.log, slope: (x) => 1 / x },
  sin: { value: Math.sin, slope: Math.cos },
  cos: { value: Math.cos, slope: (x) => -Math.sin(x) },
  tan: { value: Math.tan, slope: (x) => 1 / Math.cos(x) ** 2 },
  asin: { value: Math.asin, slope: (x) => 1 / Math.sqrt(1 - x * x) },
  acos: { value: Math.acos, slope: (x) => -1 / Math.sqrt(1 - x * x) },
  atan: { value: Math.atan, slope: (x) => 1 / (1 + x * x) },
  tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
  cosh: { value: Math.cosh, slope: Math.sinh },
  sinh: { value: Math.sinh, slope: Math.cosh },
  abs: { value: Math.abs, slope: Math.sign },
} satisfies Record<string, FunctionOfOne>;

export type FunctionName = keyof typeof functions;
