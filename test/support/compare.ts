/** Comparing float32 results with float64 references. */

/** ‖actual − expected‖ / ‖expected‖; where everything expected is zero, ‖actual‖. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length)
    throw new Error(`${actual.length} values against ${expected.length}`);
  let difference = 0;
  let size = 0;
  for (let index = 0; index < expected.length; index++) {
    difference += ((actual[index] as number) - (expected[index] as number)) ** 2;
    size += (expected[index] as number) ** 2;
  }
  return Math.sqrt(size > 0 ? difference / size : difference);
}

export const allFinite = (values: ArrayLike<number>): boolean => Array.from(values).every(Number.isFinite);

/** The bits of float32 values, for equality to the last one. */
export const bitsOf = (values: ArrayLike<number>): number[] => [
  ...new Uint32Array(Float32Array.from(values).buffer),
];
