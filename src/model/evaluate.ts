/**
 * Predictions and errors in float64 on the CPU, from parameters as the GPU left them, so that the rounding of float32
 * arithmetic does not decide whether a trained model counts as a success. Data is what the GPU gets: numbers of float32.
 */

import { parameterCounts } from '../../shaders/kernels/parameters.ts';
import { DataError, OptionError } from '../errors.ts';
import { show } from '../options/check.ts';
import type { RowFunction } from '../units/unit.ts';
import type { Matrix } from './data.ts';
import type { ResolvedLayer, ResolvedModel } from './description.ts';
import { rawParameters } from './weights.ts';

/** Whether predictions of `model` can be computed in float64: every unit has its equation in the record. */
export const hasForward64 = ({ layers }: ResolvedModel): boolean =>
  layers.every(({ record }) => record.forward !== undefined);

/** Edges of `model`, each of which is one step of work for each row. */
export const edgesOf = ({ layers }: ResolvedModel): number =>
  layers.reduce((edges, { inputs, outputs }) => edges + inputs * outputs, 0);

/**
 * Predictions [rows, outputs] for `x`, row-major; `parameters` are those of one model in parameter order. Undefined where
 * a unit has no `forward`.
 */
export function predict64(
  model: ResolvedModel,
  parameters: Float32Array,
  x: Matrix,
): Float64Array | undefined {
  const predict = rowFunction(model, parameters);
  if (!predict) return undefined;
  const y = new Float64Array(x.rows * model.outputs);
  for (let row = 0; row < x.rows; row++) {
    y.set(predict(x.data.subarray(row * x.columns, (row + 1) * x.columns)), row * model.outputs);
  }
  return y;
}

/** Sum of the squared errors over all rows and outputs, as `predict64` predicts; NaN where a unit has no `forward`. */
export function squaredErrors64(
  model: ResolvedModel,
  parameters: Float32Array,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): number {
  const predict = rowFunction(model, parameters);
  if (!predict) return Number.NaN;
  // A sequence has as many inputs as its steps have together.
  const width = (x.length * model.outputs) / y.length;
  const input = new Float64Array(width);
  let total = 0;
  for (let at = 0, target = 0; at < x.length; at += width) {
    for (let i = 0; i < width; i++) input[i] = x[at + i] as number;
    const predicted = predict(input);
    for (let o = 0; o < model.outputs; o++) {
      total += ((predicted[o] as number) - (y[target++] as number)) ** 2;
    }
  }
  return total;
}

/** Mean of the squared errors over all rows and outputs, as `predict64` predicts; undefined where it is. */
export function meanSquaredError64(
  model: ResolvedModel,
  parameters: Float32Array,
  x: Matrix,
  y: Matrix,
): number | undefined {
  if (!hasForward64(model)) return undefined;
  return squaredErrors64(model, parameters, x.data, y.data) / (x.rows * model.outputs);
}

/** `model` as a function of one row. Throws OptionError where a unit has no `forward`. */
export function rowFunction64(model: ResolvedModel, parameters: Float32Array): RowFunction {
  const predict = rowFunction(model, parameters);
  if (predict) {
    const { inputs } = model;
    return (row) => {
      if (row?.length === inputs) return predict(row);
      throw new DataError(`a row has ${inputs} numbers, one for each input; this is ${show(row)}`);
    };
  }
  const { record } = model.layers.find(({ record }) => !record.forward) as ResolvedLayer;
  throw new OptionError(`${record.name} has no forward equation in float64; predict on the GPU`);
}

/** All layers, one after the other, for one row. */
function rowFunction(
  { layers, inputs: own, recurrent }: ResolvedModel,
  parameters: Float32Array,
): RowFunction | undefined {
  const functions: RowFunction[] = [];
  let offset = 0;
  for (const layer of layers) {
    const { inputs, outputs, record, options } = layer;
    if (!record.forward) return undefined;
    const raw = rawParameters(layer, parameters.subarray(offset));
    offset += parameterCounts(layer).all;
    functions.push(record.forward(raw, inputs, outputs, options));
  }
  if (recurrent) return sequenceFunction(functions, own);
  const [first, ...others] = functions as [RowFunction, ...RowFunction[]];
  return (x) => others.reduce((values, next) => next(values), first(x));
}

/** A recurrent stack for one sequence of any length: the cell at every step, then the layers behind it on the last state. */
function sequenceFunction(functions: readonly RowFunction[], inputs: number): RowFunction {
  const [first, cell, ...others] = functions as [RowFunction, RowFunction, ...RowFunction[]];
  return (x) => {
    let state = first([]);
    const joined = new Float64Array(inputs + state.length);
    for (let at = 0; at < x.length; at += inputs) {
      for (let i = 0; i < inputs; i++) joined[i] = x[at + i] as number;
      joined.set(state, inputs);
      state = cell(joined);
    }
    return others.reduce((values, next) => next(values), state);
  };
}
