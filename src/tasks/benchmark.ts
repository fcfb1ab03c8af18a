/**
 * What a benchmark task is: data about it, and `cell`, which makes everything one ensemble needs to train one unit on one
 * operation, over any number of ranges and seeds at once.
 *
 *     const cell = findTask('single-module').cell({ operation: 'mul', unit: 'NMU' });
 *     await trainEnsemble(gpu, { ...cell.options, evaluate: cell.evaluate });
 *
 * Models are numbered range by range, and within a range seed by seed: `cell.models[k]` describes model k.
 */

import type { ModelDescription } from '../model/description.ts';
import type { Seeds } from '../model/seeds.ts';
import type { RecurrentOptions } from '../model/sequences.ts';
import type { Task, TaskSet } from '../model/task.ts';
import type { RecipeOptions } from '../model/training.ts';
import type { InputRange } from '../range.ts';
import type { Reinitialization } from '../units/recipe.ts';
import type { Paper, Unit } from '../units/unit.ts';

/** Rows of both evaluation sets, and the seeds they are drawn from: those of the published benchmarks. */
export const EVALUATION = { rows: 10_000, validationSeed: 43953907, extrapolationSeed: 8689336 } as const;

/** Where a model trains and validates, and where it is asked for more. */
export interface RangePair {
  readonly range: InputRange;
  readonly extrapolationRange: InputRange;
}

/** What a task was set to beyond operation and range. */
export type Settings = Readonly<Record<string, number | string>>;

/** A benchmark of the literature, or of a formula: its operations, units and ranges, and what trains in each cell. */
export interface BenchmarkTask {
  /** As in the records of a benchmark: `single-module`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Where it comes from; a formula of one's own has none. */
  readonly paper?: Paper;
  readonly operations: readonly string[];
  /** The published ranges. */
  readonly ranges: readonly RangePair[];
  /** Every setting with its default. */
  readonly settings: Settings;
  /** How many seeds were published: 0, 1, … below this. */
  readonly seeds: number;
  /** Units, or networks, that the literature or this package compares on `operation`. Throws OptionError. */
  units(operation: string): readonly string[];
  /** Throws OptionError for what does not exist, and for a unit that cannot do the operation: it names those that can. */
  cell(request: CellRequest): Cell;
}

/** What a cell of a task is asked for. */
export interface CellRequest {
  readonly operation: string;
  /** Name of a unit or network, or a unit of one's own. */
  readonly unit: string | Unit;
  /** Default: all ranges of the task. */
  readonly ranges?: readonly RangePair[];
  /** A list, or `{ count: n }` for 0 to n − 1; every range gets all of them. Default: the published ones. */
  readonly seeds?: Seeds;
  /** Default: the task's own. */
  readonly settings?: Settings;
  /** Default: as published. The published schedules are stretched to as many steps, unless `stretch` is false. */
  readonly steps?: number;
  /** Of the published steps, where `steps` is not given. Default 1. */
  readonly stepsShare?: number;
  /** Whether schedules follow the steps. Default true; with false they stay as published, and may never begin. */
  readonly stretch?: boolean;
  /** λ of every penalty. Default: the recipe's. This and the next two count as settings when they are given. */
  readonly strength?: number;
  /** Default: the recipe's. */
  readonly learningRate?: number;
  /** Default: Adam. */
  readonly optimizer?: RecipeOptions['optimizer'];
}

/** What `trainEnsemble` needs, except for the evaluation sets. */
export interface CellOptions extends RecipeOptions {
  readonly model: Omit<ModelDescription, 'seed'>;
  /** Where the model is recurrent. */
  readonly recurrent?: RecurrentOptions;
  readonly task: Task;
  readonly seeds: readonly number[];
  readonly batch: number;
  readonly steps: number;
  readonly logEvery: number;
  readonly learningRate: number;
  readonly reinitialization?: Reinitialization;
}

/** One model of a cell. */
export interface CellModel extends RangePair {
  readonly seed: number;
  /** Extrapolation error (mean of squares) below which it counts as having found the operation; null: there is none. */
  readonly threshold: number | null;
}

/** One operation, unit and range of a benchmark: models that differ in their seeds alone. */
export interface Cell {
  /** Name of the task. */
  readonly task: string;
  readonly operation: string;
  /** Name of the unit or network. */
  readonly unit: string;
  /** All settings, defaults included. */
  readonly settings: Settings;
  readonly options: CellOptions;
  /** What the published schedules were stretched by; 1: they are as published. */
  readonly stretch: number;
  /** The same raw draws for every model, spread over its own range. */
  readonly evaluate: { readonly validation: TaskSet; readonly extrapolation: TaskSet };
  readonly models: readonly CellModel[];
  /** Further figures of model `model`, computed in float64 from its trained parameters. */
  figures?(model: number, parameters: Float32Array): Readonly<Record<string, number>>;
}
