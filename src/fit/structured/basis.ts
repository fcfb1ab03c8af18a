/** Orthonormal bases of a few columns, and how much of a direction they leave. */

export class Basis {
  readonly vectors: Float64Array[] = [];

  /** Adds what of `column` is new, if it is more than rounding; overwrites `column`. */
  add(column: Float64Array): boolean {
    const before = norm(column);
    if (!(before > 0) || !Number.isFinite(before)) return false;
    // Twice is enough (Kahan; Giraud et al., 2005).
    this.remove(column);
    this.remove(column);
    const left = norm(column);
    if (!(left > 1e-10 * before)) return false;
    for (let row = 0; row < column.length; row++) column[row] = (column[row] as number) / left;
    this.vectors.push(column);
    return true;
  }

  /** Takes out of `column` what lies in the basis. */
  remove(column: Float64Array): void {
    for (const vector of this.vectors) {
      let dot = 0;
      for (let row = 0; row < column.length; row++) dot += (column[row] as number) * (vector[row] as number);
      for (let row = 0; row < column.length; row++)
        column[row] = (column[row] as number) - dot * (vector[row] as number);
    }
  }
}

export function norm(column: Float64Array): number {
  let total = 0;
  for (let row = 0; row < column.length; row++) total += (column[row] as number) ** 2;
  return Math.sqrt(total);
}

/** What a direction is scored against: a target without what `basis` explains of it. */
export class Scorer {
  readonly #basis: Basis;
  readonly #rest: Float64Array;
  readonly #scratch: Float64Array;
  /** Norm of what is left of the target. */
  readonly left: number;

  constructor(basis: Basis, target: Float64Array) {
    this.#basis = basis;
    this.#rest = target.slice();
    basis.remove(this.#rest);
    basis.remove(this.#rest);
    this.left = norm(this.#rest);
    this.#scratch = new Float64Array(target.length);
  }

  /** Share of the rest that `direction` explains beside the basis; 0 where it is nothing new, or no number. */
  score(direction: Float64Array): number {
    const own = this.#scratch;
    const n = own.length;
    let whole = 0;
    for (let row = 0; row < n; row++) {
      const value = direction[row] as number;
      own[row] = value;
      whole += value * value;
    }
    if (!(whole > 0) || !Number.isFinite(whole)) return 0;
    this.#basis.remove(own);
    let [square, dot] = [0, 0];
    for (let row = 0; row < n; row++) {
      const value = own[row] as number;
      square += value * value;
      dot += value * (this.#rest[row] as number);
    }
    if (square < 1e-18 * whole) return 0;
    return Math.min(1, (dot * dot) / (square * this.left * this.left));
  }

  get size(): number {
    return this.#basis.vectors.length;
  }
}
