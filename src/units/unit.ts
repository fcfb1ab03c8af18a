/** What a unit is: a record that names its parameters, where they start, how to read them, and the shader it runs. */

import type { UnitShader } from '../../shaders/units/unit.ts';
import { such } from '../options/kinds.ts';
import type { UnitEquation, UnitOptions } from './equation.ts';
import type { Initializer } from './initializers.ts';
import type { Operation, Recipe, TaskRecipe } from './recipe.ts';

export type { UnitOptions };

/** One scheme of initial values: an initialiser for every parameter. */
export type Initialization = Readonly<Record<string, Initializer>>;

/** A layer's raw parameters by name: `[in, out]` per edge (row-major), `[in]` per input, `[out]` per output. */
export type RawParameters = Readonly<Record<string, ArrayLike<number>>>;

/** Effective weights by name, `[in][out]`; per-input and per-output values are a column and a row. */
export type EffectiveWeights = Readonly<Record<string, number[][]>>;

/** A publication on arXiv. */
export interface Paper {
  readonly title: string;
  readonly authors: string;
  readonly year: number;
  /** Its number on arXiv; undefined for what is published elsewhere. */
  readonly arxiv?: string;
  /** Where it can be read. */
  readonly url: string;
}

/** What people read about a unit; `describeUnit` has it for the package's own. */
export interface UnitDescription {
  /** One sentence. */
  readonly summary: string;
  /** The forward pass in Unicode mathematics. */
  readonly formula: string;
  readonly paper: Paper;
}

/** A layer with its parameters fixed: outputs of one row, in an array that the next call may overwrite. */
export type RowFunction = (x: ArrayLike<number>) => Float64Array;

/**
 * A unit's equation in float64: from raw parameters, the shape of the layer and the unit's options to a function that
 * predicts row by row, with the effective weights computed once.
 */
export type Forward = (
  parameters: RawParameters,
  inputs: number,
  outputs: number,
  options: UnitOptions,
) => RowFunction;

/** A kind of arithmetic layer: its equation, parameters, initial values and how the literature trains it. `defineUnit` makes one. */
export interface Unit {
  /** As in the literature; unique in the registry. */
  readonly name: string;
  /** Of a unit from outside the package. */
  readonly description?: UnitDescription;
  /** Operations on two inputs that one layer can represent, if only for positive inputs. */
  readonly operations: readonly Operation[];
  /** Options with their defaults. */
  readonly options: UnitOptions;
  /** Its equation; of a unit whose maths is known to its shader alone, there is none. */
  readonly equation?: UnitEquation;
  /** The shader, for these options. */
  shader(options: UnitOptions): UnitShader;
  /** Named schemes of initial values; `initialization` is the default's name. */
  readonly initializations: Readonly<Record<string, Initialization>>;
  readonly initialization: string;
  /** How to train it when nothing else is known of the task. */
  readonly recipe: Recipe;
  /** How it was trained for tasks of the literature, where that is another recipe; see `recipeFor`. */
  readonly recipes?: readonly TaskRecipe[];
  /**
   * Effective weights, computed in float64 from the raw parameters of a layer with this shape: what a reader looks at
   * to see what was learnt.
   */
  weights(parameters: RawParameters, inputs: number, outputs: number): EffectiveWeights;
  /**
   * How far the effective weights are from −1, 0 and 1, as the benchmarks report it: the largest min(|W|, |1 − |W||). Which
   * weights count, and whether several tensors are averaged, differs from unit to unit.
   */
  sparsityError(parameters: RawParameters, inputs: number, outputs: number): number;
  /**
   * The forward pass of prediction in float64: the shader's equation with the shader's clamps, noise at its mean, and no
   * saturation where float32 ends. Final errors are computed with it; a unit without one gets them in float32.
   */
  readonly forward?: Forward;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

export const unitKind = such<Unit>('the record of a unit, as defineUnit() makes it', (value) => {
  const { name, shader, weights, initializations, initialization, options } = (value ?? {}) as Partial<Unit>;
  return (
    [name, initialization].every((each) => typeof each === 'string') &&
    [shader, weights].every((each) => typeof each === 'function') &&
    [initializations, options].every(isObject)
  );
});
