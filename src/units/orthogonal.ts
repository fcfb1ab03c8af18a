/** Random matrices with orthonormal rows or columns. */

import type { Random } from '../random.ts';

/**
 * A `rows` × `cols` matrix, row-major, whose shorter side is a set of orthonormal vectors, every such set equally likely:
 * Gram and Schmidt's process on normal vectors, run twice over each for orthogonality to rounding. That is the Q of a QR
 * decomposition with a positive diagonal of R, as in PyTorch's `orthogonal_`; a 1 × 1 matrix is 1 or −1.
 */
export function orthogonal(rows: number, cols: number, random: Random): Float64Array {
  const count = Math.min(rows, cols);
  const length = Math.max(rows, cols);
  const vectors: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    for (const other of [...vectors, ...vectors]) {
      const along = dot(vector, other);
      for (let k = 0; k < length; k++) vector[k]! -= along * (other[k] as number);
    }
    const size = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / size));
  }
  const tall = rows >= cols;
  return Float64Array.from({ length: rows * cols }, (_, index) => {
    const row = Math.floor(index / cols);
    const col = index % cols;
    return (tall ? vectors[col]?.[row] : vectors[row]?.[col]) as number;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
