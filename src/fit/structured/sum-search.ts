/** Sums after powers of the target: of small dictionaries at once, and of one or two terms of a wide one beside a polynomial. */

import { Basis } from './basis.ts';
import type { SearchContext } from './context.ts';
import { wideTerms } from './dictionary.ts';
import { marquardt } from './marquardt.ts';
import { bestPairs, bestSingles, Directions } from './pairs.ts';
import type { Purity } from './purity.ts';
import {
  logTerms,
  POWERS,
  polynomials,
  poweredTarget,
  quotientOfSums,
  ratios,
  sumOfTerms,
  type Term,
  unpowered,
} from './sums.ts';
import { coarseTarget, type Target } from './target.ts';
import { type Node, valuesOf } from './tree.ts';

/** Rows that wide dictionaries are screened on. */
const SCREENED = 96;
/** Terms of the wide dictionary, alone and in pairs. */
const MOST = 6000;
const MOST_TERM_PAIRS = 1800;

/** Sums after powers of the target, and quotients of sums. */
export async function searchSums(context: SearchContext, target: Target, purity: Purity): Promise<void> {
  const { columns } = context.data;
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
      await context.pause(`sums, ${target.wrap.name}`);
      for (const plain of dictionaries) {
        const terms = target.wrap.outer === 'exp' ? [...plain, ...logTerms(columns)] : plain;
        const found = sumOfTerms(terms, s, target);
        if (found)
          refineSum(context, unpowered(found.node, s, columns), target, `a sum, ${target.wrap.name}^${T}`);
      }
      if (T !== 1 && T !== 2) continue;
      for (const terms of dictionaries.slice(0, 3)) {
        const found = quotientOfSums(terms, s, target);
        if (found)
          refineSum(
            context,
            unpowered(found, s, columns),
            target,
            `a quotient of sums, ${target.wrap.name}^${T}`,
          );
      }
    }
  }
}

function refineSum(context: SearchContext, node: Node, target: Target, how: string): void {
  const fitted = marquardt(node, target, { steps: 12, enough: 1e-28 * target.scale });
  if (fitted) context.take(fitted.node, target, how);
}

/** Sums of a small polynomial and one or two terms of a wide dictionary, after powers of the target. */
export async function searchWideSums(
  context: SearchContext,
  target: Target,
  active: readonly number[],
  exponents: readonly number[],
): Promise<void> {
  const coarse = coarseTarget(target, SCREENED);
  const wide = wideTerms(coarse.columns, active, context.functions);
  const powers = target.wrap.outer ? ([1] as const) : POWERS;
  const forms = powers.flatMap((T) => {
    const s = poweredTarget(coarse, T, exponents);
    const whole = poweredTarget(target, T, exponents);
    return s && whole ? [{ T, s, whole }] : [];
  });
  const go = async (
    { T, s, whole }: (typeof forms)[number],
    degree: number,
    most: number,
    paired: boolean,
  ): Promise<void> => {
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
    context.spend(Math.min(most, wide.length) * rest.length * (10 + 6 * basis.vectors.length));
    const chosen = paired
      ? (await bestPairs(directions.vectors, rest, 5, context)).map(({ first, second }) => [first, second])
      : bestSingles(directions.vectors, rest, 4).map((one) => [one]);
    const how = `a wide sum, ${target.wrap.name}^${T}`;
    await context.pause(how);
    for (const indices of chosen) {
      const extra = indices.map((k) => {
        const { node } = directions.items[k] as Term;
        return { node, values: valuesOf(node as Node, target.columns) };
      });
      const found = sumOfTerms([...polynomials(target.columns, active, degree), ...extra], whole, target);
      if (found) refineSum(context, unpowered(found.node, whole, target.columns), target, how);
    }
    context.trace(
      `${how}, degree ${degree}, ${paired ? 'pairs' : 'singles'}: ${directions.vectors.length} terms`,
    );
  };
  for (const form of forms) {
    await go(form, 1, MOST, false);
    if (active.length <= 8) await go(form, 2, MOST, false);
  }
  for (const form of forms) await go(form, 1, MOST_TERM_PAIRS, true);
}
