/**
 * @file The rows of a report: a cell (task, settings, unit, operation, range) over its seeds, by the field's metrics, with
 * what is published beside it.
 */

import type { RunRecord } from '../benchmark/record.ts';
import { type Interval, solvedAt, sparsityErrors, successRate } from '../metrics/index.ts';
import { findGaps, type Gap } from './gaps.ts';
import { byOperation, byRange, byTask, byUnit, settingsKey } from './names.ts';
import { overlap, type PublishedCell, type PublishedData, publishedFor } from './published.ts';

/** One cell. Intervals are 95 %; what there are no values of is null. */
export interface ReportRow {
  readonly task: string;
  readonly settings: RunRecord['settings'];
  readonly unit: string;
  readonly op: string;
  readonly range: string;
  readonly extrapolationRange: string;
  /** How many models. */
  readonly seeds: number;
  readonly successes: number;
  /** Null where there is no success to decide on: no run of the operation has a threshold, and none succeeded. */
  readonly successRate: number | null;
  /** Wilson's, of the success rate. */
  readonly ci: Interval | null;
  /** Of the successes, in steps. */
  readonly solvedAtMedian: number | null;
  readonly solvedAtMean: number | null;
  readonly solvedAtCi: Interval | null;
  /** Mean over the successes, by a beta distribution. */
  readonly sparsityError: number | null;
  readonly sparsityCi: Interval | null;
  /** Sample mean: where the errors have two modes, the mean of a beta distribution is another. */
  readonly sparsitySampleMean: number | null;
  readonly threshold: number | null;
  /** Mean. */
  readonly secondsPerRun: number;
  /** How many models diverged. */
  readonly diverged: number;
  /** Steps asked for: those of a model that did not diverge; null where all did. */
  readonly steps: number | null;
  /** Medians over all models, of which a diverged one's is infinite; null where half of them are infinite. */
  readonly validationErrorMedian: number | null;
  readonly extrapolationErrorMedian: number | null;
  /** Medians of the task's further figures by name, likewise. */
  readonly figures: Readonly<Record<string, number | null>>;
  readonly published: PublishedCell | null;
  /** Whether our interval and the published one overlap; null where one of them is missing. */
  readonly overlaps: boolean | null;
}

export interface Report {
  readonly rows: readonly ReportRow[];
  /** Names of the adapters, versions of this package, days: each once, in order. */
  readonly adapters: readonly string[];
  readonly versions: readonly string[];
  readonly dates: readonly string[];
  readonly gaps: readonly Gap[];
}

/** The report on records that fit together. Its order does not depend on theirs. */
export function summarizeRecords(records: readonly RunRecord[], published: PublishedData): Report {
  const judged = new Set(
    records.filter(({ threshold, success }) => threshold !== null || success).map(operationKey),
  );
  const distinct = (field: 'adapter' | 'version' | 'date') =>
    [...new Set(records.map((run) => run[field]))].sort();
  const rows = cellsOf(records).map((runs) => rowOf(runs, judged.has(operationKey(runs[0])), published));
  return {
    rows,
    adapters: distinct('adapter'),
    versions: distinct('version'),
    dates: distinct('date'),
    gaps: findGaps(records).sort(byCell),
  };
}

const operationKey = ({ task, settings, op }: RunRecord) => JSON.stringify([task, settingsKey(settings), op]);

/** How many cells have a published success rate beside ours, and of how many the two intervals overlap. */
export function overlapsIn({ rows }: Pick<Report, 'rows'>): {
  readonly cells: number;
  readonly overlapping: number;
} {
  const compared = rows.filter(({ overlaps }) => overlaps !== null);
  return { cells: compared.length, overlapping: compared.filter(({ overlaps }) => overlaps).length };
}

/** Records of one cell; there is always one. */
export type CellRecords = readonly [RunRecord, ...RunRecord[]];

/** Records by cell, in the order of the tables. */
export function cellsOf(records: readonly RunRecord[]): CellRecords[] {
  const cells = new Map<string, [RunRecord, ...RunRecord[]]>();
  for (const run of records) {
    const key = JSON.stringify([run.task, settingsKey(run.settings), run.unit, run.op, run.range]);
    const cell = cells.get(key);
    if (cell) cell.push(run);
    else cells.set(key, [run]);
  }
  return [...cells.values()].sort(([a], [b]) => byCell(a, b));
}

type CellName = Pick<RunRecord, 'task' | 'settings' | 'op' | 'range' | 'unit'>;

function byCell(a: CellName, b: CellName): number {
  const order = new Intl.Collator('en', { numeric: true });
  return (
    byTask(a.task, b.task) ||
    order.compare(settingsKey(a.settings), settingsKey(b.settings)) ||
    byOperation(a.op, b.op) ||
    byRange(a.range, b.range) ||
    byUnit(a.unit, b.unit)
  );
}

function rowOf(runs: CellRecords, judged: boolean, data: PublishedData): ReportRow {
  const [first] = runs;
  const { task, settings, unit, op, range, extrapolationRange, threshold } = first;
  const solved = runs.filter(({ success }) => success);
  const rate = judged ? successRate(solved.length, runs.length) : null;
  const when = solvedAt(solved.flatMap((run) => run.solvedAt ?? []));
  const errors = solved.flatMap((run) => run.sparsityError ?? []);
  const sparsity = sparsityErrors(errors);
  const published = publishedFor(first, data);
  return {
    task,
    settings,
    unit,
    op,
    range,
    extrapolationRange,
    seeds: runs.length,
    successes: solved.length,
    successRate: rate?.rate ?? null,
    ci: rate?.ci ?? null,
    solvedAtMedian: when.median,
    solvedAtMean: when.mean,
    solvedAtCi: when.ci,
    sparsityError: sparsity.mean,
    sparsityCi: sparsity.ci,
    sparsitySampleMean:
      errors.length > 0 ? errors.reduce((sum, error) => sum + error, 0) / errors.length : null,
    threshold,
    secondsPerRun: runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length,
    diverged: runs.filter((run) => run.diverged).length,
    steps: runs.find((run) => !run.diverged)?.steps ?? null,
    validationErrorMedian: median(runs.map((run) => run.validationError)),
    extrapolationErrorMedian: median(runs.map((run) => run.extrapolationError)),
    figures: figuresOf(runs),
    published,
    overlaps: published && rate && overlap(rate.ci, published.ci),
  };
}

function figuresOf(runs: CellRecords): Record<string, number | null> {
  const names = new Set(runs.flatMap((run) => Object.keys(run.figures ?? {})));
  return Object.fromEntries([...names].map((name) => [name, median(runs.map((run) => run.figures?.[name]))]));
}

/** Median of values, of which null and undefined are infinite. */
function median(values: readonly (number | null | undefined)[]): number | null {
  const middle = quantile(
    values.map((value) => value ?? Number.POSITIVE_INFINITY),
    0.5,
  );
  return Number.isFinite(middle) ? middle : null;
}

/** The value below which the share `p` of the values lies, interpolated between neighbours; infinite beside infinite ones. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = p * (sorted.length - 1);
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low === high ? low : low + (at - Math.floor(at)) * (high - low);
}
