/** From a table to the formula in it: data checked, split and scaled, formulas searched, judged and told with their errors. */

import { OptionError } from '../errors.ts';
import { evaluate } from '../expression/evaluate.ts';
import { unscaled } from '../formula/scaling.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { columnOf, rowsOf, type Table } from '../io/table.ts';
import { checkSeed, checkSize } from '../model/description.ts';
import { agreement } from './agreement.ts';
import { type Architecture, defaultArchitectures, parseArchitecture } from './architectures.ts';
import { type Baseline, linearBaseline, networkBaseline } from './baselines.ts';
import { type Candidate, distance, type PartedRows } from './candidate.ts';
import { type DataChoice, pickRows, prepareData } from './data.ts';
import { type Errors, errorsOf } from './errors.ts';
import { type FittedFormula, formulaResult } from './formulas.ts';
import type { FitResult, StopReason } from './result.ts';
import { savedModelOf } from './saved-model.ts';
import { scaleColumn, scaleColumns } from './scale.ts';
import { Search, type SearchProgress, trainingRows } from './search.ts';
import { type Split, splitRows } from './split.ts';
import { Timer } from './timer.ts';

export interface FitOptions extends DataChoice {
  /** How rows are held out. Default: a quarter of them, those with the largest inputs. */
  split?: Split;
  /** Stacks of units, as `RealNPU(2) -> Linear`. Default: see `defaultArchitectures`. */
  architectures?: readonly string[];
  /** Outputs of hidden layers that say nothing of it. Default: several are tried. */
  width?: number;
  /** Seconds after which the best so far is what there is. Default 45. */
  seconds?: number;
  /** Random starts of each architecture. Default 64. */
  models?: number;
  /** Steps of training of a start that goes all the way. Default 3200. */
  steps?: number;
  /** Of the random starts and of a random split. Default 1. */
  seed?: number;
  /** `none` trains on the columns as they are. Default `auto`: powers of two near each column's size, undone in the formula. */
  scaling?: 'auto' | 'none';
  /** More rows, farther out: the formula and the baselines are measured on them too. */
  test?: Table;
  /** Ends the search early; what was found until then is the result. */
  signal?: AbortSignal;
  onProgress?: (progress: FitProgress) => void;
}

export interface FitProgress extends Omit<SearchProgress, 'best'> {
  readonly seconds: number;
  readonly budget: number;
  /** The best formula so far, right-hand side as text, and its errors. */
  readonly best?: { readonly formula: string; readonly inRange: Errors; readonly outOfRange: Errors };
}

const DEFAULTS = { seconds: 45, models: 64, steps: 3200, seed: 1 };
/** Share of the seconds that the network may train. */
const NETWORK_SHARE = 0.15;
/** Rows that are trained on and that starts are ranked by; formulas are fitted and measured on all. */
const MOST_TRAINED = { inside: 2000, outside: 500 };
const MOST_MODELS = 100_000;
/** Other formulas that are told. */
const RUNNERS_UP = 4;
/** Two formulas that are this near to each other outside the range, relative to what they predict, are one. */
const SAME = 1e-6;

/**
 * Searches the formula that gives the target from the inputs. Throws DataError for a table nothing can be learnt from,
 * OptionError for wrong options. A table without a formula is no error: `found` is false then.
 */
export async function fit(gpu: Gpu, table: Table, options: FitOptions): Promise<FitResult> {
  const began = performance.now();
  const { seconds, models, steps, seed, architectures } = resolve(options);
  const data = prepareData(table, options);
  const split = splitRows(data, options.split ?? { kind: 'magnitude' }, seed);
  const rows = partedRows(data, split, options.scaling ?? 'auto');
  const test = options.test && testRows(options.test, rows);
  const timer = new Timer(seconds, options.signal);
  timer.begin();
  try {
    const linear = linearBaseline(rows);
    const network = await networkBaseline(gpu, rows, {
      steps,
      seed,
      seconds: NETWORK_SHARE * seconds,
      signal: timer.signal,
    });
    const baselines = [linear, ...(network ? [network] : [])];
    const training = trainingRows(rows, MOST_TRAINED);
    const search = new Search(gpu, rows, training, {
      architectures,
      models,
      steps,
      seed,
      baselines,
      signal: timer.signal,
      left: () => timer.left,
      onProgress: ({ best, ...progress }) =>
        options.onProgress?.({
          ...progress,
          seconds: timer.seconds,
          budget: seconds,
          ...(best && { best: { formula: best.text, inRange: best.inside, outOfRange: best.outside } }),
        }),
    });
    const { candidates, verdict, contenders, complete } = await search.run();
    const [best] = candidates;
    const stopped: StopReason = options.signal?.aborted
      ? 'interrupted'
      : verdict?.exact
        ? 'found'
        : complete
          ? 'done'
          : 'time';
    const measure = (baseline: Baseline) => ({
      name: baseline.name,
      inRange: baseline.inRange,
      outOfRange: baseline.outOfRange,
      ...(test && { test: errorsOf(baseline.predict(test.x), test.y) }),
      predict: baseline.predict,
    });
    const tell = (candidate: Candidate): FittedFormula => ({
      ...formulaResult(candidate),
      ...(test && { test: errorsOf(evaluate(candidate.formula, test.x), test.y) }),
    });
    return {
      found: verdict?.found ?? false,
      exact: verdict?.exact ?? false,
      reason: verdict?.reason ?? 'no formula was read: the search ended before any start was trained',
      stopped,
      best: best && tell(best),
      runnersUp: runnersUp(candidates, rows, RUNNERS_UP).map(tell),
      baselines: {
        linear: { ...measure(linear), formula: linear.formula },
        mlp: network ? measure(network) : undefined,
      },
      starts: contenders.reduce((sum, { starts }) => sum + starts.trained.length, 0),
      agreeing: best && verdict?.found ? agreement(best, contenders, training, rows) : 0,
      searched: contenders.map(({ architecture, starts, best: own }) => ({
        architecture: architecture.name,
        starts: starts.trained.length,
        steps: starts.steps,
        seconds: starts.seconds,
        ...(own && { outOfRange: own.outside }),
      })),
      target: data.target,
      inputs: data.inputs,
      summary: data.summary,
      notes: data.notes,
      split,
      rows,
      model: best && savedModelOf(best, rows),
      wallSeconds: (performance.now() - began) / 1000,
    };
  } finally {
    timer.dispose();
  }
}

function resolve(options: FitOptions) {
  const { seconds = DEFAULTS.seconds, models = DEFAULTS.models, steps = DEFAULTS.steps } = options;
  const { seed = DEFAULTS.seed, width } = options;
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw new OptionError(`seconds is ${String(seconds)}; it must be a number above 0`);
  }
  checkSize('models', models);
  if (models > MOST_MODELS) throw new OptionError(`models is ${models}; it must be at most ${MOST_MODELS}`);
  checkSize('steps', steps);
  checkSeed('seed', seed);
  if (width !== undefined) checkSize('width', width);
  const named = options.architectures?.map((text) => parseArchitecture(text, width));
  if (named?.length === 0)
    throw new OptionError('architectures names none; leave it out to search the usual ones');
  const architectures: readonly Architecture[] = named ?? defaultArchitectures(width);
  return { seconds, models, steps, seed, architectures };
}

/** The first `count` candidates after the best, of those that differ in their numbers only, or predict the same, the first. */
function runnersUp(candidates: readonly Candidate[], { outside }: PartedRows, count: number): Candidate[] {
  const shapes = new Set<string>();
  const kept: { candidate: Candidate; predicted: Float64Array }[] = [];
  for (const candidate of candidates) {
    const shape = candidate.text.replace(/\b\d[\d.]*(e-?\d+)?/g, '#').replace(/ [-+] /g, ' ± ');
    const predicted = evaluate(candidate.formula, outside.x);
    const known = shapes.has(shape) || kept.some((other) => distance(other.predicted, predicted) < SAME);
    shapes.add(shape);
    if (!known) kept.push({ candidate, predicted });
    if (kept.length > count) break;
  }
  return kept.slice(1).map(({ candidate }) => candidate);
}

type Data = ReturnType<typeof prepareData>;

function partedRows(data: Data, split: ReturnType<typeof splitRows>, scaling: 'auto' | 'none'): PartedRows {
  const width = data.inputs.length;
  const part = (chosen: readonly number[]) => ({
    x: pickRows(data.x, width, chosen),
    y: pickRows(data.y, 1, chosen),
  });
  const inside = part(split.inside);
  if (scaling !== 'auto' && scaling !== 'none') {
    throw new OptionError(`scaling is '${String(scaling)}'; it must be 'auto' or 'none'`);
  }
  return {
    inputs: data.inputs,
    target: data.target,
    inputScaling: scaling === 'auto' ? scaleColumns(inside.x, width) : data.inputs.map(() => unscaled),
    targetScaling: scaling === 'auto' ? scaleColumn(inside.y) : unscaled,
    inside,
    outside: part(split.outside),
  };
}

function testRows(table: Table, { inputs, target }: PartedRows) {
  return { x: rowsOf(table, inputs), y: Float64Array.from(columnOf(table, target)) };
}
