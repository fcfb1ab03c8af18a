/** What is missing from a benchmark: cells that lack seeds which other cells of the task have. */

import type { RunRecord } from '../benchmark/record.ts';
import { settingsKey, settingsText, taskTitle } from './names.ts';

export interface Gap {
  readonly task: string;
  readonly settings: RunRecord['settings'];
  readonly unit: string;
  readonly op: string;
  readonly range: string;
  /** Seeds that other cells of this task and these settings have, in order. */
  readonly missing: readonly number[];
}

interface Grid {
  readonly first: RunRecord;
  readonly seeds: Set<number>;
  /** By operation: the units and ranges there are, and the seeds of each of their pairs. */
  readonly operations: Map<
    string,
    { units: Set<string>; ranges: Set<string>; cells: Map<string, Set<number>> }
  >;
}

/**
 * Cells without some seed. Of each operation every unit is expected in every range, and of each task every cell with
 * every seed; a unit or a seed that is missing everywhere cannot be noticed.
 */
export function findGaps(records: readonly RunRecord[]): Gap[] {
  const grids = new Map<string, Grid>();
  for (const run of records) {
    const key = JSON.stringify([run.task, settingsKey(run.settings)]);
    const grid = getOrAdd(grids, key, () => ({ first: run, seeds: new Set(), operations: new Map() }));
    grid.seeds.add(run.seed);
    const operation = getOrAdd(grid.operations, run.op, () => ({
      units: new Set(),
      ranges: new Set(),
      cells: new Map(),
    }));
    operation.units.add(run.unit);
    operation.ranges.add(run.range);
    getOrAdd(operation.cells, cellKey(run.unit, run.range), () => new Set()).add(run.seed);
  }
  return [...grids.values()].flatMap(({ first: { task, settings }, seeds, operations }) => {
    const all = [...seeds].sort((a, b) => a - b);
    return [...operations].flatMap(([op, { units, ranges, cells }]) =>
      [...units].flatMap((unit) =>
        [...ranges].flatMap((range) => {
          const there = cells.get(cellKey(unit, range));
          const missing = all.filter((seed) => !there?.has(seed));
          return missing.length > 0 ? [{ task, settings, unit, op, range, missing }] : [];
        }),
      ),
    );
  });
}

const cellKey = (unit: string, range: string) => JSON.stringify([unit, range]);

/** `Single-module task, mul, NMU, U[1,2): seeds 3, 7–9 are missing` */
export function gapText({ task, settings, unit, op, range, missing }: Gap): string {
  const which = [taskTitle(task), settingsText(settings), op, unit, range].filter(Boolean).join(', ');
  return `${which}: ${missing.length > 1 ? 'seeds' : 'seed'} ${runsOf(missing)} missing`;
}

/** Rising numbers, those in a row as `7–9`. */
export function runsOf(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
