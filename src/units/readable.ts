/** What can be read off a layer's raw parameters: effective weights, and how far they are from whole numbers. */

import type { EffectiveWeights, RawParameters, Unit } from './unit.ts';

/** Effective values, `[in][out]`, from the raw parameters of a layer. */
export type Formula = (parameters: RawParameters, inputs: number, outputs: number) => number[][];

/** One element's value from its raw parameters by name. */
type Element = (parameter: (name: string) => number) => number;

const valuesAt =
  (f: Element, rows: (inputs: number) => number, cols: (outputs: number) => number): Formula =>
  (parameters, inputs, outputs) =>
    table(rows(inputs), cols(outputs), (at) => f((name) => parameters[name]?.[at] ?? Number.NaN));

const table = (rows: number, cols: number, value: (at: number) => number): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, o) => value(i * cols + o)));

const all = (count: number): number => count;
const one = (): number => 1;

/** A value per edge, `[in][out]`. */
export const perEdge = (f: Element): Formula => valuesAt(f, all, all);
/** A value per input, a column. */
export const perInput = (f: Element): Formula => valuesAt(f, all, one);
/** A value per output, a row. */
export const perOutput = (f: Element): Formula => valuesAt(f, one, all);

export const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
export const clamp = (v: number, low: number, high: number): number => Math.max(low, Math.min(high, v));

/**
 * `weights` and `sparsityError` of a unit. `sparse` names the effective weights that the sparsity error looks at: the
 * largest distance of each to −1, 0 or 1; of several, the `largest` or the `mean`.
 */
export function readable(
  formulas: Readonly<Record<string, Formula>>,
  sparse: readonly string[],
  combine: 'largest' | 'mean' = 'largest',
): Reading {
  const weights = (parameters: RawParameters, inputs: number, outputs: number): EffectiveWeights =>
    Object.fromEntries(Object.entries(formulas).map(([name, f]) => [name, f(parameters, inputs, outputs)]));
  return {
    weights,
    sparsityError(parameters, inputs, outputs) {
      const effective = weights(parameters, inputs, outputs);
      const errors = sparse.map((name) => distance(effective[name] ?? []));
      return combine === 'mean'
        ? errors.reduce((sum, error) => sum + error, 0) / errors.length
        : Math.max(...errors);
    },
  };
}

/** What can be read off a layer of a unit. */
type Reading = Pick<Unit, 'weights' | 'sparsityError'>;

/** A record out of its parts. As the result of a call, unlike a spread, a bundler may leave it out where nobody uses it. */
export const unit = ({ reading, ...record }: Omit<Unit, keyof Reading> & { reading: Reading }): Unit => ({
  ...record,
  ...reading,
});

/** max over the values of min(|v|, |1 − |v||). */
const distance = (values: readonly (readonly number[])[]): number =>
  values.flat().reduce((largest, value) => {
    const size = Math.abs(value);
    return Math.max(largest, Math.min(size, Math.abs(1 - size)));
  }, 0);
