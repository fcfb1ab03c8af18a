/** Trains the models of one cell, or some of its seeds, and says what became of each. */

import type { Attached, EnsembleCheckpoints } from '../engines/ensemble/checkpoints.ts';
import type { Recovery } from '../engines/ensemble/driven.ts';
import { errors64 } from '../engines/ensemble/errors64.ts';
import type { LogPoint } from '../engines/ensemble/log.ts';
import { createEnsembleRun } from '../engines/ensemble/run.ts';
import type { NaluError } from '../errors.ts';
import { describeAdapter } from '../gpu/adapter.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Outcome, Selection, type SelectionState } from '../metrics/selection.ts';
import { sparsityErrorsOf } from '../model/weights.ts';
import { formatRange } from '../range.ts';
import type { Cell, CellModel } from '../tasks/benchmark.ts';
import { trainingOf } from '../tasks/training.ts';
import { Curves } from './curves.ts';
import { RECORD_FORMAT, type RunRecord } from './record.ts';

export interface ChunkOptions {
  /** Version of this package, for the records. */
  readonly version: string;
  /** Keep each model's errors at every log point. Default false. */
  readonly curves?: boolean;
  /** Threads per model; see `EnsembleOptions.lanes`. */
  readonly lanes?: number;
  /** Where states are kept, so that a run that was ended goes on to the same records. */
  readonly checkpoints?: EnsembleCheckpoints;
  readonly signal?: AbortSignal;
  /** Gives a new device when one was lost. Default: as `createEnsembleRun`. */
  readonly recover?: (error: NaluError) => Promise<Gpu>;
  readonly onRecovery?: (recovery: Recovery) => void;
  /** Models × steps done so far; those that a checkpoint had come with the first call. */
  readonly onProgress?: (done: number) => void;
}

/**
 * Trains all models of `cell` for its steps. Resolves with a record of each, in the cell's order; rejects with the
 * signal's reason when it aborts, after a last checkpoint.
 */
export async function runChunk(gpu: Gpu, cell: Cell, options: ChunkOptions): Promise<RunRecord[]> {
  const { lanes, checkpoints, signal, recover, onRecovery, onProgress } = options;
  const empty = () => ({
    selection: new Selection({ threshold: cell.models.map(thresholdOf) }),
    curves: options.curves ? new Curves(cell.models.length) : undefined,
  });
  const { selection, curves } = empty();
  let before = 0;
  const start = performance.now();
  const seconds = (): number => before + (performance.now() - start) / 1000;
  const run = createEnsembleRun(gpu, {
    ...cell.options,
    evaluate: cell.evaluate,
    ...(lanes && { lanes }),
    ...(checkpoints && { checkpoints }),
    ...(recover && { recover }),
    ...(onRecovery && { onRecovery }),
    attachments: {
      save: (first, models) => ({
        ...selection.exportState(first, models),
        ...curves?.exportState(first, models),
        seconds: Float64Array.of(seconds()),
      }),
      restore(first, _, attached) {
        // All of it or nothing: what does not fit is found before anything is changed.
        for (const each of [empty(), { selection, curves }]) {
          each.selection.importState(attached as Attached & SelectionState, first);
          each.curves?.importState(attached, first);
        }
        before = attached.seconds?.[0] ?? 0;
      },
    },
    onLog(point: LogPoint, first: number) {
      selection.add(point, first);
      curves?.add(point, first);
    },
  });
  try {
    await run.complete({ signal, onProgress: ({ done }) => onProgress?.(done) });
    const steps = run.finished.flatMap((wave) => wave.steps);
    const statuses = run.finished.flatMap((wave) => wave.statuses);
    const exact = errors64(run.options);
    const outcomes = selection.outcomes((model, parameters) => exact?.of(model, parameters));
    const sparsity = sparsityErrorsOf(
      run.options.model,
      Float32Array.from(outcomes.flatMap(({ parameters }) => [...parameters])),
    );
    const common = {
      adapter: describeAdapter(run.gpu.adapter),
      version: options.version,
      date: new Date().toISOString().slice(0, 10),
      seconds: round(seconds() / run.models),
    };
    return outcomes.map((outcome, index) => ({
      ...recordOf(cell, index, outcome, sparsity[index] as number),
      steps: steps[index] as number,
      diverged: statuses[index] === 'diverged',
      ...(curves && { curve: curves.of(index, steps[index] as number).map(finitePoint) }),
      ...common,
    }));
  } finally {
    run.dispose();
  }
}

/** For the selection, which wants a threshold; `recordOf` leaves out what it says of models that have none. */
const thresholdOf = ({ threshold }: CellModel): number => threshold ?? Number.MIN_VALUE;

function recordOf(cell: Cell, index: number, outcome: Outcome, sparsity: number) {
  const model = cell.models[index] as CellModel;
  const judged = model.threshold !== null;
  const figures = cell.figures?.(index, outcome.parameters);
  return {
    format: RECORD_FORMAT,
    task: cell.task,
    settings: cell.settings,
    training: trainingOf(cell),
    unit: cell.unit,
    op: cell.operation,
    range: formatRange(model.range),
    extrapolationRange: formatRange(model.extrapolationRange),
    seed: model.seed,
    selectedStep: outcome.step,
    validationError: finite(outcome.validation),
    // Not rounded, so that it stays on its side of the threshold.
    extrapolationError: Number.isFinite(outcome.extrapolation) ? outcome.extrapolation : null,
    threshold: model.threshold,
    success: judged && outcome.success,
    solvedAt: judged ? outcome.solvedAt : null,
    sparsityError: finite(sparsity),
    ...(figures && { figures: mapValues(figures, finite) }),
  } as const;
}

const finitePoint = ([step, validation, extrapolation]: readonly [number, number, number]) =>
  [step, finite(validation), finite(extrapolation)] as const;

/** Null for what JSON has no number for; seven digits are more than float32 has. */
const finite = (value: number): number | null => (Number.isFinite(value) ? round(value) : null);

const round = (value: number): number => Number(value.toPrecision(7));

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
