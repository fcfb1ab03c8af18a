/** Sequences of inputs as they come in, and the model that reads them. */

import { DataError, OptionError } from '../errors.ts';
import { show } from '../options/check.ts';
import { isList } from '../options/list.ts';
import { initialState } from '../units/initial-state.ts';
import { type Matrix, type NumberArray, type Rows, toMatrix } from './data.ts';
import { type ResolvedModel, resolveModel, type StackDescription } from './description.ts';

/** How recurrent models read sequences. */
export interface RecurrentOptions {
  /** Steps of a training sequence. */
  readonly steps: number;
}

/** A list of sequences, each a list of steps: `[rows, steps, inputs]`. */
export type Sequences = readonly (readonly (readonly number[] | NumberArray)[])[];

/**
 * The stack as a recurrent one: the first layer reads the inputs of a step and its own outputs of the step before. Where those come from
 * at the first step is a layer of its own, before it. Throws OptionError.
 */
export function resolveRecurrent({ inputs, layers }: StackDescription): ResolvedModel {
  const size = layers[0]?.outputs ?? 0;
  const { layers: resolved, outputs, seed } = resolveModel({ inputs: inputs + size, layers });
  const [first] = resolveModel({
    inputs: 1,
    layers: [{ unit: initialState, outputs: size }],
  }).layers;
  if (!first) throw new OptionError('a recurrent model needs a layer, which is its cell');
  return { inputs, outputs, layers: [first, ...resolved], seed, recurrent: true };
}

/**
 * `sequences` with `steps` steps of `inputs` numbers each, one row for each sequence; a flat list has them in this order, too. Throws
 * DataError, with sequence and step.
 */
export function toSequences(
  name: string,
  sequences: Rows | Sequences,
  inputs: number,
  steps: number,
): Matrix {
  const nested = isList(sequences) && isList(sequences[0]) && isList((sequences[0] as ArrayLike<unknown>)[0]);
  if (!nested) return toMatrix(name, sequences as Rows, steps * inputs);
  const rows = Array.from(sequences as Sequences, (sequence, row) => {
    if (!isList(sequence) || sequence.length !== steps) {
      const found = isList(sequence) ? `it has ${sequence.length} steps` : `it is ${show(sequence)}`;
      throw new DataError(`${name}, sequence ${row}: ${found}; it must have ${steps} steps`);
    }
    return Array.from(sequence, (values, step) => {
      const one = `${name}, sequence ${row}, step ${step}`;
      if (!isList(values))
        throw new DataError(`${one} is ${show(values)}; it must be a list of ${inputs} numbers`);
      if (values.length !== inputs)
        throw new DataError(`${one} has ${values.length} values; the model needs ${inputs}`);
      return Array.from(values);
    }).flat();
  });
  return toMatrix(name, rows, steps * inputs);
}
