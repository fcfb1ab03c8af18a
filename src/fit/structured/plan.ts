/** What is searched, in which order: the simplest and cheapest first, and what is accepted ends it. */

import type { Columns } from './columns.ts';
import type { SearchContext } from './context.ts';
import { type Beamed, beamsFrom, screenOf, searchFactors, searchPairs, searchPowers } from './products.ts';
import { type Purity, purityOf } from './purity.ts';
import { searchSums, searchWideSums } from './sum-search.ts';
import { type Target, targetOf } from './target.ts';
import { wraps } from './wraps.ts';

/** A step of the search; a search that goes on begins with one of them. */
export interface Stage {
  readonly run: () => Promise<void>;
  /** Whether the best so far is judged after it. */
  readonly judged?: boolean;
}

interface Prepared {
  readonly target: Target;
  readonly purity: Purity;
}

/** The stages of a search for what `context` has. */
export function planOf(context: SearchContext): Stage[] {
  const { columns, y, weights } = context.data;
  const targets = wraps.flatMap((wrap) => {
    if (wrap.outer && context.functions && !context.functions.has(wrap.outer)) return [];
    return targetOf(wrap, columns, y, weights, context.spend) ?? [];
  });
  const prepared = targets.map((target): Prepared => ({ target, purity: purity(target, columns) }));
  const [first, ...others] = prepared as [Prepared, ...Prepared[]];
  const factors = (each: Prepared, wide: boolean, depth: number) => async () => {
    const active = activeOf(each, wide);
    if (!active) return;
    const key = `${each.target.wrap.name} ${wide}`;
    const before = context.beams.get(key);
    const beam = await searchFactors(
      context,
      each.target,
      active,
      before && beamsFrom(before, each.target),
      depth,
    );
    if (beam)
      context.beams.set(
        key,
        beam.map(({ node, factors }: Beamed) => ({ node, factors })),
      );
  };
  const pairs = (each: Prepared, wide: boolean) => async () => {
    const active = activeOf(each, wide);
    if (active) await searchPairs(context, each.target, active);
  };
  const sums = (each: Prepared, wide: boolean) => async () => {
    const active = activeOf(each, wide);
    if (!active) return;
    const exponents = wide ? active.map(() => 0) : each.purity.exponents;
    await searchWideSums(context, each.target, active, exponents);
  };
  const judged = (run: Stage['run']): Stage => ({ run, judged: true });
  const plain = (run: Stage['run']): Stage => ({ run });
  return [
    plain(async () => {
      for (const target of targets) searchPowers(context, target);
    }),
    ...prepared.map((each) => plain(() => searchSums(context, each.target, each.purity))),
    judged(factors(first, false, 1)),
    judged(pairs(first, false)),
    judged(sums(first, false)),
    ...others.map((each) => plain(factors(each, false, 1))),
    judged(factors(first, true, 1)),
    ...others.map((each) => plain(sums(each, false))),
    judged(pairs(first, true)),
    ...others.map((each) => plain(pairs(each, false))),
    judged(sums(first, true)),
    judged(factors(first, false, 2)),
    ...others.map((each) => plain(factors(each, true, 1))),
    judged(factors(first, true, 2)),
    ...others.map((each) => plain(factors(each, false, 2))),
  ];
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
