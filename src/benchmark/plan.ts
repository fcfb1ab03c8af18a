/** What a benchmark run has to train: chunks, each one ensemble, in a fixed order, and which of them a shard takes. */

import { OptionError } from '../errors.ts';
import type { BenchmarkTask, Cell, RangePair, Settings } from '../tasks/benchmark.ts';

export interface PlanRequest {
  readonly task: BenchmarkTask;
  /** Default: for each operation, those that the literature compares. */
  readonly units?: readonly string[];
  /** Default: all of the task. */
  readonly operations?: readonly string[];
  /** Default: the published ones. */
  readonly ranges?: readonly RangePair[];
  readonly seeds: readonly number[];
  readonly settings?: Settings;
  /** Default: as published. */
  readonly steps?: number;
  /** Of the published steps, where `steps` is not given. Default 1. */
  readonly stepsShare?: number;
  /** Whether published schedules follow the steps; see `CellRequest`. Default true. */
  readonly stretch?: boolean;
  readonly shard?: Shard;
}

/** One of `count` parts that together train every model once; the first is number 1. */
export interface Shard {
  readonly number: number;
  readonly count: number;
}

/** Models of one unit and operation that train together. */
export interface Chunk {
  readonly cell: Cell;
  /** `mul NMU`, and which seeds where a cell has several chunks. */
  readonly name: string;
}

/** Models of one ensemble: enough to fill a GPU, few enough that results arrive now and then. */
const MOST_MODELS = 4096;

/**
 * The chunks of a run. Seeds are dealt out to the shards one by one, so shards are of equal size to within one seed a
 * cell. Throws OptionError for what the task does not have, and for a unit that cannot do an operation it is asked for.
 */
export function planBenchmark(request: PlanRequest): Chunk[] {
  const { task, seeds, shard, settings, steps, stepsShare, stretch, ranges = task.ranges } = request;
  const pairs = unitsPerOperation(request);
  const chunks: Chunk[] = [];
  pairs.forEach(({ operation, unit }, index) => {
    const own = seeds.filter((_, at) => isOurs(index * seeds.length + at, shard));
    const each = Math.max(1, Math.floor(MOST_MODELS / ranges.length));
    for (let first = 0; first < own.length; first += each) {
      const part = own.slice(first, first + each);
      const cell = task.cell({
        operation,
        unit,
        ranges,
        seeds: part,
        ...(settings && { settings }),
        ...(steps !== undefined && { steps }),
        ...(stepsShare !== undefined && { stepsShare }),
        ...(stretch !== undefined && { stretch }),
      });
      const which = own.length > each ? `, seeds ${part[0]} to ${part.at(-1)}` : '';
      chunks.push({ cell, name: `${operation} ${cell.unit}${which}` });
    }
  });
  if (chunks.length > 0) return chunks;
  const { number, count } = shard as Shard;
  throw new OptionError(
    `shard ${number}/${count} has nothing to train: there are only ${pairs.length * seeds.length} pairs of ` +
      'a unit and a seed; use fewer shards',
  );
}

const isOurs = (index: number, shard: Shard | undefined): boolean =>
  shard === undefined || index % shard.count === shard.number - 1;

function unitsPerOperation({ task, units, operations }: PlanRequest): { operation: string; unit: string }[] {
  const requested = operations ?? task.operations;
  for (const operation of requested) task.units(operation);
  // Units asked for together with operations must all do all of them; `cell` says which cannot.
  if (units && operations) {
    return requested.flatMap((operation) => units.map((unit) => ({ operation, unit })));
  }
  const found = requested.flatMap((operation) =>
    task
      .units(operation)
      .filter((unit) => units?.includes(unit) ?? true)
      .map((unit) => ({ operation, unit })),
  );
  const missing = units?.find((name) => !found.some(({ unit }) => unit === name));
  if (missing === undefined) return found;
  const known = [...new Set(requested.flatMap((operation) => task.units(operation)))].join(', ');
  throw new OptionError(
    `${task.name} does not compare '${missing}'; it compares: ${known}. Name operations, too, to try another unit`,
  );
}
