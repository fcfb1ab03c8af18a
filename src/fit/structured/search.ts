/** The search in float64: structures whose exponents and constants least squares finds, the simplest and cheapest first. */

import type { Columns } from './columns.ts';
import {
  Accepted,
  Exactly,
  type Found,
  SearchContext,
  type SearchData,
  type SearchLimits,
  Spent,
} from './context.ts';
import { type Beamed, screenOf, searchFactors, searchPairs, searchPowers } from './products.ts';
import { type Purity, purityOf } from './purity.ts';
import { searchSums, searchWideSums } from './sum-search.ts';
import { type Target, targetOf } from './target.ts';
import { wraps } from './wraps.ts';

export interface SearchOutcome {
  /** The best first. */
  readonly found: readonly Found[];
  /** Why it ended: an exact formula, one that was accepted, all that was planned, or the work or an interruption. */
  readonly ended: 'exact' | 'accepted' | 'done' | 'spent';
  readonly work: number;
}

interface Prepared {
  readonly target: Target;
  readonly purity: Purity;
}

/** Searches y as a formula of the columns. Rejects never: what was found until the end is the outcome. */
export async function searchStructures(data: SearchData, limits: SearchLimits): Promise<SearchOutcome> {
  const context = new SearchContext(data, limits);
  const outcome = (ended: SearchOutcome['ended']): SearchOutcome => ({
    found: context.found,
    ended,
    work: context.work,
  });
  try {
    await run(context);
    return outcome('done');
  } catch (error) {
    if (error instanceof Exactly) return outcome('exact');
    if (error instanceof Accepted) return outcome('accepted');
    if (error instanceof Spent) return outcome('spent');
    throw error;
  }
}

async function run(context: SearchContext): Promise<void> {
  context.stopIfAborted();
  const { columns, y, weights } = context.data;
  const targets = wraps.flatMap((wrap) => {
    if (wrap.outer && context.functions && !context.functions.has(wrap.outer)) return [];
    return targetOf(wrap, columns, y, weights, context.spend) ?? [];
  });
  for (const target of targets) searchPowers(context, target);
  const prepared = targets.map((target): Prepared => ({ target, purity: purity(target, columns) }));
  for (const each of prepared) await searchSums(context, each.target, each.purity);
  const [first, ...others] = prepared as [Prepared, ...Prepared[]];
  const beams = new Map<string, Beamed[]>();
  const factors = async (each: Prepared, wide: boolean, depth: number) => {
    const active = activeOf(each, wide);
    if (!active) return;
    const key = `${each.target.wrap.name} ${wide}`;
    const beam = await searchFactors(context, each.target, active, beams.get(key), depth);
    if (beam) beams.set(key, beam);
  };
  const pairs = async (each: Prepared, wide: boolean) => {
    const active = activeOf(each, wide);
    if (active) await searchPairs(context, each.target, active);
  };
  const sums = async (each: Prepared, wide: boolean) => {
    const active = activeOf(each, wide);
    if (active) {
      const exponents = wide ? active.map(() => 0) : each.purity.exponents;
      await searchWideSums(context, each.target, active, exponents);
    }
  };
  await factors(first, false, 1);
  context.check();
  await pairs(first, false);
  context.check();
  await sums(first, false);
  context.check();
  for (const each of others) await factors(each, false, 1);
  await factors(first, true, 1);
  context.check();
  for (const each of others) await sums(each, false);
  await pairs(first, true);
  context.check();
  for (const each of others) await pairs(each, false);
  await sums(first, true);
  context.check();
  await factors(first, false, 2);
  context.check();
  for (const each of others) await factors(each, true, 1);
  await factors(first, true, 2);
  context.check();
  for (const each of others) await factors(each, false, 2);
}

function purity(target: Target, columns: Columns): Purity {
  const screen = screenOf(target, target.y.length);
  if (screen) return purityOf(screen.small, screen.logT, screen.weights);
  return { active: columns.values.map((_, k) => k), exponents: columns.values.map(() => 0) };
}

/** Columns that factors are made of: those that are more than powers, or all; undefined where all have been. */
function activeOf({ target, purity: { active } }: Prepared, wide: boolean): readonly number[] | undefined {
  const all = target.columns.values.map((_, k) => k);
  const own = active.length > 0 ? active : all;
  if (!wide) return own;
  return own.length < all.length ? all : undefined;
}
