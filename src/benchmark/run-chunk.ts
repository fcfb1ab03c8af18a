/** Trains the models of one cell, or some of its seeds, and says what became of each. */

import { createEnsemble } from '../engines/ensemble/create.ts';
import type { Ensemble, EnsembleRunOptions } from '../engines/ensemble/ensemble.ts';
import { errors64 } from '../engines/ensemble/errors64.ts';
import type { LogPoint } from '../engines/ensemble/log.ts';
import { type EnsembleState, STANDING_WORDS } from '../engines/ensemble/state.ts';
import { describeAdapter } from '../gpu/adapter.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { type Outcome, Selection, type SelectionState } from '../metrics/selection.ts';
import { sparsityErrorsOf } from '../model/weights.ts';
import { formatRange } from '../range.ts';
import type { Cell, CellModel } from '../tasks/benchmark.ts';
import { RECORD_FORMAT, type RunRecord } from './record.ts';

/** How far the models of a chunk have come, and what was seen on the way. */
export interface Checkpoint {
  readonly ensemble: EnsembleState;
  readonly selection: SelectionState;
  /** Every model's errors at each log point, if they are kept. */
  readonly curves: readonly CurvePoint[];
  /** Wall time so far. */
  readonly seconds: number;
}

/** Errors of all models at one log point. */
export interface CurvePoint {
  readonly step: number;
  readonly validation: Float32Array;
  readonly extrapolation: Float32Array;
}

export interface ChunkOptions {
  /** Version of this package, for the records. */
  readonly version: string;
  /** Keep each model's errors at every log point. Default false. */
  readonly curves?: boolean;
  /** Where an interrupted run of the same chunk had come. */
  readonly from?: Checkpoint;
  /** Threads per model; see `EnsembleOptions.lanes`. */
  readonly lanes?: number;
  readonly signal?: AbortSignal;
  /** Every second or two, and once more when the signal aborts; training waits for it. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => Promise<void>;
  /** How many steps every model has done. */
  readonly onProgress?: (step: number) => void;
}

/** Seconds of training between two checkpoints, about. */
const BETWEEN_CHECKPOINTS = 1.5;

/**
 * Trains all models of `cell` for its steps. Resolves with a record of each, in the cell's order; rejects with the
 * signal's reason when it aborts, after a last checkpoint.
 */
export async function runChunk(gpu: Gpu, cell: Cell, options: ChunkOptions): Promise<RunRecord[]> {
  const { steps: _, ...training } = cell.options;
  const { lanes } = options;
  const ensemble = await createEnsemble(gpu, {
    ...training,
    evaluate: cell.evaluate,
    ...(lanes && { lanes }),
  });
  try {
    return await trainCell(ensemble, cell, options);
  } finally {
    ensemble.dispose();
  }
}

async function trainCell(ensemble: Ensemble, cell: Cell, options: ChunkOptions): Promise<RunRecord[]> {
  const { steps } = cell.options;
  const { from, signal } = options;
  const start = performance.now() - 1000 * (from?.seconds ?? 0);
  const seconds = (): number => (performance.now() - start) / 1000;
  const selection = new Selection({ threshold: cell.models.map(thresholdOf) });
  const curves: CurvePoint[] = [...(from?.curves ?? [])];
  if (from) {
    ensemble.importState(from.ensemble);
    selection.importState(from.selection);
  }
  const onLog = (point: LogPoint): void => {
    selection.add(point);
    if (options.curves) curves.push(curvePoint(point));
  };
  let piece = 16;
  while (ensemble.step < steps) {
    const before = ensemble.step;
    const began = performance.now();
    await trainPiece(ensemble, Math.min(piece, steps - before), {
      onLog,
      onProgress: ({ step }) => options.onProgress?.(before + step),
      ...(signal && { signal }),
    });
    const rate = (ensemble.step - before) / ((performance.now() - began) / 1000);
    piece = Math.max(1, Math.min(Math.round(rate * BETWEEN_CHECKPOINTS), 8 * piece));
    await options.onCheckpoint?.({
      ensemble: await ensemble.exportState(),
      selection: selection.exportState(),
      curves,
      seconds: seconds(),
    });
    signal?.throwIfAborted();
  }
  const end = await ensemble.inspect();
  const exact = errors64(ensemble.options);
  const outcomes = selection.outcomes((model, parameters) => exact?.of(model, parameters));
  const sparsity = sparsityErrorsOf(
    ensemble.options.model,
    Float32Array.from(outcomes.flatMap(({ parameters }) => [...parameters])),
  );
  const common = {
    adapter: describeAdapter(ensemble.gpu.adapter),
    version: options.version,
    date: new Date().toISOString().slice(0, 10),
    seconds: round(seconds() / ensemble.models),
  };
  return outcomes.map((outcome, index) => {
    const done = end.state.standings[STANDING_WORDS * index] as number;
    return {
      ...recordOf(cell, index, outcome, sparsity[index] as number),
      steps: done,
      diverged: end.statuses[index] === 'diverged',
      ...(options.curves && { curve: curveOf(curves, index, done) }),
      ...common,
    };
  });
}

/** Trains on until it is done or the signal aborts. */
async function trainPiece(ensemble: Ensemble, steps: number, options: EnsembleRunOptions): Promise<void> {
  try {
    await ensemble.run(steps, options);
  } catch (error) {
    if (!options.signal?.aborted || error !== options.signal.reason) throw error;
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

const curvePoint = ({ step, errors }: LogPoint): CurvePoint => ({
  step,
  validation: errors.validation as Float32Array,
  extrapolation: errors.extrapolation as Float32Array,
});

/** One model's curve, to the step where it ended. */
const curveOf = (
  curves: readonly CurvePoint[],
  index: number,
  done: number,
): NonNullable<RunRecord['curve']> =>
  curves
    .filter(({ step }) => step <= done)
    .map(({ step, validation, extrapolation }) => [
      step,
      finite(validation[index] as number),
      finite(extrapolation[index] as number),
    ]);

/** Null for what JSON has no number for; seven digits are more than float32 has. */
const finite = (value: number): number | null => (Number.isFinite(value) ? round(value) : null);

const round = (value: number): number => Number(value.toPrecision(7));

const mapValues = <A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
