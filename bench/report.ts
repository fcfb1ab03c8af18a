/** What a run of the benchmark leaves: its results with machine and versions, as JSON, and as goals met or not. */

import { cpus, loadavg } from 'node:os';
import type { Growth } from './growth.ts';
import type { WorkloadResult } from './measure.ts';
import type { Start } from './start.ts';
import { type StartTarget, startTargets, type Target, targets } from './targets.ts';

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
  /** Seconds that a contender may take. */
  readonly limit: number;
  /** Whether the page was cross-origin isolated, so that WebAssembly may use threads. */
  readonly threads: boolean;
  readonly workloads: readonly WorkloadResult[];
  readonly growth: readonly Growth[];
  readonly starts: readonly Start[];
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

/** Three significant digits, all of those from 1 000 on, without an exponent. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '–';
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

/** One line per target of an entry that was opened. */
export function startTargetLines(
  starts: readonly Start[],
  list: readonly StartTarget[] = startTargets,
): string[] {
  return list.flatMap(({ title, entry, figure: of, atMost }) => {
    const start = starts.find((candidate) => candidate.entry === entry);
    const value = of === 'first' ? start?.first?.median : start?.gzip && start.gzip / 1000;
    if (value === undefined) return [];
    return [`  ${value <= atMost ? 'met    ' : 'not met'}  ${title}: ${figure(value)} (at most ${atMost})`];
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
