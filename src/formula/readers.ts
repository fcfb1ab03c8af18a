/** The equations of the units as expressions of their effective weights, as the records' `forward` has them in float64. */

import { isNonNegative } from '../expression/domain.ts';
import { call, negate, product, sum } from '../expression/simplify.ts';
import type { Constant, Expression } from '../expression/tree.ts';
import { constant } from '../expression/tree.ts';
import { denseReaders } from './dense-readers.ts';
import {
  gated,
  isNegative,
  type LayerReading,
  magnitude,
  mixedProduct,
  perOutput,
  powers,
  type Reader,
  safety,
  signByTurns,
  snapped,
  weightAt,
  weightedSum,
} from './reading.ts';

const same = (x: Expression): Expression => x;

/** y = x W. */
const additive: Reader = (layer) => perOutput(layer, (o) => weightedSum(layer, 'W', o, 'sign'));

/** m = Π ( |x| + ε )^W. */
const inLogSpace: Reader = (layer) => perOutput(layer, (o) => powers(layer, 'W', o, magnitude(layer)));

/** y = σ(z) x W + (1 − σ(z)) Π ( |x| + ε )^W′, z = x G. */
const naluWith =
  (multiplicative: string): Reader =>
  (layer) =>
    perOutput(layer, (o) =>
      gated(
        layer,
        weightedSum(layer, 'G', o, 'absence'),
        weightedSum(layer, 'W', o, 'sign'),
        powers(layer, multiplicative, o, magnitude(layer)),
      ),
    );

/** Π ( W x + 1 − W ). */
const nmuOf = (layer: LayerReading, name: string, o: number): Expression =>
  mixedProduct(layer, (i) => weightAt(layer, name, i, o, 'share'), same);

/** The gate of an input times its weight: turns of an input below zero, and whether it counts at all. */
const npuGate = (layer: LayerReading, i: number): Constant => weightAt(layer, 'g', i, 0, 'share');
const npuBase = (layer: LayerReading, x: Expression, i: number): Expression => {
  const g = npuGate(layer, i);
  return sum(product(g, magnitude(layer)(x)), constant(1 - g.value, g.free));
};
const npuTurns = (layer: LayerReading, name: string, i: number, o: number): Constant => {
  const g = npuGate(layer, i);
  const w = weightAt(layer, name, i, o, 'exponent');
  return constant(g.value * w.value, g.free || w.free);
};

/** y = Π r^W cos( k W ), r = ĝ (|x| + ε) + 1 − ĝ. */
const realNpu: Reader = (layer) => {
  const bases = layer.x.map((x, i) => npuBase(layer, x, i));
  const ofBases = { ...layer, x: bases };
  return perOutput(layer, (o) =>
    product(
      powers(ofBases, 'W', o, same),
      signByTurns(layer, (i) => npuTurns(layer, 'W', i, o)),
    ),
  );
};

/** y = exp( log(r) W − k W″ ) cos( k W + log(r) W″ ). */
const npu: Reader = (layer) => {
  const imaginary = (i: number, o: number) => weightAt(layer, 'W_im', i, o, 'absence');
  const real = realNpu(layer);
  const bases = layer.x.map((x, i) => npuBase(layer, x, i));
  return perOutput(layer, (o) => {
    if (layer.x.every((_, i) => imaginary(i, o).value === 0)) return real[o] as Expression;
    const shift = sum(...bases.map((r, i) => product(imaginary(i, o), call('log', r))));
    const turned = layer.x.map((x, i) => product(npuTurns(layer, 'W', i, o), isNegative(x)));
    const damped = layer.x.map((x, i) => product(imaginary(i, o), npuGate(layer, i), isNegative(x)));
    const pi = constant(Math.PI);
    return product(
      powers({ ...layer, x: bases }, 'W', o, same),
      call('exp', negate(product(pi, sum(...damped)))),
      call('cos', sum(product(pi, sum(...turned)), shift)),
    );
  });
};

/** y = g x W + (1 − g) exp( min( log(max(|x|, ε)) W′, ω ) ) Π ( sign(x) |W′| + 1 − |W′| ). */
const inalu: Reader = (layer) =>
  perOutput(layer, (o) => {
    const g = weightAt(layer, 'g', 0, o, 'share');
    const w = (i: number) => weightAt(layer, 'W_mul', i, o, 'exponent');
    const sign = mixedProduct(
      layer,
      (i) => {
        const { value, free } = w(i);
        return snapped(layer, Math.abs(value), 'share').free
          ? constant(Math.abs(value), free)
          : constant(Math.round(Math.abs(value)));
      },
      (x) => call('sign', x),
    );
    const size = layer.snapping
      ? powers(layer, 'W_mul', o, (x) => call('abs', x))
      : call(
          'exp',
          call(
            'min',
            sum(
              ...layer.x.map((x, i) =>
                product(w(i), call('log', call('max', call('abs', x), safety(layer, 'epsilon', 0)))),
              ),
            ),
            safety(layer, 'omega', 0),
          ),
        );
    return sum(
      product(g, weightedSum(layer, 'W', o, 'sign')),
      product(constant(1 - g.value, g.free), size, sign),
    );
  });

/** What stands for everything below it in the logarithm of MulMCFC. */
const TINY = constant(2 ** -126);

/** y = s exp( o (log(x) J) + α ), the sign s of the input as `sign` has it. */
const mulMcfc =
  (feature: (x: Expression) => Expression, sign: (layer: LayerReading, o: number) => Expression): Reader =>
  (layer) =>
    perOutput(layer, (o) => {
      const gate = weightAt(layer, 'o', 0, o, 'share');
      const alpha = weightAt(layer, 'alpha', 0, o, 'absence');
      const base = (x: Expression): Expression => {
        const value = feature(x);
        return layer.snapping && isNonNegative(value) ? value : call('max', value, TINY);
      };
      const shares = layer.x.map((_, i) => {
        const share = weightAt(layer, 'J', i, o, 'share');
        return constant(gate.value * share.value, gate.free || share.free);
      });
      const powersOf = powers(
        { ...layer, weights: { exponents: shares.map(({ value }) => [value]) } },
        'exponents',
        0,
        base,
      );
      return product(constant(Math.exp(alpha.value), alpha.free), powersOf, sign(layer, o));
    });

export const readers: Readonly<Record<string, Reader>> = {
  ...denseReaders,
  NAC: additive,
  NAU: additive,
  'NAC•': inLogSpace,
  'NAC•σ': inLogSpace,
  'NAC•NMU': inLogSpace,
  NALU: naluWith('W'),
  'NALU untied': naluWith('W_mul'),
  'G-NALU': naluWith('W'),
  iNALU: inalu,
  NMU: (layer) => perOutput(layer, (o) => nmuOf(layer, 'W', o)),
  'Gated NAU/NMU': (layer) =>
    perOutput(layer, (o) =>
      gated(
        layer,
        weightedSum(layer, 'G', o, 'absence'),
        weightedSum(layer, 'W', o, 'sign'),
        nmuOf(layer, 'W_mul', o),
      ),
    ),
  NPU: npu,
  RealNPU: realNpu,
  'RealNPU modified': realNpu,
  MCFC: (layer) =>
    perOutput(layer, (o) => product(weightAt(layer, 'o', 0, o, 'share'), weightedSum(layer, 'J', o, 'sign'))),
  MulMCFC: mulMcfc(same, () => constant(1)),
  'MulMCFC iNALU sign': mulMcfc(
    (x) => call('abs', x),
    (layer, o) =>
      mixedProduct(
        layer,
        (i) => weightAt(layer, 'J', i, o, 'share'),
        (x) => call('sign', x),
      ),
  ),
  'MulMCFC RealNPU sign': mulMcfc(
    (x) => call('abs', x),
    (layer, o) =>
      signByTurns(layer, (i) => {
        const g = npuGate(layer, i);
        const share = weightAt(layer, 'J', i, o, 'share');
        return constant(g.value * share.value, g.free || share.free);
      }),
  ),
};
