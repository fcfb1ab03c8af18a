/** Ranks of values, and how far two lists of them go together. */

/** The place of every value in ascending order; equal ones share the mean of theirs. */
export function ranksOf(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (_, k) => k).sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = Array.from({ length: values.length }, () => 0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++;
    for (const k of order.slice(from, to)) ranks[k] = (from + to - 1) / 2;
    from = to;
  }
  return ranks;
}

/** The correlation of the ranks of two lists (Spearman, 1904). */
export const rankCorrelation = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  correlate(ranksOf(a), ranksOf(b));

function correlate(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [both, first, second] = [0, 0, 0];
  a.forEach((value, k) => {
    const [da, db] = [value - ma, (b[k] as number) - mb];
    both += da * db;
    first += da * da;
    second += db * db;
  });
  return first > 0 && second > 0 ? both / Math.sqrt(first * second) : 0;
}
