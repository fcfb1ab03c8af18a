/** Products of a power product and further factors: one at a time, the best kept, or all pairs of those that laws have. */

import { Basis, Scorer } from './basis.ts';
import { type Columns, pickColumns } from './columns.ts';
import type { SearchContext } from './context.ts';
import type { Visitor } from './factors.ts';
import { leastSquares } from './linear.ts';
import { type Fitted, marquardt } from './marquardt.ts';
import { bestPairs, Directions } from './pairs.ts';
import { Pool } from './pool.ts';
import type { Factor, SavedBeam } from './saved.ts';
import { simplify } from './simplify.ts';
import { coarseTarget, type Target } from './target.ts';
import { derivativesOf, monomial, type Node, number, power, product, sum, valuesOf } from './tree.ts';
import { hasHighPower } from './unusual.ts';

/** Rows that candidates are screened on. */
const SCREENED = 64;
/** Rows that structures are fitted to before the best are fitted to all. */
const MOST_FITTED = 96;
/** Factors that are tried in pairs. */
const MOST_PAIRED = 6500;
/** Exponents of columns have at most this size to begin with, as in the forces between molecules. */
const MOST_EXPONENT = 12;
/** Those of factors: cos(u)^12 is a bell that fits many things, and in no law. */
const MOST_FACTOR_EXPONENT = 4;
/** Products that another factor is tried on. */
const BEAM = 12;
/** Mean squared errors of at least this share of the target's may be noise. */
const NOISE = 1e-6;
/** Mean squared errors, relative to the target's, from which on a product may be exact but for its constants. */
const NEARLY = 1e-6;
/** Products whose mean squared errors are at most so many times the least are about as near; so many are looked at. */
const ALIKE = 1.6;
const MOST_ALIKE = 16;
const MOST_OF_FAMILY = 3;

/** A product that further factors are tried on. */
export interface Beamed extends SavedBeam {
  readonly logs: Float64Array;
  readonly tangents: readonly Float64Array[];
}

interface Scored {
  readonly family: string;
  readonly score: number;
  readonly from: number;
  readonly node: Node;
  readonly positive: boolean;
}

/** Rows of a target as its logarithms are screened. */
export interface Screen {
  readonly small: Columns;
  readonly logT: Float64Array;
  readonly weights: Float64Array;
  readonly base: readonly Float64Array[];
}

/** One power product. */
export function searchPowers(context: SearchContext, target: Target): void {
  const screen = screenOf(target, target.y.length);
  if (!screen) return;
  context.spend(target.y.length * target.columns.width ** 2);
  const fitted = startProduct(target, screen, []);
  if (!fitted) return;
  context.take(simplify(fitted, target, target.scale).node, target, 'a product of powers');
}

/** Rows of `target` whose logarithms are numbers, at most `most` of them. */
export function screenOf({ y: t, columns }: Target, most: number): Screen | undefined {
  const usable = Array.from({ length: t.length }, (_, row) => row).filter(
    (row) => t[row] !== 0 && columns.values.every((column) => column[row] !== 0),
  );
  if (usable.length < columns.width + 6) return undefined;
  const step = Math.max(1, usable.length / most);
  const rows = Array.from(
    { length: Math.min(usable.length, most) },
    (_, k) => usable[Math.floor(k * step)] as number,
  );
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
export async function searchFactors(
  context: SearchContext,
  target: Target,
  active: readonly number[],
  before: readonly Beamed[] | undefined,
  depth: number,
): Promise<Beamed[] | undefined> {
  const { scale } = target;
  const screen = screenOf(target, SCREENED);
  if (!screen) return undefined;
  const coarse = coarseTarget(target, MOST_FITTED);
  const pool = new Pool(screen.small, active, context.functions);
  await context.pause(`${depth} factors, ${target.wrap.name}`);
  const beam = before ?? [{ node: number(1, true), logs: screen.logT, tangents: screen.base, factors: [] }];
  const scored = await scoreFactors(context, pool, screen, beam, depth === 1 ? 6 : 1);
  const how = `${depth} factors, ${target.wrap.name}`;
  const results: { fitted: Fitted; factors: readonly Factor[]; family: string }[] = [];
  for (const { from, family, node, positive } of scored) {
    const factors = [...(beam[from] as Beamed).factors, { node, positive }];
    const fitted = startProduct(coarse, screen, factors);
    if (!fitted) continue;
    if (fitted.error < 1e-14 * scale) context.settle(fitted, target, how);
    results.push({ fitted, factors, family });
    await context.pause();
  }
  results.sort((a, b) => a.fitted.error - b.fitted.error);
  context.trace(
    `${how} of ${active.join()}: ${pool.count} factors, best ${Math.sqrt((results[0]?.fitted.error ?? 0) / scale).toExponential(1)}`,
  );
  for (const { fitted } of results.slice(0, 12)) context.settle(fitted, target, how);
  for (const { fitted } of results.slice(0, 12)) {
    if (fitted.error < NEARLY * scale) settleWhole(context, fitted, target, how);
    await context.pause();
  }
  for (const { fitted } of worthSimplifying(results, scale)) {
    context.take(simplify(fitted, target, scale).node, target, how);
    await context.pause();
  }
  const kept: Beamed[] = [];
  const seen = new Set<string>();
  for (const { fitted, factors } of results) {
    const key = fitted.error.toPrecision(3);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(beamedOf(fitted.node, screen, factors));
    if (kept.length === BEAM) break;
  }
  return kept;
}

/**
 * Takes `fitted` with the power of one factor made whole, if it is exact then. A power of a sum and a constant in it can make up for
 * each other, so that both creep along a valley; with the power whole the constants and the other exponents fall into place.
 */
function settleWhole(context: SearchContext, fitted: Fitted, target: Target, how: string): void {
  if (fitted.node.kind !== 'product') return;
  const { parts } = fitted.node;
  for (const [at, part] of parts.entries()) {
    if (part.kind !== 'power' || part.fixed) continue;
    for (const whole of new Set([Math.round(part.exponent), Math.sign(part.exponent)])) {
      if (whole === 0 || whole === part.exponent) continue;
      const node = product(...parts.with(at, power(part.base, whole, true)));
      const again = marquardt(node, target, { steps: 60, enough: 1e-26 * target.scale, gain: 1e-3 });
      if (again && again.error < fitted.error) context.settle(again, target, how);
    }
  }
}

/** Products with two factors, of all pairs with the constants that laws have. */
export async function searchPairs(
  context: SearchContext,
  target: Target,
  active: readonly number[],
): Promise<void> {
  const screen = screenOf(target, SCREENED);
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
  const how = `pairs of factors, ${target.wrap.name}`;
  const pool = new Pool(screen.small, active, context.functions);
  for (const part of pool.naturalParts((logs, make, positive) => {
    if (directions.vectors.length < MOST_PAIRED)
      directions.add(weigh(logs), () => ({ node: make(), positive }));
  })) {
    part();
    await context.pause(how);
  }
  const pairs = await bestPairs(directions.vectors, rest, 40, context);
  context.trace(
    `${how} of ${active.join()}: ${directions.vectors.length}, left ${pairs[0]?.left.toExponential(1)}`,
  );
  const results: Fitted[] = [];
  for (const { first, second } of pairs) {
    const fitted = startProduct(coarse, screen, [
      directions.items[first] as Factor,
      directions.items[second] as Factor,
    ]);
    if (!fitted) continue;
    if (fitted.error < 1e-14 * scale) context.settle(fitted, target, how);
    results.push(fitted);
    await context.pause();
  }
  results.sort((x, z) => x.error - z.error);
  for (const fitted of results.slice(0, 8)) context.settle(fitted, target, how);
  for (const { fitted } of worthSimplifying(
    results.map((fitted) => ({ fitted, family: '' })),
    scale,
  )) {
    context.take(simplify(fitted, target, scale).node, target, how);
    await context.pause();
  }
}

/**
 * Those of `results`, the nearest first, that are taken as candidates: the nearest two, and where there is noise the nearest of every
 * family that are about as near, since among them the right one is told by its simplicity.
 */
function worthSimplifying<T extends { readonly fitted: Fitted; readonly family: string }>(
  results: readonly T[],
  scale: number,
): T[] {
  const least = results[0]?.fitted.error ?? 0;
  const errors = new Set<string>();
  const different = results.filter(({ fitted: { error } }) => {
    const key = error.toPrecision(4);
    if (errors.has(key)) return false;
    errors.add(key);
    return true;
  });
  if (least < NOISE * scale) return different.slice(0, 2);
  const taken = new Map<string, number>();
  return different
    .filter(({ fitted }) => !hasHighPower(fitted.node))
    .filter(({ fitted, family }, k) => {
      const count = taken.get(family) ?? 0;
      taken.set(family, count + 1);
      return k < 2 || (fitted.error < ALIKE * least && count < MOST_OF_FAMILY);
    })
    .slice(0, MOST_ALIKE);
}

/** The products that were kept of an earlier depth. */
export function beamsFrom(saved: readonly SavedBeam[], target: Target): Beamed[] | undefined {
  const screen = screenOf(target, SCREENED);
  return screen && saved.map(({ node, factors }) => beamedOf(node, screen, factors));
}

/** What is left of log t, and the tangents of a fitted product, on the screening rows. */
function beamedOf(node: Node, { small, logT }: Screen, factors: Beamed['factors']): Beamed {
  const { values, by } = derivativesOf(node, small);
  return {
    node,
    logs: logT.map((value, row) => value - Math.log(Math.abs(values[row] as number))),
    tangents: by.map((column) => column.map((value, row) => value / (values[row] as number))),
    factors,
  };
}

/** For each of `beam` the best few factors of every family: families look alike, and the right one need not be the best. */
async function scoreFactors(
  context: SearchContext,
  pool: Pool,
  { weights }: Screen,
  beam: readonly Beamed[],
  most: number,
): Promise<Scored[]> {
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
  const visit: Visitor = (logs, make, positive, family) => {
    count++;
    for (let row = 0; row < n; row++) weighed[row] = (logs[row] as number) * (weights[row] as number);
    for (let from = 0; from < scorers.length; from++) {
      const score = (scorers[from] as Scorer).score(weighed);
      const families = kept[from] as Map<string, Scored[]>;
      const own = families.get(family) ?? [];
      families.set(family, own);
      if (!(score > 0) || (own.length >= most && score <= (own.at(-1) as Scored).score)) continue;
      let at = own.length;
      while (at > 0 && (own[at - 1] as Scored).score < score) at--;
      own.splice(at, 0, { score, from, family, node: make(), positive });
      if (own.length > most) own.pop();
    }
    if (count % 2048 === 0) context.spend(2048 * cost);
  };
  for (const part of pool.parts(visit)) {
    part();
    await context.pause();
  }
  pool.count = count;
  return kept.flatMap((families) => [...families.values()].flat()).sort((a, b) => b.score - a.score);
}

/** A power product times powers of `factors`, from least squares of logarithms, refined. */
function startProduct(
  target: Target,
  { small, logT, weights, base }: Screen,
  factors: readonly Factor[],
): Fitted | undefined {
  const { columns, y: t, scale } = target;
  const weigh = (column: Float64Array) => column.map((value, row) => value * (weights[row] as number));
  const logs = factors.map(({ node }) => valuesOf(node, small).map((value) => Math.log(Math.abs(value))));
  const solution = leastSquares([...base, ...logs].map(weigh), weigh(logT));
  if (!solution.every(Number.isFinite)) return undefined;
  const exponents = columns.values.map((_, k) => {
    const own = solution[1 + k] as number;
    if (columns.positive[k]) return clamped(own, MOST_EXPONENT);
    const whole = Math.round(own);
    return columns.nonZero[k] ? whole : Math.max(0, whole);
  });
  const powers = factors.map(({ node }, k) => {
    const own = solution[1 + columns.width + k] as number;
    if (node.kind === 'call' && node.name === 'exp') return scaledExponential(node, own);
    // On all rows, of which the screen is a part.
    const values = valuesOf(node, columns);
    const whole = power(node, clamped(Math.round(own) || Math.sign(own) || 1, MOST_FACTOR_EXPONENT), true);
    if (values.every((value) => value > 0)) return power(node, clamped(own, MOST_FACTOR_EXPONENT));
    if (!values.every((value) => value < 0) || node.kind !== 'sum') return whole;
    // 1 − u below zero: of u − 1 any power may be taken.
    return power(negated(node), clamped(own, MOST_FACTOR_EXPONENT));
  });
  const shape = product(monomial(exponents, columns), ...powers);
  const c = scaleTo(valuesOf(shape, columns), t, target.weights);
  if (!Number.isFinite(c) || c === 0) return undefined;
  const parts = shape.kind === 'product' ? shape.parts : [shape];
  return marquardt(product(number(c), ...parts), target, { steps: 30, enough: 1e-26 * scale });
}

/** The sum with the sign of each of its terms changed. */
const negated = ({ parts }: { readonly parts: readonly Node[] }): Node =>
  sum(
    ...parts.map((part) => {
      if (part.kind === 'number') return { ...part, value: -part.value };
      const [first, ...others] = part.kind === 'product' ? part.parts : [part];
      return first?.kind === 'number'
        ? product({ ...first, value: -first.value }, ...others)
        : product(number(-1, true), part);
    }),
  );

/** exp(c u)^e as exp(c e u), whose constant is one. */
function scaledExponential(node: Extract<Node, { kind: 'call' }>, exponent: number): Node {
  const { of } = node;
  const [first, ...others] = of.kind === 'product' ? of.parts : [];
  if (first?.kind !== 'number') return power(node, exponent);
  return { ...node, of: product(number(first.value * exponent), ...others) };
}

const clamped = (value: number, most: number): number => Math.max(-most, Math.min(most, value));

function scaleTo(values: Float64Array, t: Float64Array, weights?: Float64Array): number {
  let [dot, square] = [0, 0];
  for (let row = 0; row < t.length; row++) {
    const w = (weights?.[row] ?? 1) ** 2;
    dot += w * (values[row] as number) * (t[row] as number);
    square += w * (values[row] as number) ** 2;
  }
  return dot / square;
}
