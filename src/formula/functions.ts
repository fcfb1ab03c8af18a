/** The functions of expressions in float64. */

import type { FunctionName } from './expression.ts';

export const functions: Readonly<Record<FunctionName, (a: number, b: number) => number>> = {
  abs: Math.abs,
  sign: Math.sign,
  exp: Math.exp,
  log: Math.log,
  cos: Math.cos,
  min: Math.min,
  max: Math.max,
};

export const applyFunction = (name: FunctionName, [a, b = Number.NaN]: readonly number[]): number =>
  functions[name](a as number, b);
