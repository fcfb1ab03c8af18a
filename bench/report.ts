/** Results as a table, as targets met or not, and as JSON. */

import { cpus, loadavg } from 'node:os';
import type { Measured, WorkloadResult } from './measure.ts';
import { type Target, targets, type Workload } from './workloads.ts';

export interface Machine {
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Load of the last minute before and after: above about 1 the figures are of a machine that had other work too. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export interface BenchReport {
  readonly date: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rounds: number;
  readonly threads: boolean;
  readonly workloads: readonly WorkloadResult[];
}

/** Load of the last minute, rounded. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

export function describeMachine(loadBefore: number): Machine {
  const [first, ...others] = cpus();
  return {
    platform: `${process.platform} ${process.arch}`,
    cpu: first?.model.trim() ?? '',
    cores: others.length + 1,
    loadBefore,
    loadAfter: load(),
  };
}

const headings = [
  'contender',
  'ms/step',
  'quartiles',
  'µs/model/step',
  'models×steps/s',
  'ratio',
  'first step',
];

/** The table of one workload. Ratios are to the first contender, which is ours. */
export function workloadTable({ title }: Workload, { models, results }: WorkloadResult): string {
  const ours = results[0]?.step?.median;
  return [title, ...aligned([headings, ...results.map((result) => row(result, models, ours))])].join('\n');
}

/** Models × steps per second of our contenders, by workload; empty where fewer than two workloads ran. */
export function throughputLines(results: readonly WorkloadResult[]): string[] {
  const many = results.filter(({ models }) => models > 1);
  if (many.length < 2) return [];
  const ours = new Set(many.flatMap((each) => each.results.map(({ contender }) => contender)));
  const rows = [...ours]
    .filter((name) => name.startsWith('nalu'))
    .map((name) => [
      name,
      ...many.map(({ models, results: measured }) => {
        const median = measured.find(({ contender }) => contender === name)?.step?.median;
        return median === undefined ? '–' : figure((1000 * models) / median);
      }),
    ]);
  return aligned([['models × steps per second', ...many.map(({ workload }) => workload)], ...rows]);
}

/** Rows in columns: the first aligned to the left, the others to the right. A row of two cells is a name and a remark. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const full = rows.filter((cells) => cells.length === rows[0]?.length);
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...(at === 0 ? rows : full).map((cells) => (cells[at] ?? '').length)),
  );
  return rows.map((cells) => {
    const padded = cells.map((cell, at) => {
      const width = widths[at] as number;
      if (at === 0) return cell.padEnd(width);
      return full.includes(cells) ? cell.padStart(width) : cell;
    });
    return `  ${padded.join('  ')}`;
  });
}

function row(
  { contender, status, reason, step, firstStep, loss }: Measured,
  models: number,
  ours?: number,
): string[] {
  if (!step) {
    const why =
      status === 'disagrees'
        ? `its loss is ${loss ?? 'not finite'}`
        : (reason?.split('\n')[0] ?? 'not timed');
    return [contender, `${status}: ${why}`];
  }
  return [
    contender,
    figure(step.median),
    `${figure(step.lower)} – ${figure(step.upper)}`,
    figure((1000 * step.median) / models),
    figure((1000 * models) / step.median),
    ours ? figure(step.median / ours) : '–',
    `${figure(firstStep ?? Number.NaN)} ms`,
  ];
}

/** Three significant digits, all of those from 1 000 on, without an exponent. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ');
  return String(Number(value.toPrecision(3)));
}

/** One line per target whose contenders were timed. */
export function targetLines(results: readonly WorkloadResult[], list: readonly Target[] = targets): string[] {
  return list.flatMap((target) => {
    const { title, of, against, atMost = Number.POSITIVE_INFINITY, atLeast = 0 } = target;
    const ours = microseconds(results, of);
    const other = against ? microseconds(results, against) : ours;
    if (ours === undefined || other === undefined) return [];
    const value = against ? other / ours : ours;
    const bound = target.atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
    const met = value <= atMost && value >= atLeast;
    return [`  ${met ? 'met    ' : 'not met'}  ${title}: ${figure(value)} (${bound})`];
  });
}

/** Median time per model and step. */
function microseconds(
  results: readonly WorkloadResult[],
  [workload, contender]: readonly [string, string],
): number | undefined {
  const found = results.find((result) => result.workload === workload);
  const median = found?.results.find((result) => result.contender === contender)?.step?.median;
  return found && median !== undefined ? (1000 * median) / found.models : undefined;
}

/** JSON with numbers of seven significant digits, laid out as the project's formatter has it. */
export function reportJson(report: BenchReport): string {
  const short = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
  return `${JSON.stringify(report, short, 2)}\n`;
}
