/** Results as text to pass on. */

import type { Measured } from '../../../../bench/measure.ts';
import { comparisons, libraryOf } from './libraries.ts';
import type { Adapter, Comparison } from './work.ts';

/** Milliseconds per model and step, or per prediction; undefined where it was not timed. */
export const millisecondsOf = ({ step }: Measured, models: number): number | undefined =>
  step && step.median / models;

/** 0.00213 → 2.13 µs, 1530 → 1.53 s. */
export function duration(milliseconds: number): string {
  const digits = (value: number) => Number(value.toPrecision(3)).toString();
  if (milliseconds < 1) return `${digits(1000 * milliseconds)} µs`;
  return milliseconds < 1000 ? `${digits(milliseconds)} ms` : `${digits(milliseconds / 1000)} s`;
}

/** What stands in the place of a time. */
export function remark({ status, reason, step }: Measured): string {
  if (step) return '';
  if (status === 'timed') return 'gets ready';
  if (status === 'disagrees') return 'disagrees: its loss is another one';
  return `${status}: ${reason?.split('\n')[0] ?? 'for no given reason'}`;
}

/** The adapter in words. */
export const deviceOf = ({ name, software }: Adapter): string =>
  software ? `${name} (software: runs on the CPU)` : name;

/** What a table's cell may hold. */
export const cellOf = (text: string): string => text.replaceAll('|', '\\|');

/** A table per comparison. `device` is the adapter, `browser` the user agent. */
export function asMarkdown(done: readonly Comparison[], device: string, browser: string): string {
  const tables = done.map(({ workload, models, results }) => {
    const ours = results[0] && millisecondsOf(results[0], models);
    const rows = results.map((measured) => {
      const taken = millisecondsOf(measured, models);
      const ratio = taken && ours ? Number((taken / ours).toPrecision(3)) : '';
      const cell = taken === undefined ? cellOf(remark(measured)) : duration(taken);
      return `| ${libraryOf(measured.contender).title} | ${cell} | ${ratio} |`;
    });
    const head = ['| library | median | × ours |', '|---|---|---|'];
    return [`**${comparisons[workload] ?? workload}**`, '', ...head, ...rows].join('\n');
  });
  return `${[...tables, `Adapter: ${device}. Browser: ${browser}`].join('\n\n')}\n`;
}
