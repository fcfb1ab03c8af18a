/** Results as tables of text. */

import type { Growth } from './growth.ts';
import type { Measured, WorkloadResult } from './measure.ts';
import { figure } from './report.ts';
import type { Start } from './start.ts';
import type { Workload } from './workloads.ts';

/** The table of one workload. Ratios are to the first contender, which is ours. */
export function workloadTable(workload: Workload, { models, results }: WorkloadResult): string {
  const ours = results[0]?.step?.median;
  const training = workload.kind === 'training';
  const headings = [
    'contender',
    training ? 'ms/step' : 'ms',
    'quartiles',
    ...(training ? ['µs/model/step', 'models×steps/s'] : ['rows/s']),
    'ratio',
    'ready',
    'first step',
    'compiling',
  ];
  const row = ({ contender, step, ready = Number.NaN, firstStep = Number.NaN, ...rest }: Measured) => {
    if (!step) return [contender, remark(rest)];
    const { lower, median, upper } = step;
    return [
      contender,
      figure(median),
      `${figure(lower)} – ${figure(upper)}`,
      ...(training
        ? [figure((1000 * median) / models), figure((1000 * models) / median)]
        : [figure((1000 * workload.batch) / median)]),
      ours ? figure(median / ours) : '–',
      `${figure(ready)} ms`,
      `${figure(firstStep)} ms`,
      `${figure(Math.max(0, ready + firstStep - median))} ms`,
    ];
  };
  return [workload.title, ...aligned([headings, ...results.map(row)])].join('\n');
}

function remark({ status, reason, loss }: Pick<Measured, 'status' | 'reason' | 'loss'>): string {
  if (status === 'disagrees') return `${status}: its loss is ${loss ?? 'not finite'}`;
  return `${status}: ${reason?.split('\n')[0] ?? 'not timed'}`;
}

/** Time per model and step of every ensemble, and memory after it. */
export function growthTable(growth: readonly Growth[]): string {
  const headings = ['contender', 'models', 'steps', 's', 'µs/model/step', 'its MB', "processes' MB"];
  const megabytes = (bytes: number | undefined) => (bytes === undefined ? '–' : figure(bytes / 1e6));
  const rows = growth.map((each) => {
    const { contender, models, steps, seconds, bytes, resident } = each;
    if (seconds === undefined)
      return [`${contender}, ${figure(models)} models, ${figure(steps)} steps`, remark(each)];
    return [
      contender,
      figure(models),
      figure(steps),
      figure(seconds),
      figure((1e6 * seconds) / (models * steps)),
      megabytes(bytes),
      megabytes(resident),
    ];
  });
  return ['how cost grows with models and steps', ...aligned([headings, ...rows])].join('\n');
}

/** Bytes to fetch, and the way to the first step. */
export function startTable(starts: readonly Start[]): string {
  const headings = ['in a fresh page', 'kB', 'kB gzip', 'script', 'device', 'first step', 'compiling'];
  const rows = starts.map((start) => {
    if (start.status === 'failed') return [start.entry, remark(start)];
    const milliseconds = [start.script, start.started, start.first, start.compile].map(
      (spread) => `${figure(spread?.median)} ms`,
    );
    return [
      start.entry,
      figure((start.bytes ?? Number.NaN) / 1000),
      figure((start.gzip ?? Number.NaN) / 1000),
      ...milliseconds,
    ];
  });
  const lines = ['from opening a page to the first step', ...aligned([headings, ...rows])];
  for (const { entry, parts } of starts) {
    if (!parts) continue;
    const list = Object.entries(parts).map(([name, bytes]) => [`  ${name}`, figure(bytes / 1000)]);
    lines.push('', ...aligned([[`what is in ${entry}`, 'kB gzip'], ...list]));
  }
  return lines.join('\n');
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
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...full.map((cells) => (cells[at] ?? '').length)));
  return rows.map((cells) => {
    const padded = cells.map((cell, at) => {
      const width = widths[at] as number;
      if (at === 0) return cell.padEnd(width);
      return full.includes(cells) ? cell.padStart(width) : cell;
    });
    return `  ${padded.join('  ')}`;
  });
}
