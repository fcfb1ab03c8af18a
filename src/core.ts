/**
 * Units, both engines and the GPU: the entry `nalu-webgpu/core`. Layers hold records of units, so that a bundle has those it uses
 * and no others.
 *
 * @module nalu-webgpu/core
 */

export type { TaskShader } from '../shaders/kernels/ensemble-source.ts';
export type { LossShader } from '../shaders/loss.ts';
export type { OptimizerName } from '../shaders/optimizers.wgsl.ts';
export type {
  BilinearTerm,
  FieldNames,
  NoiseKind,
  ParameterKind,
  UnitShader,
} from '../shaders/units/unit.ts';
export { f32, type WgslValue, wgsl } from '../shaders/wgsl.ts';
export { checkGradients, type GradientCheck, type GradientCheckOptions } from './engines/check-gradients.ts';
export type {
  Attached,
  Attachments,
  EnsembleCheckpoints,
  SavedWave,
} from './engines/ensemble/checkpoints.ts';
export { type CreateEnsembleOptions, createEnsemble } from './engines/ensemble/create.ts';
export type {
  AdvanceOptions,
  DrivenOptions,
  FinishedWave,
  Recovery,
  WaveProgress,
} from './engines/ensemble/driven.ts';
export type { Ensemble } from './engines/ensemble/ensemble.ts';
export type { LogPoint, ModelStatus } from './engines/ensemble/log.ts';
export type { MonitorState } from './engines/ensemble/monitor.ts';
export type { DataSet, EnsembleOptions, EvaluationSet, StopRule } from './engines/ensemble/options.ts';
export type { Predictor } from './engines/ensemble/predict.ts';
export type { EnsembleReport, RunResult, RunStatus } from './engines/ensemble/report.ts';
export { createEnsembleRun, type EnsembleRun } from './engines/ensemble/run.ts';
export type { EnsembleProgress, EnsembleRunOptions } from './engines/ensemble/run-options.ts';
export type { EnsembleState } from './engines/ensemble/state.ts';
export { type TrainEnsembleOptions, trainEnsemble } from './engines/ensemble/train.ts';
export type { Batch } from './engines/layered/batch-buffers.ts';
export type { StepTrainerOptions } from './engines/layered/create-step-trainer.ts';
export type { EncodeOptions, Given, PrepareOptions } from './engines/layered/encoding.ts';
export type { EvaluateOptions, Evaluation } from './engines/layered/evaluation.ts';
export type { Gradients, GradientsOptions } from './engines/layered/gradients.ts';
export type { PredictBatchesOptions } from './engines/layered/model.ts';
export { createModel, Model, type PredictOptions } from './engines/layered/model.ts';
export type {
  BackwardOptions,
  ForwardOptions,
  RecordOptions,
  StepFitOptions,
  StepTrainer,
} from './engines/layered/step-trainer.ts';
export type {
  CalibrationOptions,
  TileOptions,
  TileStore,
} from './engines/layered/tile-options.ts';
export { createTiledModel } from './engines/layered/tiled-model.ts';
export type { TileChoice } from './engines/layered/tiles.ts';
export type {
  EarlyStopping,
  EpochReport,
  LengthOptions,
  TrainingReport,
  TrainOptions,
  ValidationLoss,
  WatchOptions,
} from './engines/layered/train.ts';
export type {
  Progress,
  RunOptions,
  Trainer,
  TrainerOptions,
} from './engines/layered/trainer.ts';
export type { TrainerState } from './engines/layered/trainer-state.ts';
export type { DataOptions } from './engines/layered/training-data.ts';
export * from './errors.ts';
export { type Expression, op, symbol } from './expression/tree.ts';
export { type AdapterFacts, describeAdapter } from './gpu/adapter.ts';
export { type DeviceOptions, Gpu } from './gpu/gpu.ts';
export { renewGpu } from './gpu/renew.ts';
export { type GpuOptions, requestGpu } from './gpu/request.ts';
export type { BufferSpan } from './gpu/span.ts';
export type { NumberArray, Rows } from './model/data.ts';
export type { LayerDescription, ModelDescription, StackDescription } from './model/description.ts';
export { type LossEquation, type LossName, losses, type OwnLoss } from './model/losses.ts';
export type { SeedRange, Seeds } from './model/seeds.ts';
export type { RecurrentOptions, Sequences } from './model/sequences.ts';
export type { Column, Task, TaskSet, TaskTwin } from './model/task.ts';
export type {
  HuberOptions,
  LearningRate,
  LossOption,
  OptimizerOptions,
  TrainingOptions,
} from './model/training.ts';
export {
  type GivenParameters,
  type GivenTensor,
  initialWeights,
  type LayerWeights,
  type Tensor,
} from './model/weights.ts';
export { formatRange, type InputRange, parseRange } from './range.ts';
export { defineUnit, type UnitDefinition } from './units/define.ts';
export type { UnitName } from './units/descriptions.ts';
export type { Accumulator, Named as NamedExpressions, Rounding, UnitEquation } from './units/equation.ts';
export type { Initializer } from './units/initializers.ts';
export {
  type Operation,
  type Recipe,
  type RecipeTask,
  type Reinitialization,
  recipeFor,
  type TaskRecipe,
} from './units/recipe.ts';
export * from './units/records.ts';
export type { Regularizer, Schedule } from './units/regularizer.ts';
export { type Scheduled, stretchSchedules } from './units/stretch.ts';
export type {
  EffectiveWeights,
  Forward,
  Initialization,
  Paper,
  RawParameters,
  RowFunction,
  Unit,
  UnitDescription,
  UnitOptions,
} from './units/unit.ts';
