/** The outcome of every model, as CSV and as JSON. */

import { formatRange } from '../../../../src/index.ts';
import { expressionOf } from '../../experiments/ensemble/plan.ts';
import type { EnsembleRun } from './state.ts';

/** Errors are mean squared errors; `selectedStep` is that of the log point they are of. */
interface Row {
  readonly unit: string;
  readonly expression: string;
  readonly range: string;
  readonly extrapolationRange: string;
  readonly seed: number;
  readonly selectedStep: number;
  /** Null: no finite number. */
  readonly validationError: number | null;
  readonly extrapolationError: number | null;
  readonly threshold: number;
  readonly success: boolean;
  readonly solvedAt: number | null;
}

function rowsOf({ units, fields, plan }: EnsembleRun): Row[] {
  const { ranges, seeds } = plan.peek();
  const expression = expressionOf(plan.peek());
  const finite = (value: number | undefined) => (Number.isFinite(value) ? (value as number) : null);
  return fields.peek().flatMap(({ extrapolation, validation, steps, solvedAt, thresholds }, unit) =>
    Array.from(extrapolation, (error, model) => {
      const index = Math.floor((model * ranges.length) / extrapolation.length);
      const pair = ranges[index] as (typeof ranges)[number];
      const solved = solvedAt[model] as number;
      return {
        unit: units.peek()[unit] as string,
        expression,
        range: formatRange(pair.range),
        extrapolationRange: formatRange(pair.extrapolationRange),
        seed: seeds.first + (model % seeds.count),
        selectedStep: steps[model] as number,
        validationError: finite(validation[model]),
        extrapolationError: finite(error),
        threshold: thresholds[index] as number,
        success: solved >= 0,
        solvedAt: solved >= 0 ? solved : null,
      };
    }),
  );
}

export function csv(run: EnsembleRun): string {
  const rows = rowsOf(run);
  const quoted = (value: Row[keyof Row]) => {
    const text = value === null ? '' : String(value);
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const [first] = rows;
  if (!first) return '';
  const keys = Object.keys(first) as (keyof Row)[];
  return [keys.join(','), ...rows.map((row) => keys.map((key) => quoted(row[key])).join(','))]
    .map((line) => `${line}\n`)
    .join('');
}

/** With what it was trained by, how the success rates grew, and the link that repeats it. */
export function json(run: EnsembleRun): string {
  const { plan, units, fields, training, state } = run;
  const summary = fields.peek().map(({ tallies, medianSolvedAt, diverged }, unit) => ({
    unit: units.peek()[unit],
    ...tallies.at(-1),
    medianSolvedAt,
    diverged,
    history: tallies.map(({ step, successes, low, high }) => ({ step, successes, low, high })),
  }));
  const { learningRate = 'published', ...settings } = plan.peek();
  const all = { link: state.link(), settings: { ...settings, learningRate }, step: training.step.peek() };
  return `${JSON.stringify({ ...all, summary, models: rowsOf(run) }, null, 1)}\n`;
}
