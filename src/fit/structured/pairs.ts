/** Pairs of directions that together explain a target: all of them are tried, which costs one inner product each. */

import type { Basis } from './basis.ts';

export interface Pair {
  readonly first: number;
  readonly second: number;
  /** What they leave of the target, squared, relative to it. */
  readonly left: number;
}

/** Directions beside a basis, of unit length; those that are nothing new are left out. */
export class Directions<T> {
  readonly vectors: Float64Array[] = [];
  readonly items: T[] = [];
  readonly #basis: Basis;

  constructor(basis: Basis) {
    this.#basis = basis;
  }

  /** Takes a copy of `direction`. */
  add(direction: Float64Array, item: () => T): void {
    const own = direction.slice();
    const before = length(own);
    if (!(before > 0) || !Number.isFinite(before)) return;
    this.#basis.remove(own);
    this.#basis.remove(own);
    const after = length(own);
    if (!(after > 1e-7 * before)) return;
    for (let row = 0; row < own.length; row++) own[row] = (own[row] as number) / after;
    this.vectors.push(own);
    this.items.push(item());
  }
}

function length(column: Float64Array): number {
  let total = 0;
  for (let row = 0; row < column.length; row++) total += (column[row] as number) ** 2;
  return Math.sqrt(total);
}

/** A pair of directions this much alike is one. */
const ALIKE = 1e-9;

/** The best `most` pairs for `rest`, which is beside the basis too; each direction is in at most `each` of them. */
export async function bestPairs(
  vectors: readonly Float64Array[],
  rest: Float64Array,
  most: number,
  context: { spend: (work: number) => void; pause: () => Promise<void> },
  each = 4,
): Promise<Pair[]> {
  const n = rest.length;
  const size = length(rest);
  if (!(size > 0)) return [];
  const target = rest.map((value) => value / size);
  const own = vectors.map((vector) => dot(vector, target, n));
  let kept: Pair[] = [];
  let worst = Number.POSITIVE_INFINITY;
  for (let i = 0; i < vectors.length; i++) {
    const a = vectors[i] as Float64Array;
    const x = own[i] as number;
    context.spend(i * n);
    if (i % 64 === 0) await context.pause();
    for (let j = 0; j < i; j++) {
      const g = dot(a, vectors[j] as Float64Array, n);
      const apart = 1 - g * g;
      if (apart < ALIKE) continue;
      const y = own[j] as number;
      const left = 1 - (x * x + y * y - 2 * x * y * g) / apart;
      if (left >= worst) continue;
      kept.push({ first: j, second: i, left });
      if (kept.length >= 40 * most) {
        kept = thinned(kept, 8 * most, each);
        if (kept.length >= 8 * most) worst = (kept.at(-1) as Pair).left;
      }
    }
  }
  return thinned(kept, most, each);
}

/** The best `most` single directions, by index. */
export function bestSingles(vectors: readonly Float64Array[], rest: Float64Array, most: number): number[] {
  const scores = vectors.map((vector) => dot(vector, rest, rest.length) ** 2);
  return vectors
    .map((_, k) => k)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number))
    .slice(0, most);
}

function thinned(pairs: readonly Pair[], most: number, each: number): Pair[] {
  const used = new Map<number, number>();
  const kept: Pair[] = [];
  for (const pair of pairs.toSorted((a, b) => a.left - b.left)) {
    const [a, b] = [used.get(pair.first) ?? 0, used.get(pair.second) ?? 0];
    if (a >= each || b >= each) continue;
    used.set(pair.first, a + 1);
    used.set(pair.second, b + 1);
    kept.push(pair);
    if (kept.length === most) break;
  }
  return kept;
}

function dot(a: Float64Array, b: Float64Array, n: number): number {
  let [s, t] = [0, 0];
  let row = 0;
  for (; row + 1 < n; row += 2) {
    s += (a[row] as number) * (b[row] as number);
    t += (a[row + 1] as number) * (b[row + 1] as number);
  }
  if (row < n) s += (a[row] as number) * (b[row] as number);
  return s + t;
}
