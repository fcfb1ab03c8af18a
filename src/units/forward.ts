/**
 * What the units' equations in float64 are written with: sums and products over the inputs, and functions of them for
 * each output. A record's `forward` is its equation in these words.
 *
 * Clamps that belong to an equation (ε, ω, gates) are as in the shader. What the shader adds for float32's sake is not:
 * numbers that float32 cannot hold saturate there and are themselves here, up to infinity.
 */

import type { Formula } from './readable.ts';
import type { Forward, UnitOptions } from './unit.ts';

/** What is made of an input before it is weighted; `gate` is the input's own value, where a formula gives one. */
export type Feature = (x: number, gate: number) => number;

/** log(|x| + ε) */
const logMagnitude =
  (epsilon: number): Feature =>
  (x) =>
    Math.log(Math.abs(x) + epsilon);

/** Σ f(x) W over the inputs. */
export const sum =
  (weight: Formula, feature?: Feature, gate?: Formula): Forward =>
  (parameters, inputs, outputs) => {
    const w = flat(weight(parameters, inputs, outputs));
    const features = featuresOf(inputs, feature, gate && flat(gate(parameters, inputs, outputs)));
    const y = new Float64Array(outputs);
    return (x) => {
      const f = features(x);
      y.fill(0);
      for (let i = 0, at = 0; i < inputs; i++) {
        const value = f[i] as number;
        for (let o = 0; o < outputs; o++, at++) y[o]! += value * (w[at] as number);
      }
      return y;
    };
  };

/** Π ( f(x) W + 1 − W ) over the inputs: 0 where any factor is, however large the others are. */
export const product =
  (weight: Formula, feature?: Feature): Forward =>
  (parameters, inputs, outputs) => {
    const w = flat(weight(parameters, inputs, outputs));
    const features = featuresOf(inputs, feature);
    const y = new Float64Array(outputs);
    return (x) => {
      const f = features(x);
      y.fill(1);
      for (let i = 0, at = 0; i < inputs; i++) {
        const value = f[i] as number;
        for (let o = 0; o < outputs; o++, at++) {
          y[o] = times(value * (w[at] as number) + (1 - (w[at] as number)), y[o] as number);
        }
      }
      return y;
    };
  };

/** A value for each output that no input changes. */
export const constant =
  (value: Formula): Forward =>
  (parameters, inputs, outputs) => {
    const y = flat(value(parameters, inputs, outputs));
    return () => y;
  };

const nothing: Forward = (_parameters, _inputs, outputs) => {
  const y = new Float64Array(outputs);
  return () => y;
};

/** f for each output, of what up to four parts give for it. */
export const combine =
  (
    f: (a: number, b: number, c: number, d: number) => number,
    first: Forward,
    second = nothing,
    third = nothing,
    fourth = nothing,
  ): Forward =>
  (...layer) => {
    const [partA, partB] = [first(...layer), second(...layer)];
    const [partC, partD] = [third(...layer), fourth(...layer)];
    const y = new Float64Array(layer[2]);
    return (x) => {
      const a = partA(x);
      const b = partB(x);
      const c = partC(x);
      const d = partD(x);
      for (let o = 0; o < y.length; o++) {
        y[o] = f(a[o] as number, b[o] as number, c[o] as number, d[o] as number);
      }
      return y;
    };
  };

/** An equation that depends on the unit's options. */
export const withOptions =
  (equation: (options: UnitOptions) => Forward): Forward =>
  (...layer) =>
    equation(layer[3])(...layer);

/** m = exp( log(|x| + ε) W ): NAC• over any weight. */
export const inLogSpace = (weight: Formula): Forward =>
  withOptions(({ epsilon }) => combine(Math.exp, sum(weight, logMagnitude(epsilon as number))));

/** σ(z) ⊙ a + (1 − σ(z)) ⊙ m. A path whose gate is shut does not count, even where it is infinite. */
export const blend = (gate: Forward, additive: Forward, multiplicative: Forward): Forward =>
  combine(
    (z, a, m) => times(1 / (1 + Math.exp(-z)), a) + times(1 / (1 + Math.exp(z)), m),
    gate,
    additive,
    multiplicative,
  );

/** a b, where zero times infinity is zero. */
function times(a: number, b: number): number {
  const value = a * b;
  return Number.isNaN(value) && !Number.isNaN(a) && !Number.isNaN(b) ? 0 : value;
}

/** cos(π turns), exact for whole turns however many they are. */
export const cosPi = (turns: number): number => Math.cos(Math.PI * (turns % 2));

const flat = (values: readonly (readonly number[])[]): Float64Array => Float64Array.from(values.flat());

/** The features of a row; without a feature, the row itself. */
function featuresOf(inputs: number, feature?: Feature, gates?: Float64Array) {
  if (!feature) return (x: ArrayLike<number>) => x;
  const features = new Float64Array(inputs);
  return (x: ArrayLike<number>): ArrayLike<number> => {
    for (let i = 0; i < inputs; i++) features[i] = feature(x[i] as number, gates ? (gates[i] as number) : 1);
    return features;
  };
}
