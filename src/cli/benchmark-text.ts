/** What `nalu benchmark` prints while it trains. */

import type { Chunk } from '../benchmark/plan.ts';
import type { RunRecord } from '../benchmark/record.ts';
import { count, duration, wrap } from './text.ts';

/** `28 ensembles: 6,300 models of 50,000 steps. About 14 min 10 s.` */
export function planText(chunks: readonly Chunk[], done: number, seconds: number | undefined): string {
  const models = chunks.reduce((sum, { cell }) => sum + cell.models.length, 0);
  const steps = [...new Set(chunks.map(({ cell }) => cell.options.steps))].sort((a, b) => a - b);
  const before = done > 0 ? ` ${done} of ${chunks.length} are done.` : '';
  const what = chunks.length === 1 ? `${chunks[0]?.name}` : `${chunks.length} ensembles`;
  const time = seconds === undefined ? '' : ` About ${duration(seconds)}.`;
  const length = steps.map(count).join(' to ');
  const text = `${what}: ${count(models)} models of ${length} steps.${before}${time}`;
  return `${wrap(text).join('\n')}\n\n`;
}

/** `mul NMU  25 25 17 25 …  of 25  31 s`: how many seeds of each range succeeded. */
export function chunkText({ cell, name }: Chunk, records: readonly RunRecord[], seconds: number): string {
  const ranges = new Map<string, number>();
  for (const { range, extrapolationRange, success } of records) {
    const key = `${range} ${extrapolationRange}`;
    ranges.set(key, (ranges.get(key) ?? 0) + (success ? 1 : 0));
  }
  const each = records.length / ranges.size;
  const diverged = records.filter((record) => record.diverged).length;
  const judged = cell.models.some(({ threshold }) => threshold !== null);
  const parts = [
    name.padEnd(24),
    ...(judged ? [`${[...ranges.values()].map((n) => String(n).padStart(3)).join(' ')} of ${each}`] : []),
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    duration(seconds),
  ];
  return `${parts.join('  ')}\n`;
}

/** `████████░░░░  41%  mul NMU, step 12,000 of 50,000  3 min left` */
export function progressText(
  fraction: number,
  { name, cell }: Chunk,
  step: number,
  left: number | undefined,
): string {
  const full = Math.round(20 * fraction);
  const bar = '█'.repeat(full) + '░'.repeat(20 - full);
  const where = `${name}, step ${count(step)} of ${count(cell.options.steps)}`;
  const time = left === undefined ? '' : `  ${duration(left)} left`;
  return `${bar} ${String(Math.floor(100 * fraction)).padStart(3)}%  ${where}${time}`;
}
