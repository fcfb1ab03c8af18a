/** Exponents as laws have them: rounded to whole ones, halves and thirds where the rows allow it. */

import { costOf, criterion } from './criterion.ts';
import { type Fitted, marquardt, type Problem } from './marquardt.ts';
import type { Node } from './tree.ts';

/** A free exponent in a tree: how to find it, and what it is. */
interface Exponent {
  readonly index: number;
  readonly value: number;
}

function exponentsOf(node: Node): Exponent[] {
  const found: Exponent[] = [];
  let index = 0;
  const visit = (part: Node): void => {
    switch (part.kind) {
      case 'number':
        return;
      case 'monomial':
        part.exponents.forEach((value, k) => {
          if (!part.fixed[k]) found.push({ index, value });
          index++;
        });
        return;
      case 'power':
        visit(part.base);
        if (!part.fixed) found.push({ index, value: part.exponent });
        index++;
        return;
      case 'call':
        visit(part.of);
        return;
      default:
        for (const each of part.parts) visit(each);
    }
  };
  visit(node);
  return found;
}

/** The tree with the exponents in `fixed`, by index, fixed to what is given. */
function withFixed(node: Node, fixed: ReadonlyMap<number, number>): Node {
  let index = 0;
  const visit = (part: Node): Node => {
    switch (part.kind) {
      case 'number':
        return part;
      case 'monomial': {
        const from = index;
        index += part.exponents.length;
        return {
          ...part,
          exponents: part.exponents.map((value, k) => fixed.get(from + k) ?? value),
          fixed: part.fixed.map((value, k) => value || fixed.has(from + k)),
        };
      }
      case 'power': {
        const base = visit(part.base);
        const own = index++;
        const value = fixed.get(own);
        return value === undefined ? { ...part, base } : { ...part, base, exponent: value, fixed: true };
      }
      case 'call':
        return { ...part, of: visit(part.of) };
      default:
        return { ...part, parts: part.parts.map(visit) };
    }
  };
  return visit(node);
}

const PARTS = [1, 2, 3, 4] as const;

/** Simple values near `value`, the simplest first. */
function simpleNear(value: number): number[] {
  const near = PARTS.map((part) => Math.round(value * part) / part);
  return [...new Set(near)].filter((candidate) => Math.abs(candidate) <= 8);
}

/** How near an exponent must be to what it is rounded to, and to which fractions. */
const ROUNDINGS: readonly { readonly parts: readonly number[]; readonly nearness: number }[] = [
  { parts: [1, 2, 3, 4], nearness: 0.01 },
  { parts: [1, 2], nearness: 0.12 },
  { parts: [1], nearness: 0.4 },
  { parts: [2], nearness: 0.25 },
];

/** Versions of `fitted` with all exponents rounded at once, in several ways, refitted; the best first. */
export function rounded(fitted: Fitted, problem: Problem, scale: number): Fitted[] {
  const found: Fitted[] = [];
  const seen = new Set<string>();
  for (const { parts, nearness } of ROUNDINGS) {
    const together = new Map(
      exponentsOf(fitted.node).flatMap(({ index, value }) => {
        const simple = parts
          .map((part) => Math.round(value * part) / part)
          .find((candidate) => Math.abs(candidate - value) <= nearness);
        return simple === undefined ? [] : [[index, simple] as const];
      }),
    );
    const key = [...together].join();
    if (together.size === 0 || seen.has(key)) continue;
    seen.add(key);
    const refitted = marquardt(withFixed(fitted.node, together), problem, {
      steps: 25,
      enough: 1e-26 * scale,
    });
    if (!refitted) continue;
    found.push(refitted);
    if (refitted.error <= 1e-20 * scale) break;
  }
  return found.sort((a, b) => a.error - b.error);
}

/** Exponents that are tried one after the other before it is given up. */
const MOST_TRIED = 8;

/**
 * `fitted` with as many exponents rounded as the criterion allows, constants refitted: first all at once, then one after the
 * other, the nearest first.
 */
export function simplify(fitted: Fitted, problem: Problem, scale: number): Fitted {
  const { columns, y } = problem;
  const judge = ({ node, error }: Fitted) =>
    criterion(error, scale, costOf(node, y.length, columns.width), y.length);
  let best = fitted;
  let value = judge(best);
  const refit = (node: Node) => marquardt(node, problem, { steps: 20, enough: 1e-26 * scale });
  for (const found of rounded(fitted, problem, scale)) {
    if (judge(found) <= value) {
      best = found;
      value = judge(found);
    }
  }
  for (;;) {
    const free = exponentsOf(best.node)
      .flatMap(({ index, value: own }) => {
        const simple = simpleNear(own).find((candidate) => Math.abs(candidate - own) < 0.3);
        return simple === undefined ? [] : [{ index, simple, far: Math.abs(simple - own) }];
      })
      .sort((a, b) => a.far - b.far)
      .slice(0, MOST_TRIED);
    let better = false;
    for (const { index, simple } of free) {
      const found = refit(withFixed(best.node, new Map([[index, simple]])));
      if (found && judge(found) <= value) {
        best = found;
        value = judge(found);
        better = true;
        break;
      }
    }
    if (!better) return best;
  }
}
