/** Options of a search: what to explain, how rows are held out, how far it may go. */

import { OptionError } from '../errors.ts';
import type { Table } from '../io/table.ts';
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
import { type Architecture, defaultArchitectures, parseArchitecture } from './architectures.ts';
import type { DataChoice } from './data.ts';
import type { Errors } from './errors.ts';
import type { SavedFit } from './saved.ts';
import type { SearchProgress } from './search.ts';
import type { Split } from './split.ts';
import { functions } from './structured/functions.ts';

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
  /** `search` of an earlier result for the same table: goes on where that ended, or answers at once if it was complete. */
  resume?: SavedFit;
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

export const fitDescription: Description<FitOptions> = {
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
    resume: having<SavedFit>('the search of an earlier result', 'table', 'searches', 'ensembles'),
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
const MOST_MODELS = 100_000;

/** Functions that the search knows. */
export const lawFunctions: readonly string[] = Object.keys(functions);

export type Settings = ReturnType<typeof resolve>;

/** Options with their defaults. Throws OptionError. */
export function resolve(options: FitOptions) {
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
