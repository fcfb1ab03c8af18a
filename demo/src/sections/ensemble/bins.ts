/** Counts of values between edges, and their outline. */

/** Errors in half decades, from 10⁻¹⁶ to 10⁶; smaller and larger ones are in the first and the last. */
const DECADES = { first: -16, last: 6, parts: 2 };

export const errorEdges: readonly number[] = Array.from(
  { length: (DECADES.last - DECADES.first) * DECADES.parts + 1 },
  (_, index) => 10 ** (DECADES.first + index / DECADES.parts),
);

/** Counts by half decade, and of the errors that are no finite number. */
export function countErrors(errors: Iterable<number>): { counts: number[]; notFinite: number } {
  const counts = errorEdges.slice(1).map(() => 0);
  let notFinite = 0;
  for (const error of errors) {
    if (Number.isFinite(error)) {
      const place = Math.floor((Math.log10(error) - DECADES.first) * DECADES.parts);
      const index = Math.min(Math.max(place, 0), counts.length - 1);
      counts[index] = (counts[index] as number) + 1;
    } else notFinite += 1;
  }
  return { counts, notFinite };
}

/** Counts in `bins` equal parts of what is from 0 to `last`. */
export function countSteps(steps: Iterable<number>, last: number, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const step of steps) {
    if (step < 0) continue;
    const index = Math.min(Math.floor((step / last) * bins), bins - 1);
    counts[index] = (counts[index] as number) + 1;
  }
  return counts;
}

/** The outline of a histogram as a line: up and down at each edge. */
export function outlineOf(edges: readonly number[], counts: readonly (readonly number[])[]): number[][] {
  const twice = (values: readonly number[]) => values.flatMap((value) => [value, value]);
  return [twice(edges), ...counts.map((own) => [0, ...twice(own), 0])];
}
