/**
 * Sums of terms from a dictionary, after each power of the target: s = t^T = M · Σ c term, where M is the power product of the
 * columns that are powers alone. All terms are fitted at once and the superfluous ones taken out again, so that nothing hangs on
 * which looked best first. Quotients of such sums are implicit sums: s · Q − P = 0.
 */

import { solveLeastSquares } from '../../formula/least-squares.ts';
import type { Columns } from './columns.ts';
import type { Target } from './target.ts';
import { call, monomial, monomialValues, type Node, number, power, product, sum } from './tree.ts';

export interface Term {
  readonly values: Float64Array;
  /** Undefined for the constant term. */
  readonly node: Node | undefined;
}

/** Powers of the target that laws are sums after. */
export const POWERS = [1, 2, -1, 0.5, -2, -0.5] as const;

/** Shares of the rows that terms may be in number. */
const MOST_TERMS = 0.55;
/** What is left, relative to the target, where a sum is exact. */
const EXACT_SUM = 1e-9;
/** Contributions, relative to the target, below which a term of an exact sum is rounding. */
const NEGLIGIBLE = [1e-4, 1e-6, 1e-8];
/** Terms of a sum that is told. */
const MOST_TOLD = 12;

/** All power products of the `active` columns with whole exponents of at most `degree` together. */
export function polynomials(columns: Columns, active: readonly number[], degree: number): Term[] {
  const all = columns.positive.map(() => true);
  let exponents: number[][] = [Array.from({ length: columns.width }, () => 0)];
  for (const k of active) {
    exponents = exponents.flatMap((each) => {
      const used = each.reduce((a, b) => a + b, 0);
      return Array.from({ length: degree - used + 1 }, (_, e) => each.with(k, e));
    });
  }
  return exponents.map((each) => term(each, columns, all));
}

/** Power products of at most two of the `active` columns with the exponents `among`. */
export function ratios(columns: Columns, active: readonly number[], among: readonly number[]): Term[] {
  const all = columns.positive.map(() => true);
  const zeros = Array.from({ length: columns.width }, () => 0);
  const found: number[][] = [zeros];
  const allowed = (k: number) =>
    among.filter((e) => (columns.positive[k] || Number.isInteger(e)) && (columns.nonZero[k] || e > 0));
  active.forEach((i, at) => {
    for (const a of allowed(i)) {
      found.push(zeros.with(i, a));
      for (const j of active.slice(at + 1)) {
        for (const b of allowed(j)) found.push(zeros.with(i, a).with(j, b));
      }
    }
  });
  return found.map((each) => term(each, columns, all));
}

/** log x of every column that is above zero. */
export function logTerms(columns: Columns): Term[] {
  const all = columns.positive.map(() => true);
  return columns.logs.flatMap((values, k) => {
    if (!columns.positive[k]) return [];
    const unit = columns.values.map((_, at) => (at === k ? 1 : 0));
    return [{ values, node: call('log', monomial(unit, columns, all)) }];
  });
}

function term(exponents: readonly number[], columns: Columns, fixed: readonly boolean[]): Term {
  const values = monomialValues(exponents, columns);
  return { values, node: exponents.every((e) => e === 0) ? undefined : monomial(exponents, columns, fixed) };
}

/** t^T / M on every row, with the weights of its errors; undefined where it is no number. */
export interface Powered {
  readonly power: number;
  readonly values: Float64Array;
  readonly weights: Float64Array;
  /** Exponents of M. */
  readonly exponents: readonly number[];
}

export function poweredTarget(target: Target, T: number, exponents: readonly number[]): Powered | undefined {
  const { y: t, columns, weights } = target;
  if (T !== 1 && T !== 2 && t.some((value) => value === 0)) return undefined;
  if (!Number.isInteger(T) && t.some((value) => value < 0)) return undefined;
  const m = monomialValues(
    exponents.map((e) => e * T),
    columns,
  );
  const values = t.map((value, row) => value ** T / (m[row] as number));
  const own = t.map(
    (value, row) =>
      ((weights?.[row] ?? 1) * Math.abs(m[row] as number) * Math.abs(value) ** (1 - T)) / Math.abs(T),
  );
  // A row that weighs much more than the others would decide alone.
  const most = 30 * (own.slice().sort()[own.length >> 1] as number);
  const bounded = own.map((value) => Math.min(value, most));
  if (!values.every(Number.isFinite) || !bounded.every(Number.isFinite)) return undefined;
  return { power: T, values, weights: bounded, exponents };
}

/** The tree of t where s is `node`. */
export function unpowered(node: Node, { power: T, exponents }: Powered, columns: Columns): Node {
  const all = columns.positive.map(() => true);
  const inner = T === 1 ? node : power(node, 1 / T, true);
  return exponents.every((e) => e === 0) ? inner : product(monomial(exponents, columns, all), inner);
}

export const termNode = (coefficient: number, { node }: Term): Node =>
  node ? product(number(coefficient), node) : number(coefficient);

const sumOf = (parts: readonly Node[]): Node => (parts.length === 1 ? (parts[0] as Node) : sum(...parts));

/** The sum of `terms` that s is, exactly or as near as the rows tell; undefined where there is none that is worth telling. */
export function sumOfTerms(
  terms: readonly Term[],
  s: Powered,
  target: Target,
): { node: Node; exact: boolean } | undefined {
  const n = s.values.length;
  if (terms.length > MOST_TERMS * n) return undefined;
  target.spend?.(n * terms.length * terms.length);
  const weigh = (values: Float64Array) => values.map((value, row) => value * (s.weights[row] as number));
  const b = weigh(s.values);
  const size = Math.sqrt(dot(b, b));
  const columns = terms.map(({ values }) => weigh(values));
  const all = columns.map((_, k) => k);
  const first = solved(columns, b, all);
  if (first.left <= EXACT_SUM * size) {
    for (const negligible of NEGLIGIBLE) {
      let kept = all;
      let { coefficients } = first;
      for (let round = 0; round < 3; round++) {
        const next = kept.filter((k, at) => {
          const own = columns[k] as Float64Array;
          return Math.abs(coefficients[at] as number) * Math.sqrt(dot(own, own)) > negligible * size;
        });
        if (next.length === kept.length) break;
        kept = next;
        coefficients = solved(columns, b, kept).coefficients;
      }
      if (kept.length > MOST_TOLD) continue;
      const { left, coefficients: own } = solved(columns, b, kept);
      if (left > EXACT_SUM * size) continue;
      return { node: sumOf(kept.map((k, at) => termNode(own[at] as number, terms[k] as Term))), exact: true };
    }
    return undefined;
  }
  const kept = eliminate(columns, b);
  if (kept.length === 0 || kept.length > MOST_TOLD) return undefined;
  const { coefficients } = solved(columns, b, kept);
  return {
    node: sumOf(kept.map((k, at) => termNode(coefficients[at] as number, terms[k] as Term))),
    exact: false,
  };
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let total = 0;
  for (let row = 0; row < a.length; row++) total += (a[row] as number) * (b[row] as number);
  return total;
};

function solved(columns: readonly Float64Array[], b: Float64Array, kept: readonly number[]) {
  const own = kept.map((k) => columns[k] as Float64Array);
  const coefficients = solveLeastSquares(
    own.map((column) => column.slice()),
    b.slice(),
  );
  const rest = b.slice();
  own.forEach((column, at) => {
    const c = coefficients[at] as number;
    for (let row = 0; row < rest.length; row++)
      rest[row] = (rest[row] as number) - c * (column[row] as number);
  });
  return { coefficients, left: Math.sqrt(dot(rest, rest)) };
}

/** Which columns stay when those go, one after the other, that explain less than they cost (by Schwarz's criterion). */
function eliminate(columns: readonly Float64Array[], b: Float64Array): number[] {
  const n = b.length;
  const norms = columns.map((column) => Math.sqrt(dot(column, column)) || 1);
  let kept = columns.map((_, k) => k);
  const m = kept.length;
  const gram = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      const value =
        dot(columns[i] as Float64Array, columns[j] as Float64Array) /
        ((norms[i] as number) * (norms[j] as number));
      gram[i * m + j] = value + (i === j ? 1e-12 : 0);
      gram[j * m + i] = gram[i * m + j] as number;
    }
  }
  const inverse = invert(gram, m);
  if (!inverse) return [];
  const right = columns.map((column, k) => dot(column, b) / (norms[k] as number));
  const alive = kept.map(() => true);
  const coefficients = kept.map((_, i) =>
    kept.reduce((total, j) => total + (inverse[i * m + j] as number) * (right[j] as number), 0),
  );
  let error = Math.max(
    0,
    dot(b, b) - coefficients.reduce((total, c, k) => total + c * (right[k] as number), 0),
  );
  const history: { kept: number[]; value: number }[] = [];
  const floor = 1e-20 * dot(b, b);
  for (;;) {
    kept = alive.flatMap((is, k) => (is ? [k] : []));
    history.push({ kept, value: n * Math.log(Math.max(error, floor) / n) + kept.length * (Math.log(n) + 4) });
    if (kept.length <= 1) break;
    let [least, worst] = [Number.POSITIVE_INFINITY, -1];
    for (const k of kept) {
      const cost = (coefficients[k] as number) ** 2 / (inverse[k * m + k] as number);
      if (cost < least) [least, worst] = [cost, k];
    }
    if (worst < 0 || !Number.isFinite(least)) break;
    error += least;
    const pivot = inverse[worst * m + worst] as number;
    const share = (coefficients[worst] as number) / pivot;
    for (const i of kept) {
      if (i === worst) continue;
      coefficients[i] = (coefficients[i] as number) - share * (inverse[i * m + worst] as number);
    }
    for (const i of kept) {
      if (i === worst) continue;
      const factor = (inverse[i * m + worst] as number) / pivot;
      for (const j of kept) {
        if (j === worst) continue;
        inverse[i * m + j] = (inverse[i * m + j] as number) - factor * (inverse[worst * m + j] as number);
      }
    }
    alive[worst] = false;
  }
  return history.reduce((best, each) => (each.value < best.value ? each : best)).kept;
}

function invert(a: Float64Array, m: number): Float64Array | undefined {
  const work = a.slice();
  const inverse = new Float64Array(m * m);
  for (let k = 0; k < m; k++) inverse[k * m + k] = 1;
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) {
      if (Math.abs(work[i * m + k] as number) > Math.abs(work[pivot * m + k] as number)) pivot = i;
    }
    const value = work[pivot * m + k] as number;
    if (!(Math.abs(value) > 1e-14)) return undefined;
    for (let j = 0; j < m; j++) {
      for (const each of [work, inverse]) {
        const swap = each[k * m + j] as number;
        each[k * m + j] = (each[pivot * m + j] as number) / value;
        if (pivot !== k) each[pivot * m + j] = swap;
      }
    }
    for (let i = 0; i < m; i++) {
      const factor = work[i * m + k] as number;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < m; j++) {
        work[i * m + j] = (work[i * m + j] as number) - factor * (work[k * m + j] as number);
        inverse[i * m + j] = (inverse[i * m + j] as number) - factor * (inverse[k * m + j] as number);
      }
    }
  }
  return inverse;
}

/** The quotient P / Q of sums of `terms` that s is exactly; undefined where there is none. */
export function quotientOfSums(terms: readonly Term[], s: Powered, target: Target): Node | undefined {
  const n = s.values.length;
  const m = terms.length;
  if (2 * m > MOST_TERMS * n) return undefined;
  const weigh = (values: Float64Array) => values.map((value, row) => value * (s.weights[row] as number));
  const p = terms.map(({ values }) => weigh(values));
  const q = p.map((column) => column.map((value, row) => -value * (s.values[row] as number)));
  const columns = [...p, ...q];
  for (let chosen = 0; chosen < m; chosen++) {
    target.spend?.(n * 4 * m * m);
    const b = (q[chosen] as Float64Array).map((value) => -value);
    const size = Math.sqrt(dot(b, b));
    const others = columns.map((_, k) => k).filter((k) => k !== m + chosen);
    const first = solved(columns, b, others);
    if (!(first.left <= EXACT_SUM * size)) continue;
    for (const negligible of NEGLIGIBLE) {
      let kept = others;
      let { coefficients } = first;
      for (let round = 0; round < 3; round++) {
        const next = kept.filter((k, at) => {
          const own = columns[k] as Float64Array;
          return Math.abs(coefficients[at] as number) * Math.sqrt(dot(own, own)) > negligible * size;
        });
        if (next.length === kept.length) break;
        kept = next;
        coefficients = solved(columns, b, kept).coefficients;
      }
      if (kept.length > MOST_TOLD) continue;
      const { left, coefficients: own } = solved(columns, b, kept);
      if (left > EXACT_SUM * size) continue;
      // s · Q = P, where the coefficient of the chosen term of Q is 1.
      const upper: Node[] = [];
      const lower: Node[] = [termNodeFixed(terms[chosen] as Term)];
      kept.forEach((k, at) => {
        const c = own[at] as number;
        if (k < m) upper.push(termNode(c, terms[k] as Term));
        else lower.push(termNode(c, terms[k - m] as Term));
      });
      if (upper.length === 0) continue;
      return product(sumOf(upper), power(sumOf(lower), -1, true));
    }
  }
  return undefined;
}

const termNodeFixed = ({ node }: Term): Node => node ?? number(1, true);
