/** Linear least squares that leave what they are given as it was. */

import { solveLeastSquares } from '../../formula/least-squares.ts';

export const leastSquares = (columns: readonly Float64Array[], b: Float64Array): Float64Array =>
  solveLeastSquares(
    columns.map((column) => column.slice()),
    b.slice(),
  );
