/** The search in float64, by structures whose exponents and constants least squares finds. */

import { Basis, Scorer } from './basis.ts';
import { type Columns, pickColumns } from './columns.ts';
import { costOf, criterion, EXACT } from './criterion.ts';
import { wideTerms } from './dictionary.ts';
import { bestPairs, bestSingles, Directions } from './pairs.ts';
import { Pool } from './pool.ts';
import { leastSquares } from './linear.ts';
import { errorOf, type Fitted, marquardt } from './marquardt.ts';
import { type Purity, purityOf } from './purity.ts';
import { rounded, simplify } from './simplify.ts';
import { logTerms, polynomials, POWERS, poweredTarget, quotientOfSums, ratios, sumOfTerms, type Term, unpowered } from './sums.ts';
import { coarseTarget, type Target, targetOf } from './target.ts';
import { derivativesOf, monomial, type Node, number, power, product, showNode, valuesOf } from './tree.ts';
import { wrapped, wraps } from './wraps.ts';

export interface Found {
  /** Of the target itself. */
  readonly node: Node;
  /** Mean squared, weighted. */
  readonly error: number;
  readonly criterion: number;
  readonly how: string;
}

export interface SearchData {
  readonly columns: Columns;
  readonly y: Float64Array;
  readonly weights?: Float64Array;
}

export interface SearchLimits {
  /** Units of work: about a nanosecond each. */
  readonly work: number;
  readonly trace?: (text: string) => void;
  readonly stop?: () => boolean;
}

class Spent extends Error {}
class Exactly extends Error {}

/** Rows that candidates are screened on. */
const SCREENED = 64;
/** Rows that structures are fitted to before the best are fitted to all. */
const MOST_FITTED = 96;
/** Factors that are tried in pairs. */
const MOST_PAIRED = 6500;
/** Terms of the wide dictionary, alone and in pairs. */
const MOST = 6000;
const MOST_TERM_PAIRS = 1800;

interface Factor {
  readonly node: Node;
  readonly positive: boolean;
}

interface Beamed {
  readonly logs: Float64Array;
  readonly tangents: readonly Float64Array[];
  readonly factors: readonly Factor[];
}

interface Scored {
  readonly score: number;
  readonly from: number;
  readonly node: Node;
  readonly positive: boolean;
}

/** Rows of a target as its logarithms are screened. */
interface Screen {
  readonly small: Columns;
  readonly logT: Float64Array;
  readonly weights: Float64Array;
  readonly base: readonly Float64Array[];
}

export class StructuredSearch {
  readonly found: Found[] = [];
  readonly #data: SearchData;
  readonly #limits: SearchLimits;
  readonly #scale: number;
  readonly #n: number;
  #work = 0;
  readonly #keys = new Set<string>();

  constructor(data: SearchData, limits: SearchLimits) {
    this.#data = data;
    this.#limits = limits;
    this.#n = data.y.length;
    this.#scale = errorOf(new Float64Array(this.#n), data.y, data.weights) || 1;
  }

  get work(): number {
    return this.#work;
  }

  get best(): Found | undefined {
    return this.found[0];
  }

  #spend = (work: number): void => {
    this.#work += work;
    if (this.#work > this.#limits.work || this.#limits.stop?.()) throw new Spent();
  };

  #trace(text: string): void {
    this.#limits.trace?.(`${text}, work ${this.#work.toExponential(2)}`);
  }

  run(): void {
    const { columns, y, weights } = this.#data;
    try {
      const targets = wraps.flatMap((wrap) => targetOf(wrap, columns, y, weights, this.#spend) ?? []);
      for (const target of targets) this.#powers(target);
      const prepared = targets.map((target) => {
        const screen = this.#screenOf(target, this.#n);
        const purity: Purity = screen
          ? purityOf(screen.small, screen.logT, screen.weights)
          : { active: columns.values.map((_, k) => k), exponents: columns.values.map(() => 0) };
        return { target, purity };
      });
      for (const { target, purity } of prepared) this.#sums(target, purity);
      const [first, ...others] = prepared;
      if (!first) return;
      const all = columns.values.map((_, k) => k);
      const narrow = (purity: Purity) => (purity.active.length > 0 ? purity.active : all);
      const beams = new Map<string, Beamed[]>();
      type Prepared = (typeof prepared)[number];
      const columnsFor = ({ purity }: Prepared, wide: boolean): readonly number[] | undefined => {
        const own = narrow(purity);
        if (!wide) return own;
        return own.length < all.length ? all : undefined;
      };
      const factors = (each: Prepared, wide: boolean, depth: number) => {
        const active = columnsFor(each, wide);
        if (!active) return;
        const key = `${each.target.wrap.name} ${wide}`;
        const beam = this.#factors(each.target, active, beams.get(key), depth);
        if (beam) beams.set(key, beam);
      };
      const pairs = (each: Prepared, wide: boolean) => {
        const active = columnsFor(each, wide);
        if (active) this.#pairs(each.target, active);
      };
      const terms = (each: Prepared, wide: boolean) => {
        const active = columnsFor(each, wide);
        if (active) this.#terms(each.target, active, wide ? all.map(() => 0) : each.purity.exponents);
      };
      factors(first, false, 1);
      pairs(first, false);
      terms(first, false);
      for (const each of others) factors(each, false, 1);
      factors(first, true, 1);
      for (const each of others) terms(each, false);
      pairs(first, true);
      for (const each of others) pairs(each, false);
      terms(first, true);
      factors(first, false, 2);
      for (const each of others) factors(each, true, 1);
      factors(first, true, 2);
      for (const each of others) factors(each, false, 2);
    } catch (error) {
      if (!(error instanceof Spent || error instanceof Exactly)) throw error;
    }
  }

  /** Takes `node` (of t) as a candidate; ends the search where it is exact. */
  #take(node: Node, { wrap }: Target, how: string): void {
    const whole = wrapped(node, wrap);
    const { columns, y, weights } = this.#data;
    const error = errorOf(valuesOf(whole, columns), y, weights);
    if (!Number.isFinite(error)) return;
    const key = showNode(whole);
    if (!this.#keys.has(key)) {
      this.#keys.add(key);
      const cost = costOf(whole, this.#n, columns.width);
      this.found.push({ node: whole, error, criterion: criterion(error, this.#scale, cost, this.#n), how });
      this.found.sort((a, b) => a.criterion - b.criterion);
      if (this.found.length > 60) this.found.pop();
    }
    if (error <= EXACT * EXACT * this.#scale) throw new Exactly();
  }

  /** `fitted` with exponents rounded where that is as good; taken, and the end where it is exact. */
  #settle(fitted: Fitted, target: Target, how: string): void {
    const { scale } = target;
    const [nearest] = rounded(fitted, target, scale);
    if (nearest && nearest.error <= 1e-18 * scale) {
      this.#take(simplify(nearest, target, scale).node, target, how);
    }
  }

  /** One power product. */
  #powers(target: Target): void {
    const screen = this.#screenOf(target, this.#n);
    if (!screen) return;
    const fitted = this.#startProduct(target, screen, []);
    if (!fitted) return;
    this.#take(simplify(fitted, target, target.scale).node, target, 'a product of powers');
  }

  /** Sums after powers of the target, and quotients of sums. */
  #sums(target: Target, purity: Purity): void {
    const { columns } = this.#data;
    const all = columns.values.map((_, k) => k);
    const zeros = all.map(() => 0);
    const forms = [{ active: all, exponents: zeros }];
    if (purity.active.length > 0 && purity.active.length < all.length) {
      forms.unshift({ active: [...purity.active], exponents: [...purity.exponents] });
    }
    for (const { active, exponents } of forms) {
      const dictionaries = [
        polynomials(columns, active, 1),
        polynomials(columns, active, 2),
        ...(active.length <= 5 ? [polynomials(columns, active, 3)] : []),
        ratios(columns, active, [-1, 1]),
        ratios(columns, active, [-2, -1, 1, 2]),
        ratios(columns, active, [-1, -0.5, 0.5, 1]),
      ];
      const powers = target.wrap.outer ? ([1] as const) : POWERS;
      for (const T of powers) {
        const s = poweredTarget(target, T, exponents);
        if (!s) continue;
        for (const plain of dictionaries) {
          const terms = target.wrap.outer === 'exp' ? [...plain, ...logTerms(columns)] : plain;
          const found = sumOfTerms(terms, s, target);
          if (found) this.#refineSum(unpowered(found.node, s, columns), target, `a sum, ${target.wrap.name}^${T}`);
        }
        if (T !== 1 && T !== 2) continue;
        for (const terms of dictionaries.slice(0, 3)) {
          const found = quotientOfSums(terms, s, target);
          if (found) this.#refineSum(unpowered(found, s, columns), target, `a quotient of sums, ${target.wrap.name}^${T}`);
        }
      }
    }
  }

  #refineSum(node: Node, target: Target, how: string): void {
    const fitted = marquardt(node, target, { steps: 12, enough: 1e-28 * target.scale });
    if (fitted) this.#take(fitted.node, target, how);
  }

  /** Rows of `target` whose logarithms are numbers, at most `most` of them. */
  #screenOf({ y: t, columns }: Target, most: number): Screen | undefined {
    const usable = Array.from({ length: this.#n }, (_, row) => row).filter(
      (row) => t[row] !== 0 && columns.values.every((column) => column[row] !== 0),
    );
    if (usable.length < columns.width + 6) return undefined;
    const step = Math.max(1, usable.length / most);
    const rows = Array.from({ length: Math.min(usable.length, most) }, (_, k) => usable[Math.floor(k * step)] as number);
    const small = pickColumns(columns, rows);
    const own = Float64Array.from(rows, (row) => t[row] as number);
    const size = Math.sqrt(own.reduce((total, value) => total + value * value, 0) / own.length);
    return {
      small,
      logT: own.map((value) => Math.log(Math.abs(value))),
      weights: own.map((value) => Math.abs(value) / (Math.abs(value) + 0.2 * size)),
      base: [own.map(() => 1), ...small.logs],
    };
  }

  /** Products of a power product and one more factor than those of `before` have. */
  #factors(target: Target, active: readonly number[], before: readonly Beamed[] | undefined, depth: number): Beamed[] | undefined {
    const { scale } = target;
    const screen = this.#screenOf(target, SCREENED);
    if (!screen) return undefined;
    const coarse = coarseTarget(target, MOST_FITTED);
    const pool = new Pool(screen.small, active);
    const beam = before ?? [{ logs: screen.logT, tangents: screen.base, factors: [] }];
    const scored = this.#screen(pool, screen, beam, depth === 1 ? 6 : 1);
    this.#trace(
      `${target.wrap.name} depth ${depth} of ${active.join()}: ${pool.count} factors, best ${scored[0]?.score.toFixed(6)} ${scored[0] && showNode(scored[0].node)}`,
    );
    const how = `${depth} factors, ${target.wrap.name}`;
    const results: { fitted: Fitted; factors: readonly Factor[] }[] = [];
    for (const { from, node, positive } of scored) {
      const factors = [...(beam[from] as Beamed).factors, { node, positive }];
      const fitted = this.#startProduct(coarse, screen, factors);
      if (!fitted) continue;
      if (fitted.error < 1e-14 * scale) this.#settle(fitted, target, how);
      results.push({ fitted, factors });
    }
    results.sort((a, b) => a.fitted.error - b.fitted.error);
    this.#trace(
      `  fitted ${results.length}, best ${results
        .slice(0, 3)
        .map(({ fitted }) => `${Math.sqrt(fitted.error / scale).toExponential(2)} ${showNode(fitted.node)}`)
        .join(' | ')}`,
    );
    for (const { fitted } of results.slice(0, 12)) this.#settle(fitted, target, how);
    for (const { fitted } of results.slice(0, 2)) this.#take(simplify(fitted, target, scale).node, target, how);
    const kept: Beamed[] = [];
    const seen = new Set<string>();
    for (const { fitted, factors } of results) {
      const key = fitted.error.toPrecision(3);
      if (seen.has(key)) continue;
      seen.add(key);
      kept.push(this.#beamed(fitted.node, screen, factors));
      if (kept.length === 12) break;
    }
    return kept;
  }

  /** Products with two factors, of all pairs with the constants that laws have. */
  #pairs(target: Target, active: readonly number[]): void {
    const screen = this.#screenOf(target, SCREENED);
    if (!screen) return;
    const { scale } = target;
    const coarse = coarseTarget(target, MOST_FITTED);
    const { weights, base, logT } = screen;
    const weigh = (column: Float64Array) => column.map((value, row) => value * (weights[row] as number));
    const basis = new Basis();
    for (const column of base) basis.add(weigh(column));
    const rest = weigh(logT);
    basis.remove(rest);
    basis.remove(rest);
    const directions = new Directions<Factor>(basis);
    const pool = new Pool(screen.small, active);
    pool.visitNatural((logs, make, positive) => {
      if (directions.vectors.length < MOST_PAIRED) directions.add(weigh(logs), () => ({ node: make(), positive }));
    });
    const pairs = bestPairs(directions.vectors, rest, 40, this.#spend);
    const how = `pairs of factors, ${target.wrap.name}`;
    this.#trace(
      `${how} of ${active.join()}: ${directions.vectors.length}, ${pairs
        .slice(0, 2)
        .map(({ first, second, left }) => `${left.toExponential(1)} ${showNode(directions.items[first]!.node)} | ${showNode(directions.items[second]!.node)}`)
        .join(' ; ')}`,
    );
    const results: Fitted[] = [];
    for (const { first, second } of pairs) {
      const fitted = this.#startProduct(coarse, screen, [directions.items[first] as Factor, directions.items[second] as Factor]);
      if (!fitted) continue;
      if (fitted.error < 1e-14 * scale) this.#settle(fitted, target, how);
      results.push(fitted);
    }
    results.sort((x, z) => x.error - z.error);
    for (const fitted of results.slice(0, 8)) this.#settle(fitted, target, how);
    for (const fitted of results.slice(0, 2)) this.#take(simplify(fitted, target, scale).node, target, how);
  }

  /** Sums of a small polynomial and one or two terms of a wide dictionary, after powers of the target. */
  #terms(target: Target, active: readonly number[], exponents: readonly number[]): void {
    const coarse = coarseTarget(target, MOST_FITTED);
    const wide = wideTerms(coarse.columns, active);
    const powers = target.wrap.outer ? ([1] as const) : POWERS;
    const forms = powers.flatMap((T) => {
      const s = poweredTarget(coarse, T, exponents);
      const whole = poweredTarget(target, T, exponents);
      return s && whole ? [{ T, s, whole }] : [];
    });
    const go = ({ T, s, whole }: (typeof forms)[number], degree: number, most: number, paired: boolean) => {
      const small = polynomials(coarse.columns, active, degree);
      if (small.length > 0.4 * s.values.length) return;
      const weigh = (column: Float64Array) => column.map((value, row) => value * (s.weights[row] as number));
      const basis = new Basis();
      for (const { values } of small) basis.add(weigh(values));
      const rest = weigh(s.values);
      basis.remove(rest);
      basis.remove(rest);
      const directions = new Directions<Term>(basis);
      for (const each of wide.slice(0, most)) directions.add(weigh(each.values), () => each);
      this.#spend(Math.min(most, wide.length) * rest.length * (10 + 6 * basis.vectors.length));
      const chosen = paired
        ? bestPairs(directions.vectors, rest, 5, this.#spend).map(({ first, second }) => [first, second])
        : bestSingles(directions.vectors, rest, 4).map((one) => [one]);
      const how = `a wide sum, ${target.wrap.name}^${T}`;
      for (const indices of chosen) {
        const extra = indices.map((k) => {
          const { node } = directions.items[k] as Term;
          return { node, values: valuesOf(node as Node, target.columns) };
        });
        const found = sumOfTerms([...polynomials(target.columns, active, degree), ...extra], whole, target);
        if (found) this.#refineSum(unpowered(found.node, whole, target.columns), target, how);
      }
      this.#trace(`${how}, degree ${degree}, ${paired ? 'pairs' : 'singles'}: ${directions.vectors.length} terms`);
    };
    for (const form of forms) {
      go(form, 1, MOST, false);
      if (active.length <= 8) go(form, 2, MOST, false);
    }
    for (const form of forms) go(form, 1, MOST_TERM_PAIRS, true);
  }

  /** What is left of log t, and the tangents of a fitted product, on the screening rows. */
  #beamed(node: Node, { small, logT }: Screen, factors: Beamed['factors']): Beamed {
    const { values, by } = derivativesOf(node, small);
    return {
      logs: logT.map((value, row) => value - Math.log(Math.abs(values[row] as number))),
      tangents: by.map((column) => column.map((value, row) => value / (values[row] as number))),
      factors,
    };
  }

  /** For each of `beam` the best few factors of every family: families look alike, and the right one need not be the best. */
  #screen(pool: Pool, { weights }: Screen, beam: readonly Beamed[], most: number): Scored[] {
    const weigh = (column: Float64Array) => column.map((value, row) => value * (weights[row] as number));
    const scorers = beam.map(({ logs, tangents }) => {
      const basis = new Basis();
      for (const column of tangents) basis.add(weigh(column));
      return new Scorer(basis, weigh(logs));
    });
    const n = weights.length;
    const weighed = new Float64Array(n);
    const kept = beam.map(() => new Map<string, Scored[]>());
    const cost = n * (30 + scorers.reduce((total, scorer) => total + 4 * scorer.size, 0));
    let count = 0;
    pool.visit((logs, make, positive, family) => {
      count++;
      for (let row = 0; row < n; row++) weighed[row] = (logs[row] as number) * (weights[row] as number);
      for (let from = 0; from < scorers.length; from++) {
        const score = (scorers[from] as Scorer).score(weighed);
        const families = kept[from] as Map<string, Scored[]>;
        let own = families.get(family);
        if (!own) families.set(family, (own = []));
        if (!(score > 0) || (own.length >= most && score <= (own.at(-1) as Scored).score)) continue;
        let at = own.length;
        while (at > 0 && (own[at - 1] as Scored).score < score) at--;
        own.splice(at, 0, { score, from, node: make(), positive });
        if (own.length > most) own.pop();
      }
      if (count % 2048 === 0) this.#spend(2048 * cost);
    });
    pool.count = count;
    return kept.flatMap((families) => [...families.values()].flat()).sort((a, b) => b.score - a.score);
  }

  /** A power product times powers of `factors`, from least squares of logarithms, refined. */
  #startProduct(target: Target, { small, logT, weights, base }: Screen, factors: readonly Factor[]): Fitted | undefined {
    const { columns, y: t, scale } = target;
    const weigh = (column: Float64Array) => column.map((value, row) => value * (weights[row] as number));
    const logs = factors.map(({ node }) => valuesOf(node, small).map((value) => Math.log(Math.abs(value))));
    const solution = leastSquares([...base, ...logs].map(weigh), weigh(logT));
    if (!solution.every(Number.isFinite)) return undefined;
    const exponents = columns.values.map((_, k) => {
      const own = solution[1 + k] as number;
      if (columns.positive[k]) return Math.max(-6, Math.min(6, own));
      const whole = Math.round(own);
      return columns.nonZero[k] ? whole : Math.max(0, whole);
    });
    const powers = factors.map(({ node, positive }, k) => {
      const own = solution[1 + columns.width + k] as number;
      if (node.kind === 'call' && node.name === 'exp') return scaledExponential(node, own);
      if (positive) return power(node, Math.max(-6, Math.min(6, own)));
      return power(node, Math.round(own) || Math.sign(own) || 1, true);
    });
    const shape = product(monomial(exponents, columns), ...powers);
    const c = scaleTo(valuesOf(shape, columns), t, target.weights);
    if (!Number.isFinite(c) || c === 0) return undefined;
    const parts = shape.kind === 'product' ? shape.parts : [shape];
    return marquardt(product(number(c), ...parts), target, { steps: 30, enough: 1e-26 * scale });
  }
}

/** exp(c u)^e as exp(c e u), whose constant is one. */
function scaledExponential(node: Extract<Node, { kind: 'call' }>, exponent: number): Node {
  const { of } = node;
  const [first, ...others] = of.kind === 'product' ? of.parts : [];
  if (first?.kind !== 'number') return power(node, exponent);
  return { ...node, of: product(number(first.value * exponent), ...others) };
}

function scaleTo(values: Float64Array, t: Float64Array, weights?: Float64Array): number {
  let [dot, square] = [0, 0];
  for (let row = 0; row < t.length; row++) {
    const w = (weights?.[row] ?? 1) ** 2;
    dot += w * (values[row] as number) * (t[row] as number);
    square += w * (values[row] as number) ** 2;
  }
  return dot / square;
}
