/** What a unit is: a record that names its parameters, where they start, how to read them, and the shader it runs. */

import type { UnitShader } from '../../shaders/units/unit.ts';
import type { Initializer } from './initializers.ts';

/** One scheme of initial values: an initialiser for every parameter. */
export type Initialization = Readonly<Record<string, Initializer>>;

/** A layer's raw parameters by name: `[in, out]` per edge (row-major), `[in]` per input, `[out]` per output. */
export type RawParameters = Readonly<Record<string, ArrayLike<number>>>;

/** Effective weights by name, `[in][out]`; per-input and per-output values are a column and a row. */
export type EffectiveWeights = Readonly<Record<string, number[][]>>;

/** Numbers a unit can be built with; fixed when the kernels are compiled. */
export type UnitOptions = Readonly<Record<string, number>>;

export interface Unit {
  /** As in the literature; unique in the registry. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** The forward pass in Unicode mathematics. */
  readonly formula: string;
  readonly paper: {
    readonly title: string;
    readonly authors: string;
    readonly year: number;
    readonly arxiv: string;
  };
  /** Options with their defaults. */
  readonly options: UnitOptions;
  /** The shader, for these options. */
  shader(options: UnitOptions): UnitShader;
  /** Named schemes of initial values; `initialization` is the default's name. */
  readonly initializations: Readonly<Record<string, Initialization>>;
  readonly initialization: string;
  /**
   * Effective weights, computed in float64 from the raw parameters of a layer with this shape: what a reader looks at
   * to see what was learnt.
   */
  weights(parameters: RawParameters, inputs: number, outputs: number): EffectiveWeights;
}

/** `f` of every edge's parameters, `[in][out]`. */
export function perEdge(
  parameters: RawParameters,
  inputs: number,
  outputs: number,
  f: (parameter: (name: string) => number) => number,
): number[][] {
  return Array.from({ length: inputs }, (_, i) =>
    Array.from({ length: outputs }, (_, o) => f((name) => parameters[name]?.[i * outputs + o] ?? Number.NaN)),
  );
}
