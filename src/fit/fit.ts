/** From a table to the formula in it: data checked, split and scaled, formulas searched, judged and told with their errors. */

import { OptionError } from '../errors.ts';
import { evaluate } from '../expression/evaluate.ts';
import type { Expression } from '../expression/tree.ts';
import { unscaled } from '../formula/scaling.ts';
import { checkGpu } from '../gpu/check-gpu.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { columnOf, rowsOf, type Table } from '../io/table.ts';
import { checkOptions } from '../options/check.ts';
import {
  callback,
  type Description,
  having,
  list,
  needed,
  number,
  oneOf,
  seed,
  signal,
  size,
  tagged,
  text,
} from '../options/kinds.ts';
import { agreement } from './agreement.ts';
import { type Architecture, defaultArchitectures, parseArchitecture } from './architectures.ts';
import { type Baseline, linearBaseline, networkBaseline } from './baselines.ts';
import { type Candidate, candidateOf, criterionOf, distance, type PartedRows } from './candidate.ts';
import { type DataChoice, type FitData, pickRows, prepareData } from './data.ts';
import { type Errors, errorsOf, rootMeanSquare } from './errors.ts';
import { type FittedFormula, formulaResult } from './formulas.ts';
import { searchLaws } from './laws.ts';
import { policy } from './policy.ts';
import type { FitResult, StopReason } from './result.ts';
import { scaleColumn, scaleColumns } from './scale.ts';
import { Search, type SearchProgress, trainingRows } from './search.ts';
import { rowsFarOff } from './set-aside.ts';
import { type Split, splitRows, usualSplit } from './split.ts';
import { columnsOf } from './structured/columns.ts';
import { functions } from './structured/functions.ts';
import { Timer } from './timer.ts';
import { judge, type Verdict } from './verdict.ts';

/** What to explain in a table, by what, how rows are held out, and how long the search may take. */
export interface FitOptions extends DataChoice {
  /**
   * How rows are held out. Default: a quarter of them, those with the largest inputs; in small tables each fifth in turn.
   */
  split?: Split;
  /** Stacks of units, as `RealNPU(2) -> Linear`. Default: see `defaultArchitectures`. */
  architectures?: readonly string[];
  /** Outputs of hidden layers that say nothing of it. Default: several are tried. */
  width?: number;
  /** Seconds after which the best so far is what there is: a cap, since what is searched is measured in work. Default 60. */
  seconds?: number;
  /** Work of the search without a device, in units of 10⁹: about two seconds each. Default 8. */
  effort?: number;
  /** Functions that a formula may hold beside + − · / and powers. Default: all of `lawFunctions`. */
  operators?: readonly string[];
  /** Most constants of a formula that are neither whole nor halves. Default: no limit. */
  constants?: number;
  /** Largest size of a formula: operations, functions, numbers and columns. Default: no limit. */
  maxComplexity?: number;
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

const splitShare = { share: number({ above: 0 }) };

const splitKind = tagged<Split, 'kind'>('kind', {
  magnitude: splitShare,
  target: splitShare,
  last: splitShare,
  random: splitShare,
  folds: splitShare,
  column: { column: needed(text), ...splitShare },
});

const fitDescription: Description<FitOptions> = {
  fields: {
    target: needed(text),
    inputs: list(text),
    weights: text,
    errors: text,
    split: splitKind,
    architectures: list(text, 1),
    width: size,
    seconds: number({ above: 0 }),
    effort: number({ least: 0 }),
    operators: list(text, 1),
    constants: number({ least: 0 }),
    maxComplexity: size,
    models: size,
    steps: size,
    seed,
    scaling: oneOf('auto', 'none'),
    test: having<Table>('a table', 'names', 'columns', 'rows'),
    signal,
    onProgress: callback<(progress: FitProgress) => void>(),
  },
};

/** How far a search is, and the best formula so far. */
export interface FitProgress extends Omit<SearchProgress, 'best'> {
  readonly seconds: number;
  readonly budget: number;
  /** The best formula so far, right-hand side as text, and its errors. */
  readonly best?: { readonly formula: string; readonly inRange: Errors; readonly outOfRange: Errors };
}

const DEFAULTS = { seconds: 60, effort: 8, models: 64, steps: 3200, seed: 1 };
/** Functions that the search knows. */
export const lawFunctions: readonly string[] = Object.keys(functions);
/** Share of the seconds that the network may train. */
const NETWORK_SHARE = 0.15;
/** Rows that are trained on and that starts are ranked by; formulas are fitted and measured on all. */
const MOST_TRAINED = { inside: 2000, outside: 500 };
const MOST_MODELS = 100_000;
/** Other formulas that are told. */
const RUNNERS_UP = 4;
/** Candidates that are judged, the likeliest first. */
const MOST_JUDGED = 8;
/** A larger formula must leave so much less than a smaller one to be told beside it. */
const BETTER_FRONT = 0.8;
/** Two formulas that are this near to each other outside the range, relative to what they predict, are one. */
const SAME = 1e-6;

/** A device, or how to get one where it is needed; undefined where there is none. */
export type Device = Gpu | (() => Promise<Gpu>) | undefined;

/**
 * Searches the formula that gives the target from the inputs: first without a device, in float64, then by ensembles of trained
 * models, where there is a device. Throws DataError for a table nothing can be learnt from, OptionError for wrong options. A table
 * without a formula is no error: `found` is false then.
 */
export async function fit(device: Device, table: Table, given: FitOptions): Promise<FitResult> {
  const began = performance.now();
  if (device !== undefined && typeof device !== 'function') checkGpu(device);
  const options = checkOptions(fitDescription, given, 'fit()');
  const settings = resolve(options);
  const { seconds, seed } = settings;
  const whole = prepareData(table, options);
  const { data, origin, off } = withoutFarOff(whole);
  const split = options.split ? splitRows(data, options.split, seed) : usualSplit(data, seed);
  const rows = partedRows(data, split, options.scaling ?? 'auto');
  const test = options.test && testRows(options.test, rows);
  const timer = new Timer(seconds, options.signal);
  timer.begin();
  try {
    const linear = linearBaseline(rows);
    const progress = (told: Omit<FitProgress, 'seconds' | 'budget' | 'best'>, best: Candidate | undefined) =>
      options.onProgress?.({
        ...told,
        seconds: timer.seconds,
        budget: seconds,
        ...(best && { best: { formula: best.text, inRange: best.inside, outOfRange: best.outside } }),
      });
    const laws = await searchLaws(rows, {
      work: 1e9 * settings.effort,
      functions: settings.functions,
      maxComplexity: settings.maxComplexity,
      maxConstants: settings.constants,
      accept: (candidate) => judge(candidate, rows, [linear]).found,
      signal: timer.signal,
      onProgress: (share, best, doing) =>
        progress(
          { round: 1, rounds: 1, architecture: doing, step: Math.round(100 * share), steps: 100, models: 0 },
          best,
        ),
    });
    const first = ranked(laws.candidates, rows, [linear]);
    const searched =
      first.verdict?.found || device === undefined || timer.left <= 0
        ? undefined
        : await searchEnsembles(device, rows, settings, laws.candidates, linear, timer, progress);
    const { candidates, verdict, setAside } = searched?.ranking ?? first;
    const places = [...split.inside, ...(split.folds ? [] : split.outside)];
    const aside = [...off, ...setAside.map((at) => origin[places[at] as number] as number)];
    const [best] = candidates;
    const network = searched?.network;
    const contenders = searched?.contenders ?? [];
    const stopped: StopReason = options.signal?.aborted
      ? 'interrupted'
      : verdict?.found
        ? 'found'
        : (searched?.complete ?? laws.complete)
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
      reason: verdict?.reason ?? 'the search ended before there was a formula',
      stopped,
      best: best && tell(best),
      runnersUp: runnersUp(candidates, rows, RUNNERS_UP).map(tell),
      front: frontOf(candidates).map(tell),
      baselines: {
        linear: { ...measure(linear), formula: linear.formula },
        mlp: network ? measure(network) : undefined,
      },
      starts: contenders.reduce((sum, { starts }) => sum + starts.trained.length, 0),
      agreeing: searched && best && verdict?.found ? agreement(best, contenders, searched.training, rows) : 0,
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
      notes: [...data.notes, ...farNote(aside, whole)],
      split,
      rows,
      wallSeconds: (performance.now() - began) / 1000,
    };
  } finally {
    timer.dispose();
  }
}

/** The table without the rows that are far off whatever is fitted, and where the rows that are left stood. */
function withoutFarOff(data: FitData): { data: FitData; origin: readonly number[]; off: readonly number[] } {
  const width = data.inputs.length;
  const all = Array.from(data.y, (_, row) => row);
  const off = data.weights ? [] : rowsFarOff(columnsOf(data.x, width), data.y);
  if (off.length === 0) return { data, origin: all, off };
  const origin = all.filter((row) => !off.includes(row));
  return {
    data: {
      ...data,
      x: pickRows(data.x, width, origin),
      y: pickRows(data.y, 1, origin),
      rows: origin.length,
    },
    origin,
    off,
  };
}

/** What is said of rows that were set aside. */
function farNote(rows: readonly number[], { target, y }: FitData): string[] {
  if (rows.length === 0) return [];
  const named = rows.toSorted((a, b) => a - b).map((row) => `row ${row + 1} (${target} = ${y[row]})`);
  const one = rows.length === 1;
  return [
    `${named.join(', ')} ${one ? 'does' : 'do'} not fit what all the others say and ${one ? 'was' : 'were'} set aside: look for a mistake there.`,
  ];
}

/** Candidates, those that pass as a law first; a row that is far off among many that fit may be set aside for that. */
function ranked(found: readonly Candidate[], rows: PartedRows, baselines: readonly Baseline[]): Ranking {
  const sorted = found.toSorted((a, b) => a.criterion - b.criterion);
  // A row outside that is far off hides what fits all the others, so those that fit inside are looked at too.
  const inside = found.toSorted((a, b) => insideOf(a, rows) - insideOf(b, rows)).slice(0, MOST_JUDGED / 2);
  for (const candidate of new Set([...sorted.slice(0, MOST_JUDGED), ...inside])) {
    const others = sorted.filter((other) => other !== candidate);
    const verdict = judge(candidate, rows, baselines);
    if (verdict.found) return { candidates: [candidate, ...others], verdict, setAside: [] };
    const without = withoutFar(candidate, rows);
    if (!without) continue;
    const again = judge(without.candidate, without.rows, baselines);
    if (again.found) {
      return { candidates: [without.candidate, ...others], verdict: again, setAside: without.setAside };
    }
  }
  const [best] = sorted;
  return { candidates: sorted, verdict: best && judge(best, rows, baselines), setAside: [] };
}

/** The criterion of the rows inside alone. */
const insideOf = ({ formula, size }: Candidate, { inside }: PartedRows): number =>
  criterionOf(evaluate(formula, inside.x), inside.y, size);

/** `candidate` on the rows that are not far off, if those are few: places of the others in both parts, one after the other. */
function withoutFar(candidate: Candidate, rows: PartedRows) {
  if (rows.weights) return undefined;
  const { inside, outside, folds } = rows;
  const expression = candidate.formula.expressions[0] as Expression;
  const predicted = [evaluate(candidate.formula, inside.x), ...(folds ? [] : [candidate.predicted])];
  const off = predicted.flatMap((values, part) => [
    ...values.map((value, row) => Math.abs(value - ((part === 0 ? inside : outside).y[row] as number))),
  ]);
  const median = off.toSorted((a, b) => a - b)[off.length >> 1] as number;
  const size = rootMeanSquare(inside.y);
  const far = off.flatMap((value, at) =>
    Number.isFinite(value) && value <= Math.max(policy.farOff * median, policy.exact * size) ? [] : [at],
  );
  if (far.length === 0 || far.length > Math.max(1, Math.floor(policy.mostSetAside * off.length)))
    return undefined;
  const width = rows.inputs.length;
  const without = ({ x, y }: PartedRows['inside'], from: number) => {
    const kept = Array.from(y, (_, row) => row).filter((row) => !far.includes(from + row));
    return { x: pickRows(x, width, kept), y: pickRows(y, 1, kept) };
  };
  const left = {
    ...rows,
    inside: without(inside, 0),
    outside: without(outside, folds ? 0 : inside.y.length),
  };
  const leftOut = folds ? candidate.predicted.filter((_, row) => !far.includes(row)) : undefined;
  return { rows: left, setAside: far, candidate: candidateOf(expression, left, candidate, leftOut) };
}

interface Ranking {
  readonly candidates: readonly Candidate[];
  readonly verdict: Verdict | undefined;
  /** Places of rows that were set aside, in both parts, one after the other. */
  readonly setAside: readonly number[];
}

type Progress = (told: Omit<FitProgress, 'seconds' | 'budget' | 'best'>, best: Candidate | undefined) => void;

/** Ensembles of trained models, and a network that knows no law. */
async function searchEnsembles(
  device: Exclude<Device, undefined>,
  rows: PartedRows,
  { architectures, models, steps, seed, seconds, maxComplexity, constants }: ReturnType<typeof resolve>,
  before: readonly Candidate[],
  linear: Baseline,
  timer: Timer,
  progress: Progress,
) {
  const gpu = typeof device === 'function' ? await device() : device;
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
    onProgress: ({ best, ...told }) => progress(told, best),
  });
  const { candidates, contenders, complete } = await search.run();
  const small = candidates.filter((each) => each.size <= maxComplexity && each.constants <= constants);
  const ranking = ranked([...before, ...small], rows, baselines);
  return { ranking, network, contenders, complete, training };
}

/** Of every size the best inside, where it betters the smaller ones; the smallest first. */
function frontOf(candidates: readonly Candidate[]): Candidate[] {
  const front: Candidate[] = [];
  for (const each of candidates.toSorted((a, b) => a.size - b.size || a.criterion - b.criterion)) {
    const least = front.at(-1)?.inside.rmsRelativeError ?? Number.POSITIVE_INFINITY;
    if (each.inside.rmsRelativeError < BETTER_FRONT * least) front.push(each);
  }
  return front;
}

function resolve(options: FitOptions) {
  const { seconds = DEFAULTS.seconds, models = DEFAULTS.models, steps = DEFAULTS.steps } = options;
  const { seed = DEFAULTS.seed, effort = DEFAULTS.effort, width } = options;
  const {
    constants = Number.POSITIVE_INFINITY,
    maxComplexity = Number.POSITIVE_INFINITY,
    operators,
  } = options;
  for (const name of operators ?? []) {
    if (!lawFunctions.includes(name)) {
      throw new OptionError(
        `there is no operator '${name}'; known: ${lawFunctions.join(', ')}, beside + - * / ^ and sqrt`,
      );
    }
  }
  if (models > MOST_MODELS) throw new OptionError(`models is ${models}; it must be at most ${MOST_MODELS}`);
  const named = options.architectures?.map((text) => parseArchitecture(text, width));
  const architectures: readonly Architecture[] = named ?? defaultArchitectures(width);
  return {
    ...{ seconds, effort, models, steps, seed, architectures, constants, maxComplexity },
    functions: operators && new Set(operators),
  };
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
  return {
    inputs: data.inputs,
    target: data.target,
    inputScaling: scaling === 'auto' ? scaleColumns(inside.x, width) : data.inputs.map(() => unscaled),
    targetScaling: scaling === 'auto' ? scaleColumn(inside.y) : unscaled,
    inside,
    outside: part(split.outside),
    ...(split.folds && { folds: true }),
    ...(data.weights && {
      weights: {
        inside: pickRows(data.weights, 1, split.inside),
        outside: pickRows(data.weights, 1, split.outside),
      },
    }),
  };
}

function testRows(table: Table, { inputs, target }: PartedRows) {
  return { x: rowsOf(table, inputs), y: Float64Array.from(columnOf(table, target)) };
}
