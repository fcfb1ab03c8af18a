/** The units' equations over their effective weights, as the records' `forward` has them in float64. */

import { denseEquations } from './dense-equations.ts';
import {
  abs,
  add,
  cos,
  type EquationOf,
  exp,
  input,
  type LayerToWrite,
  log,
  max,
  min,
  mod2,
  multiply,
  named,
  negate,
  number,
  productOf,
  select,
  sigmoid,
  sign,
  subtract,
  sumOf,
  type Value,
  type Weights,
  weights,
} from './value.ts';

/** The effective weights called `names` as they are. */
const matrices = ({ effective }: LayerToWrite, ...names: string[]): Weights =>
  Object.fromEntries(names.map((name) => [name, effective[name] ?? []]));

/** Effective weights that are a column or a row, as a list. */
const vector = ({ effective }: LayerToWrite, name: string): number[] => (effective[name] ?? []).flat();

const option = ({ options }: LayerToWrite, name: string): Value => number(options[name] as number);

/** a = x W. */
const additive: EquationOf = (layer) => ({ result: sumOf('a', input, 'W'), weights: matrices(layer, 'W') });

/** m = exp( log(|x| + ε) W ). */
const power = (layer: LayerToWrite, matrix: string): Value =>
  exp(sumOf('l', named('logs', log(add(abs(input), option(layer, 'epsilon')))), matrix));

const inLogSpace: EquationOf = (layer) => ({ result: power(layer, 'W'), weights: matrices(layer, 'W') });

/** σ(z) a + σ(−z) m, z = x G. */
function blended(a: Value, m: Value): Value {
  const z = sumOf('z', input, 'G');
  return add(multiply(sigmoid(z), a), multiply(sigmoid(negate(z)), m));
}

const naluWith =
  (multiplicative: 'W' | 'W_mul'): EquationOf =>
  (layer) => ({
    result: blended(sumOf('a', input, 'W'), power(layer, multiplicative)),
    weights: matrices(layer, ...new Set(['W', multiplicative, 'G'])),
  });

/** y = g a + (1 − g) exp( min( log(max(|x|, ε)) W′, ω ) ) Π ( sign(x) |W′| + 1 − |W′| ). */
const inalu: EquationOf = (layer) => {
  const logs = named('logs', log(max(abs(input), option(layer, 'epsilon'))));
  const size = exp(min(sumOf('l', logs, 'W_mul'), option(layer, 'omega')));
  const product = multiply(size, productOf('s', named('signs', sign(input)), 'W_sign'));
  const g = vector(layer, 'g');
  return {
    result: add(multiply(weights('g'), sumOf('a', input, 'W')), multiply(weights('one_minus_g'), product)),
    weights: {
      ...matrices(layer, 'W', 'W_mul'),
      W_sign: (layer.effective.W_mul ?? []).map((row) => row.map(Math.abs)),
      g,
      one_minus_g: g.map((value) => 1 - value),
    },
  };
};

/** k / π = ĝ [x < 0]. */
const halfTurns = named('turns', select(number(0), input, weights('g'), number(0)));

/** log(r), r = ĝ (|x| + ε) + 1 − ĝ. */
const logR = (layer: LayerToWrite): Value =>
  named(
    'logs',
    log(
      add(
        multiply(weights('g'), add(abs(input), option(layer, 'epsilon'))),
        subtract(number(1), weights('g')),
      ),
    ),
  );

/** cos(π t), exact for whole turns however many they are. */
const cosOfTurns = (turns: Value, shift?: Value): Value => {
  const angle = multiply(number(Math.PI), mod2(turns));
  return cos(shift ? add(angle, shift) : angle);
};

/** y = exp( log(r) W ) cos( k W ). */
const realNpu: EquationOf = (layer) => ({
  result: multiply(exp(sumOf('l', logR(layer), 'W')), cosOfTurns(sumOf('t', halfTurns, 'W'))),
  weights: { ...matrices(layer, 'W'), g: vector(layer, 'g') },
});

/** y = exp( log(r) W − k W″ ) cos( k W + log(r) W″ ). */
const npu: EquationOf = (layer) => {
  const logs = logR(layer);
  const damping = multiply(number(Math.PI), sumOf('t_im', halfTurns, 'W_im'));
  return {
    result: multiply(
      exp(subtract(sumOf('l', logs, 'W'), damping)),
      cosOfTurns(sumOf('t', halfTurns, 'W'), sumOf('l_im', logs, 'W_im')),
    ),
    weights: { ...matrices(layer, 'W', 'W_im'), g: vector(layer, 'g') },
  };
};

/** y = s exp( o (log(x) J) + α ), the logarithm of the smallest number of float32 for everything below it. */
const mulMcfc =
  (size: Value, sign: Value | undefined, names: readonly string[] = []): EquationOf =>
  (layer) => {
    const l = sumOf('l', named('logs', log(max(size, number(2 ** -126)))), 'J');
    const power = exp(add(multiply(weights('o'), l), weights('alpha')));
    return {
      result: sign ? multiply(sign, power) : power,
      weights: {
        ...matrices(layer, 'J'),
        ...Object.fromEntries(['o', 'alpha', ...names].map((name) => [name, vector(layer, name)])),
      },
    };
  };

/** By the name of the unit. */
export const equations: Readonly<Record<string, EquationOf>> = {
  ...denseEquations,
  NAC: additive,
  NAU: additive,
  'NAC•': inLogSpace,
  'NAC•σ': inLogSpace,
  'NAC•NMU': inLogSpace,
  NALU: naluWith('W'),
  'NALU untied': naluWith('W_mul'),
  'G-NALU': naluWith('W'),
  iNALU: inalu,
  NMU: (layer) => ({ result: productOf('m', input, 'W'), weights: matrices(layer, 'W') }),
  'Gated NAU/NMU': (layer) => ({
    result: blended(sumOf('a', input, 'W'), productOf('m', input, 'W_mul')),
    weights: matrices(layer, 'W', 'W_mul', 'G'),
  }),
  NPU: npu,
  RealNPU: realNpu,
  'RealNPU modified': realNpu,
  MCFC: (layer) => ({
    result: multiply(weights('o'), sumOf('a', input, 'J')),
    weights: { ...matrices(layer, 'J'), o: vector(layer, 'o') },
  }),
  MulMCFC: mulMcfc(input, undefined),
  'MulMCFC iNALU sign': mulMcfc(abs(input), productOf('s', named('signs', sign(input)), 'J')),
  'MulMCFC RealNPU sign': mulMcfc(abs(input), cosOfTurns(sumOf('t', halfTurns, 'J')), ['g']),
};
