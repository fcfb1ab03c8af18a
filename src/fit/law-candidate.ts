/** Formulas from the trees of the search: constants fitted to the rows inside, written as short as they bear, predictions of folds left out. */

import { product } from '../expression/simplify.ts';
import { constant } from '../expression/tree.ts';
import { type Candidate, candidateOf, type PartedRows } from './candidate.ts';
import { policy } from './policy.ts';
import { thinned } from './rows.ts';
import type { Scales } from './scaled-down.ts';
import { withShortConstants } from './short-constants.ts';
import { type Columns, pickColumns } from './structured/columns.ts';
import { EXACT } from './structured/criterion.ts';
import { errorOf, type Fitted, marquardt, type Problem } from './structured/marquardt.ts';
import { shorten } from './structured/shorten.ts';
import { simplify } from './structured/simplify.ts';
import { expressionOf } from './structured/to-expression.ts';
import { type Node, valuesOf } from './structured/tree.ts';

/** Rows that constants are fitted to. */
const MOST_REFINED = 2000;

/** A candidate from a tree, its constants fitted to the rows inside and written as short as they bear. */
export function lawCandidate(
  node: Node,
  given: PartedRows,
  rows: PartedRows,
  scales: Scales,
  all: Columns,
  kept: readonly number[],
  weights: Float64Array | undefined,
  how: string,
  refined: boolean,
): Candidate {
  let fitted: Fitted = { node, error: 0 };
  const chosen = thinned(kept, MOST_REFINED);
  const pick = (values: Float64Array) => Float64Array.from(chosen, (row) => values[row] as number);
  const problem: Problem = {
    columns: pickColumns(all, chosen),
    y: pick(rows.inside.y),
    weights: weights && pick(weights),
  };
  const scale = errorOf(new Float64Array(chosen.length), problem.y, problem.weights) || 1;
  if (refined) {
    const start = marquardt(node, problem, { steps: 20, enough: 1e-28 * scale, gain: 1e-8 });
    if (start) {
      const simple = start.error > EXACT * EXACT * scale ? simplify(start, problem, scale) : start;
      fitted = shorten(simple, problem, 1e-24 * scale);
    }
  }
  const written = product(constant(scales.target), expressionOf(fitted.node, all, scales.inputs));
  const isPlain = scales.target === 1 && scales.inputs.every((own) => own === 1);
  const expression = refined && isPlain ? withShortConstants(written, problem, 1e-24 * scale) : written;
  const predictions = rows.folds && refined ? leftOut(fitted.node, problem, rows, all) : undefined;
  return candidateOf(
    expression,
    given,
    { architecture: how, trained: undefined },
    predictions?.map((value) => value * scales.target),
  );
}

/** What the structure of `node` predicts for each row when its constants are fitted to rows of other folds alone. */
function leftOut(
  node: Node,
  { weights }: Problem,
  { inside: { y } }: PartedRows,
  all: Columns,
): Float64Array {
  const n = y.length;
  const predicted = new Float64Array(n);
  const free = freed(node);
  for (let fold = 0; fold < policy.folds; fold++) {
    const others = Array.from({ length: n }, (_, row) => row).filter((row) => row % policy.folds !== fold);
    const own = Array.from({ length: n }, (_, row) => row).filter((row) => row % policy.folds === fold);
    const pick = (values: Float64Array) => Float64Array.from(others, (row) => values[row] as number);
    const fitted = marquardt(
      free,
      {
        columns: pickColumns(all, others),
        y: pick(y),
        weights: weights && weights.length === n ? pick(weights) : undefined,
      },
      { steps: 30, gain: 1e-8 },
    );
    const values = valuesOf(fitted?.node ?? node, pickColumns(all, own));
    own.forEach((row, at) => {
      predicted[row] = values[at] as number;
    });
  }
  return predicted;
}

/** The tree with its numbers free again, exponents as they are. */
function freed(node: Node): Node {
  switch (node.kind) {
    case 'number':
      return Number.isInteger(node.value) && Math.abs(node.value) <= 1 ? node : { ...node, fixed: false };
    case 'monomial':
      return node;
    case 'power':
      return { ...node, base: freed(node.base) };
    case 'call':
      return { ...node, of: freed(node.of) };
    default:
      return { ...node, parts: node.parts.map(freed) };
  }
}
