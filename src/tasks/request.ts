/** Checks what is asked of a benchmark task, and fills in its defaults. */

import { OptionError } from '../errors.ts';
import { checkModels, repeatedSeed, resolveSeeds, seedsKind } from '../model/seeds.ts';
import { optimizerKind } from '../model/training.ts';
import { checkOptions } from '../options/check.ts';
import {
  type Description,
  either,
  type Fields,
  flag,
  list,
  map,
  needed,
  number,
  options,
  size,
  text,
} from '../options/kinds.ts';
import { nearest } from '../options/nearest.ts';
import { intervalsOf, rangeKind } from '../range.ts';
import { unitKind } from '../units/unit.ts';
import type { BenchmarkTask, CellRequest, RangePair, Settings } from './benchmark.ts';

/** A task's fixed properties, which requests are checked against. */
export type TaskFacts = Pick<BenchmarkTask, 'name' | 'operations' | 'ranges' | 'settings' | 'seeds'>;

export interface ResolvedRequest<O extends string> {
  readonly operation: O;
  readonly settings: Settings;
  /** One per model. */
  readonly pairs: readonly RangePair[];
  /** One per model. */
  readonly seeds: readonly number[];
}

const pairFields: Fields<RangePair> = { range: needed(rangeKind), extrapolationRange: needed(rangeKind) };
export const rangePairKind = options({ fields: pairFields });

const requestDescription: Description<CellRequest> = {
  fields: {
    operation: needed(text),
    unit: needed(either(text, unitKind)),
    ranges: list(rangePairKind, 1),
    seeds: seedsKind,
    settings: map(either(number(), text)),
    steps: size,
    stepsShare: number({ above: 0 }),
    stretch: flag,
    strength: number(),
    learningRate: number({ least: 0 }),
    optimizer: optimizerKind,
  },
};

/** Throws OptionError. */
export function resolveRequest<O extends string>(task: TaskFacts, given: CellRequest): ResolvedRequest<O> {
  const request = checkOptions(requestDescription, given, `a cell of ${task.name}`);
  const operation = checkOperation<O>(task, request.operation);
  const ranges = request.ranges ?? task.ranges;
  for (const { range, extrapolationRange } of ranges) {
    intervalsOf(range);
    intervalsOf(extrapolationRange);
  }
  const each = resolveSeeds(request.seeds ?? { count: task.seeds });
  const twice = repeatedSeed(each);
  if (twice !== undefined)
    throw new OptionError(`seeds has ${twice} twice; give each model a seed of its own`);
  checkModels(each.length * ranges.length);
  return {
    operation,
    settings: { ...resolveSettings(task, request.settings ?? {}), ...overridden(request) },
    pairs: ranges.flatMap((pair) => each.map(() => pair)),
    seeds: ranges.flatMap(() => each),
  };
}

/** Throws OptionError unless `operation` is one of the task's. */
export function checkOperation<O extends string>({ name, operations }: TaskFacts, operation: string): O {
  if (operations.includes(operation)) return operation as O;
  throw new OptionError(
    `${name} has no operation '${String(operation)}'; its operations: ${operations.join(', ')}`,
  );
}

/** What is asked for in place of the recipe, as settings. */
function overridden({ strength, learningRate, optimizer }: CellRequest): Settings {
  const text = (value: NonNullable<CellRequest['optimizer']>): string =>
    typeof value === 'string' ? value : Object.values(value).join(' ');
  return {
    ...(strength !== undefined && { strength }),
    ...(learningRate !== undefined && { learningRate }),
    ...(optimizer !== undefined && { optimizer: text(optimizer) }),
  };
}

function resolveSettings({ name, settings }: TaskFacts, given: Settings): Settings {
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(settings, key)) {
      const known = Object.keys(settings).join(', ') || 'none';
      const near = nearest(key, Object.keys(settings));
      const advice = near ? `did you mean ${near}?` : `its settings: ${known}`;
      throw new OptionError(`${name} has no setting '${key}'; ${advice}`);
    }
    const expected = typeof settings[key];
    if (typeof value !== expected || (expected === 'number' && !Number.isFinite(value))) {
      throw new OptionError(`setting ${key} of ${name} is ${String(value)}; it must be a ${expected}`);
    }
  }
  return { ...settings, ...given };
}

/** Inputs, outputs and layers beyond what any kernel of an ensemble can hold. */
const LARGEST_SIZE = 10_000;

/** A setting that must be a whole number from `least` to 10 000. Throws OptionError. */
export function sizeSetting(settings: Settings, name: string, least = 1): number {
  const value = settings[name];
  const whole =
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= LARGEST_SIZE;
  if (whole) return value as number;
  throw new OptionError(
    `setting ${name} is ${String(value)}; it must be a whole number from ${least} to ${LARGEST_SIZE}`,
  );
}
