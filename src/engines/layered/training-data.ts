/** Rows with their targets, as they are given, and on the device. */

import { DataError } from '../../errors.ts';
import type { Arena } from '../../gpu/arena.ts';
import { isSpan } from '../../gpu/span.ts';
import { type Rows, type TargetRules, toTargets } from '../../model/data.ts';
import { anything, type Fields, needed, size } from '../../options/kinds.ts';
import { type Given, receive } from './encoding.ts';

/** Rows that a model is trained or measured on. Buffers are of the model's device, made with COPY_SRC, and copied at once. */
export interface DataOptions {
  /** Inputs, one row each. */
  x: Given;
  /** Targets, one row each; for a softmax also one class per row, from 0. */
  y: Given;
  /** Rows of buffers, where they are larger than their data. Default: all. */
  rows?: number;
  /**
   * A factor of each row's loss, at least 0. The mean stays one over the number of rows, as in Keras: weights of mean 1 leave
   * the size of the loss as it is. Default: 1 for every row.
   */
  sampleWeights?: Given;
}

export const dataFields: Fields<DataOptions> = {
  x: needed(anything('rows of inputs')),
  y: needed(anything('rows of targets')),
  rows: size,
  sampleWeights: anything('one number per row'),
};

/** The same in buffers of an arena. */
export interface Data {
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  readonly sampleWeights: GPUBuffer | undefined;
  readonly rows: number;
}

/** What data must fit: a model, and a loss of single outputs or of whole rows. */
export interface DataShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly loss: TargetRules;
}

/** Checks and uploads, or copies. `where` leads to the options in messages: 'validation.'. Throws DataError. */
export function receiveData(
  arena: Arena,
  { x: inputs, y, rows, sampleWeights: weights }: DataOptions,
  shape: DataShape,
  where = '',
): Data {
  const x = receive(arena, `${where}x`, inputs, shape.inputs, rows);
  const labelled = isSpan(y) ? y : toTargets(`${where}y`, y, shape.outputs, x.rows, shape.loss).data;
  const targets = receive(arena, `${where}y`, labelled, shape.outputs, isSpan(y) ? rows : undefined);
  if (x.rows !== targets.rows) {
    throw new DataError(`${where}x has ${x.rows} rows but ${where}y has ${targets.rows}; they must be equal`);
  }
  const name = `${where}sampleWeights`;
  if (weights !== undefined && !isSpan(weights)) checkWeights(name, weights);
  const sampleWeights = weights && receive(arena, name, weights, 1, rows);
  if (sampleWeights && sampleWeights.rows !== x.rows) {
    throw new DataError(`${name} has ${sampleWeights.rows} numbers; there are ${x.rows} rows`);
  }
  return { x: x.buffer, targets: targets.buffer, sampleWeights: sampleWeights?.buffer, rows: x.rows };
}

/** Throws DataError for a weight below 0. */
export function checkWeights(name: string, weights: Rows): void {
  if (typeof weights !== 'object' || weights === null)
    throw new DataError(`${name} must be one number per row`);
  const flat = Array.from(weights as ArrayLike<unknown>).flat();
  const row = flat.findIndex((weight) => (weight as number) < 0);
  if (row >= 0) throw new DataError(`${name}, row ${row}: ${String(flat[row])} is below 0`);
}
