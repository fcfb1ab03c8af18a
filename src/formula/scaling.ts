/** How columns of a table were scaled for training: x′ = (x − offset) / scale. */

import { DataError } from '../errors.ts';
import { checkArguments } from '../options/check.ts';
import { list, needed, number, numbers, options } from '../options/kinds.ts';

/** How a column was scaled for training: (value − offset) / scale. */
export interface Scaling {
  readonly offset: number;
  /** Not zero. */
  readonly scale: number;
}

/** One scaling for each column. */
export const scalingsKind = list(
  options<Scaling>({ fields: { offset: needed(number()), scale: needed(number()) } }),
  1,
);

/** The scaling that changes nothing. */
export const unscaled: Scaling = { offset: 0, scale: 1 };

/**
 * Scales a column to a largest magnitude of about 1 by a power of two, so that no digit of its numbers is lost and products of
 * columns stay products: there is no offset.
 */
export function scalingOf(values: ArrayLike<number>): Scaling {
  checkArguments('scalingOf()', { values }, { values: numbers });
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k] as number));
  if (!Number.isFinite(largest)) throw new DataError('a column with NaN or infinity cannot be scaled');
  return { offset: 0, scale: largest > 0 ? 2 ** Math.round(Math.log2(largest)) : 1 };
}

/** Row-major values with every column scaled. */
export function scaleRows(values: ArrayLike<number>, scaling: readonly Scaling[]): Float64Array<ArrayBuffer> {
  checkArguments('scaleRows()', { values, scaling }, { values: numbers, scaling: scalingsKind });
  return Float64Array.from(values, (value, at) => {
    const { offset, scale } = scaling[at % scaling.length] as Scaling;
    return (value - offset) / scale;
  });
}

/** The reverse of `scaleRows`. */
export function unscaleRows(
  values: ArrayLike<number>,
  scaling: readonly Scaling[],
): Float64Array<ArrayBuffer> {
  checkArguments('unscaleRows()', { values, scaling }, { values: numbers, scaling: scalingsKind });
  return Float64Array.from(values, (value, at) => {
    const { offset, scale } = scaling[at % scaling.length] as Scaling;
    return value * scale + offset;
  });
}
