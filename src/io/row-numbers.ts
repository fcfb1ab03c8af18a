/** Whether `values` number the rows, from 0 or 1 on: at least three, NaN aside. */
export function isRowNumbers(values: Float64Array, rows: number): boolean {
  if (rows < 3 || (values[0] !== 0 && values[0] !== 1)) return false;
  for (let row = 1; row < rows; row++) if (values[row] !== (values[0] as number) + row) return false;
  return true;
}
