/**
 * The search without a device: structures in float64, on the rows inside. Noise that grows with the target is
 * seen and allowed for.
 */

import type { Candidate, PartedRows } from './candidate.ts';
import { rootMeanSquare } from './errors.ts';
import { lawCandidate } from './law-candidate.ts';
import { rankCorrelation } from './ranks.ts';
import { rowNumbers, thinned } from './rows.ts';
import { scaledDown } from './scaled-down.ts';
import { columnsOf, pickColumns } from './structured/columns.ts';
import type { Found } from './structured/found.ts';
import type { SavedSearch } from './structured/saved.ts';
import { type SearchOutcome, searchStructures } from './structured/search.ts';
import { type Node, valuesOf } from './structured/tree.ts';
import { type Hypothesis, trimmed, whole } from './trimmed.ts';

export interface LawOptions {
  /** Units of work, see `SearchLimits`. */
  readonly work: number;
  readonly functions?: ReadonlySet<string> | undefined;
  /** Largest size of a formula, as `complexityOf` counts it. */
  readonly maxComplexity: number;
  /** Most constants of a formula that had to be found. */
  readonly maxConstants: number;
  /** Whether a candidate passes as a law, so that no more need be tried. */
  readonly accept: (candidate: Candidate) => boolean;
  readonly signal: AbortSignal;
  /** Searches of an earlier call. */
  readonly before: readonly SavedSearch[];
  readonly onProgress?: (share: number, best: Candidate | undefined, doing: string) => void;
}

export interface LawResult {
  readonly candidates: readonly Candidate[];
  readonly complete: boolean;
  /** What it takes to go on. */
  readonly searches: readonly SavedSearch[];
}

/** Rows that are searched; constants are fitted on more. */
const MOST_SEARCHED = 300;
/** Rows that tell whether noise grows. */
const MOST_COMPARED = 2000;
/** Candidates of the search that are made into formulas. */
const MOST_TOLD = 12;
/** Ratio of large and small magnitudes of the target from which on errors are taken relative to it. */
const DECADES = 1e4;
/** Standard deviations of a rank correlation from which on noise counts as growing with the target. */
const GROWTH_LEVEL = 4;
/** Predictions below this share of their root mean square weigh no more than it. */
const LEAST_WEIGHTED = 0.05;

export async function searchLaws(given: PartedRows, options: LawOptions): Promise<LawResult> {
  const { rows, scales } = scaledDown(given);
  const width = rows.inputs.length;
  const all = columnsOf(rows.inside.x, width);
  const { y } = rows.inside;
  const weighed = rows.weights?.inside;
  let kept = rowNumbers(y.length);
  let found: Kept[] = [];
  const searches: SavedSearch[] = [];
  /** The best that progress was told of: a formula of a million rows is not measured again for each of its steps. */
  let shown: { readonly node: Node; readonly candidate: Candidate | undefined } | undefined;
  const toCandidate = (
    { node, weights, how }: Omit<Kept, 'value'>,
    refined: boolean,
  ): Candidate | undefined => {
    try {
      return lawCandidate(node, given, rows, scales, all, kept, weights, how, refined);
    } catch {
      return undefined; // a constant that cannot be written
    }
  };
  const fits = ({ size, constants }: Candidate) =>
    size <= options.maxComplexity && constants <= options.maxConstants;
  const search = async (weights: Float64Array | undefined, work: number): Promise<SearchOutcome['ended']> => {
    const chosen = thinned(kept, MOST_SEARCHED);
    const pick = (values: Float64Array) => Float64Array.from(chosen, (row) => values[row] as number);
    const outcome = await searchStructures(
      { columns: pickColumns(all, chosen), y: pick(y), weights: weights && pick(weights) },
      {
        work,
        functions: options.functions,
        signal: options.signal,
        accept: (best) => {
          const candidate = toCandidate({ ...best, weights }, true);
          return candidate !== undefined && fits(candidate) && options.accept(candidate);
        },
        onProgress: (share, best, doing) => {
          if (best?.node !== shown?.node) {
            shown = best && { node: best.node, candidate: toCandidate({ ...best, weights }, false) };
          }
          options.onProgress?.(share, shown?.candidate, doing);
        },
      },
      options.before[searches.length],
    );
    searches.push(outcome.saved);
    found.push(...distinct(outcome.found).map((each) => ({ ...each, weights, value: each.criterion })));
    return outcome.ended;
  };
  const over = (ended: SearchOutcome['ended']) =>
    ended === 'exact' || ended === 'accepted' || ended === 'interrupted';
  const relative =
    weighed ?? (spansDecades(y) ? y.map((value) => (value === 0 ? 0 : 1 / Math.abs(value))) : undefined);
  let ended = await search(relative, options.work);
  if (!over(ended) && !weighed) {
    const sorted = found.toSorted((a, b) => a.value - b.value);
    const [best] = sorted;
    const far = rowsAside(
      sorted.slice(0, MOST_TOLD).flatMap((each) => toCandidate(each, true) ?? []),
      given,
    );
    if (far.length > 0) {
      // A row that fits nothing hides what all the others say.
      const isFar = new Set(far);
      kept = kept.filter((row) => !isFar.has(row));
      const before = found;
      found = [];
      ended = await search(relative, options.work / 2);
      if (!over(ended)) found.push(...before);
    } else if (best) {
      const other = relative ? undefined : growing(valuesOf(best.node, all), y);
      if (other || relative) ended = await search(other, options.work / 2);
    }
  }
  const candidates = found
    .toSorted((a, b) => a.value - b.value)
    .slice(0, 2 * MOST_TOLD)
    .flatMap((each) => toCandidate(each, true) ?? [])
    .filter(fits);
  return { candidates, complete: ended !== 'spent' && ended !== 'interrupted', searches };
}

/** A candidate of the search, with the weights it was fitted with. */
interface Kept {
  readonly node: Node;
  readonly weights: Float64Array | undefined;
  readonly how: string;
  readonly value: number;
}

/** The best of every size: those that a smaller one betters are of no use. */
function distinct(found: readonly Found[]): Found[] {
  const kept = found.slice(0, MOST_TOLD);
  const front: Found[] = [];
  for (const each of found.toSorted((a, b) => a.cost - b.cost)) {
    if (each.error < 0.8 * (front.at(-1)?.error ?? Number.POSITIVE_INFINITY)) front.push(each);
  }
  return [...new Set([...kept, ...front])];
}

/** Whether the target runs through so many decades that its smallest values would count for nothing. */
function spansDecades(y: Float64Array): boolean {
  const sizes = y
    .map(Math.abs)
    .filter((value) => value > 0)
    .sort();
  const at = (share: number) => sizes[Math.floor(share * (sizes.length - 1))] as number;
  return sizes.length > 4 && at(0.95) / at(0.05) > DECADES;
}

/** Rows inside that the likeliest of the candidates sets aside; none where all rows are likelier to be right. */
function rowsAside(candidates: readonly Candidate[], rows: PartedRows): number[] {
  const trials = candidates.flatMap((each) => [whole(each, rows), trimmed(each, rows) ?? []].flat());
  const best = trials.reduce<Hypothesis | undefined>(
    (least, each) => (least && least.value <= each.value ? least : each),
    undefined,
  );
  return (best?.setAside ?? []).filter((row) => row < rows.inside.y.length);
}

/** Weights for noise that grows with what is predicted; undefined where it does not. */
function growing(predicted: Float64Array, y: Float64Array): Float64Array | undefined {
  const seen = thinned(rowNumbers(y.length), MOST_COMPARED);
  const rest = seen.map((row) => Math.abs((y[row] as number) - (predicted[row] as number)));
  const correlation = rankCorrelation(
    rest,
    seen.map((row) => Math.abs(predicted[row] as number)),
  );
  if (!(correlation * Math.sqrt(seen.length) > GROWTH_LEVEL)) return undefined;
  const size = rootMeanSquare(predicted) || 1;
  return predicted.map((value) => 1 / Math.max(Math.abs(value), LEAST_WEIGHTED * size));
}
