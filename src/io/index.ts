/**
 * Files in and out: tables (text of any layout, JSON, .npy, .npz), models and checkpoints (safetensors).
 *
 * An entry point of its own (`nalu-webgpu/io`), since it needs a CSV parser and training does not.
 *
 * @module nalu-webgpu/io
 */

import '../units/registry.ts';

export { type ArchitectureOptions, modelFromJson, modelToJson } from './architecture.ts';
export type { Bytes } from './bytes.ts';
export { type CellFault, type CellFaults, describeFaults, type OnFault } from './cells.ts';
export { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
export { type CsvWriteOptions, csvLines, writeCsv } from './csv.ts';
export {
  type EnsembleCheckpointOptions,
  ensembleCheckpoints,
  type StoredCheckpoints,
} from './ensemble-checkpoints.ts';
export {
  holdsFormula,
  loadFormula,
  loadSaved,
  type SavedFormula,
  saveFormula,
} from './formula-file.ts';
export {
  type ForeignTensor,
  type ForeignTensors,
  type ImportOptions,
  importParameters,
} from './import-parameters.ts';
export {
  loadModel,
  type ModelColumn,
  type ModelColumns,
  type ModelToSave,
  type SavedModel,
  saveModel,
} from './model-file.ts';
export { type NpyArray, readNpy, writeNpy } from './npy.ts';
export { type NpzOptions, readNpz } from './npz.ts';
export { type BatchPredictor, formulaPredictor, type PredictCsvOptions, predictCsv } from './predict-csv.ts';
export { readTable, type TableBatchesOptions, tableBatches, tableFormat } from './read-table.ts';
export {
  type Dtype,
  readSafetensors,
  type SafeTensor,
  type Safetensors,
  type TensorData,
  tensorValues,
  writeSafetensors,
} from './safetensors.ts';
export type { Source } from './source.ts';
export { type ByteStore, browserStore } from './store.ts';
export { type ColumnSummary, summarize, type TableSummary } from './summary.ts';
export {
  type ColumnChoice,
  chooseColumns,
  columnOf,
  rowsOf,
  type Table,
  type TableRows,
  tableOf,
  tableOfMatrix,
  tableOfRows,
} from './table.ts';
export type { TableFormat, TableOptions } from './table-options.ts';
