/**
 * The equations of layers as values that every language can be written from: of one row, vectors over the layer's inputs or
 * its outputs, computed element by element, and sums or products over the inputs between the two.
 */

import type { EffectiveWeights, UnitOptions } from '../units/unit.ts';

/** Elementwise functions, by their arguments. */
export type ElementFunction =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'negate'
  | 'abs'
  /** 1, 0 or −1. */
  | 'sign'
  | 'min'
  | 'max'
  | 'log'
  /** log(1 + v). */
  | 'log1p'
  /** Ends at the largest number of the language instead of infinity, so that zero times it is zero. */
  | 'exp'
  /** e^v − 1. */
  | 'expm1'
  | 'tanh'
  | 'sigmoid'
  | 'cos'
  /** What is left of v divided by 2, with the sign of v. */
  | 'mod2'
  /** c where a > b, else d. */
  | 'select';

export type Value =
  /** The row that the layer gets. */
  | { readonly kind: 'input' }
  | { readonly kind: 'number'; readonly value: number }
  /** Weights per input or per output. */
  | { readonly kind: 'weights'; readonly name: string }
  | { readonly kind: 'apply'; readonly f: ElementFunction; readonly args: readonly Value[] }
  /**
   * From inputs to outputs: Σ of_i W_io, or Π ( of_i W_io + 1 − W_io ). `name` is what it is called, `weights` names W
   * `[in][out]`.
   */
  | {
      readonly kind: 'contraction';
      readonly name: string;
      readonly how: 'sum' | 'product';
      readonly of: Value;
      readonly weights: string;
    }
  /** A value that is used more than once, or is better read with a name. */
  | { readonly kind: 'named'; readonly name: string; readonly value: Value };

/** Weights by name: `[in][out]` for contractions, a list per input or per output. */
export type Weights = Readonly<Record<string, readonly (readonly number[])[] | readonly number[]>>;

/** A layer's equation, and what stands in it. */
export interface Equation {
  readonly result: Value;
  readonly weights: Weights;
}

export interface LayerToWrite {
  /** Effective weights, as `readWeights` gives them. */
  readonly effective: EffectiveWeights;
  readonly options: UnitOptions;
}

export type EquationOf = (layer: LayerToWrite) => Equation;

export const input: Value = { kind: 'input' };
export const number = (value: number): Value => ({ kind: 'number', value });
export const weights = (name: string): Value => ({ kind: 'weights', name });
export const named = (name: string, value: Value): Value => ({ kind: 'named', name, value });

/** Σ of_i W_io over the inputs i. */
export const sumOf = (name: string, of: Value, matrix: string): Value => ({
  kind: 'contraction',
  name,
  how: 'sum',
  of,
  weights: matrix,
});

/** Π ( of_i W_io + 1 − W_io ) over the inputs i. */
export const productOf = (name: string, of: Value, matrix: string): Value => ({
  kind: 'contraction',
  name,
  how: 'product',
  of,
  weights: matrix,
});

const apply =
  (f: ElementFunction) =>
  (...args: readonly Value[]): Value => ({ kind: 'apply', f, args });

export const add = apply('add');
export const subtract = apply('subtract');
export const multiply = apply('multiply');
export const divide = apply('divide');
export const negate = apply('negate');
export const abs = apply('abs');
export const sign = apply('sign');
export const min = apply('min');
export const max = apply('max');
export const log = apply('log');
export const log1p = apply('log1p');
export const exp = apply('exp');
export const expm1 = apply('expm1');
export const tanh = apply('tanh');
export const sigmoid = apply('sigmoid');
export const cos = apply('cos');
export const mod2 = apply('mod2');
export const select = apply('select');

/**
 * The statements that `result` needs, each after those it uses: contractions and named values, in the order in which they are
 * first needed.
 */
export function statementsOf(result: Value): Extract<Value, { kind: 'contraction' | 'named' }>[] {
  const found: Extract<Value, { kind: 'contraction' | 'named' }>[] = [];
  const visit = (value: Value): void => {
    if (value.kind === 'apply') value.args.forEach(visit);
    if (value.kind === 'contraction' || value.kind === 'named') {
      if (found.includes(value)) return;
      visit(value.kind === 'named' ? value.value : value.of);
      found.push(value);
    }
  };
  visit(result);
  return found;
}
