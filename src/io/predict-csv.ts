/** What a model says of a table of any length, as CSV, in the order of the rows and, of text, in bounded memory. */

import { DataError, FileFormatError, OptionError } from '../errors.ts';
import { evaluate } from '../expression/evaluate.ts';
import { formulaKind } from '../expression/kind.ts';
import type { Formula } from '../expression/tree.ts';
import { type Scaling, unscaled } from '../formula/scaling.ts';
import { FLOAT32_MAX } from '../model/data.ts';
import { resolveModel } from '../model/description.ts';
import { checkArguments, checkOptions, show } from '../options/check.ts';
import { callback, type Description, flag, size, such } from '../options/kinds.ts';
import { csvCell, csvCells } from './csv.ts';
import { type SavedFormula, savedKind } from './formula-file.ts';
import type { ModelColumn, SavedModel } from './model-file.ts';
import { tableRecords } from './read-table.ts';
import { FORMAT } from './records.ts';
import type { Source } from './source.ts';
import { defaultNames } from './table.ts';
import { type TableOptions, tableFields } from './table-options.ts';
import type { TableRecords } from './text-table.ts';

/** What predicts batches of rows, `[rows, inputs]` row-major, in their order: a `Model`. */
export interface BatchPredictor {
  readonly inputs: number;
  readonly outputs: number;
  predictBatches(batches: AsyncIterable<Float64Array>): AsyncIterable<ArrayLike<number>>;
}

/** How the table is read, and what is written of it. */
export interface PredictCsvOptions extends TableOptions {
  /**
   * Columns that are the model's inputs, in its order. Default: those of the table that it was trained on, or x0, x1, …
   * if its file names none.
   */
  columns?: readonly string[];
  /** Write the predictions alone, without the columns of the table. Default false. */
  only?: boolean;
  /**
   * What becomes of rows whose inputs are missing or no numbers: 'throw' (default) a FileFormatError with row and column,
   * 'drop' the row, or 'keep' it with empty predictions.
   */
  onFault?: 'throw' | 'drop' | 'keep';
  /** Rows of a batch. Default 2048: more are slower to collect. */
  rows?: number;
  /**
   * Told after each batch how many rows have been predicted, how many of them had faults, and how many have a prediction that is no
   * finite number, as where a formula has no value.
   */
  onRows?: (rows: number, faulty: number, undefinedRows: number) => void;
}

const predictDescription: Description<PredictCsvOptions> = {
  fields: {
    ...tableFields,
    only: flag,
    rows: size,
    onRows: callback<(rows: number, faulty: number, undefinedRows: number) => void>(),
  },
};

const predictorKind = such<BatchPredictor>('a model, or what formulaPredictor() gives', (value) => {
  const { inputs, outputs, predictBatches } = (value ?? {}) as Partial<BatchPredictor>;
  return typeof inputs === 'number' && typeof outputs === 'number' && typeof predictBatches === 'function';
});

const ROWS = 2048;

/** Added to a target's name for its predictions. */
const SUFFIX = '_predicted';

interface Batch {
  readonly records: TableRecords;
  /** By row, where any is. */
  readonly faulty: Uint8Array | undefined;
}

/**
 * Lines of CSV for the rows of `source`, a table of any format that `readTable` reads, a batch at a time: its columns as they
 * stood there, and behind them one for each target, called `TARGET_predicted`. Delimiter and decimal sign are those of
 * `source`, a comma where it has blanks between its cells. What is read ahead is bounded by the
 * batches that `model` has under way, so whoever reads slowly slows the reading of `source` down. Throws FileFormatError
 * with row and column, OptionError for an unknown column.
 */
export async function* predictCsv(
  model: BatchPredictor,
  saved: Pick<SavedModel, 'model' | 'columns'> | SavedFormula,
  source: Source,
  options: PredictCsvOptions = {},
): AsyncGenerator<string> {
  checkArguments('predictCsv()', { model, saved }, { model: predictorKind, saved: savedKind });
  const {
    only = false,
    onFault = 'throw',
    rows = ROWS,
    onRows,
    ...table
  } = checkOptions(predictDescription, options, 'predictCsv()');
  const { columns, targets, inputScaling, targetScaling } = layoutOf(saved, options.columns);
  if (model.inputs !== columns.length || model.outputs !== targets.length) {
    throw new DataError(
      `the model has ${model.inputs} inputs and ${model.outputs} outputs; its file says ${columns.length} and ${targets.length}`,
    );
  }
  const largest = 'model' in saved ? FLOAT32_MAX : Number.MAX_VALUE;
  const waiting: Batch[] = [];
  const read = { ...table, columns, rows, onFault: onFault === 'throw' ? 'throw' : 'keep' } as const;
  async function* batches(): AsyncGenerator<Float64Array> {
    let before = 0;
    for await (const records of tableRecords(source, read)) {
      const { values, faulty } = scaledRows(records, inputScaling, before, largest);
      waiting.push({ records, faulty });
      before += records.records.length;
      yield values;
    }
  }
  let done = 0;
  let faults = 0;
  let undefinedRows = 0;
  const predictions = model.predictBatches(batches());
  if (!predictions?.[Symbol.asyncIterator]) {
    throw new OptionError(`model.predictBatches() gave ${show(predictions)}; it must give an async iterable`);
  }
  for await (const y of predictions) {
    const { records, faulty } = waiting.shift() as Batch;
    const lines: string[] = [];
    const { delimiter, names, decimal } = records;
    const write = numberWriter(decimal, delimiter);
    if (done === 0) lines.push(header(only ? [] : names, targets, delimiter));
    for (const [row, cells] of records.records.entries()) {
      const fault = faulty?.[row] === 1;
      if (fault) faults += 1;
      if (fault && onFault === 'drop') continue;
      let line = only ? '' : csvCells(cells, delimiter) + delimiter;
      let finite = true;
      for (let k = 0; k < targetScaling.length; k++) {
        const { offset, scale } = targetScaling[k] as Scaling;
        if (k > 0) line += delimiter;
        if (fault) continue;
        const value = (y[row * targets.length + k] as number) * scale + offset;
        finite &&= Number.isFinite(value);
        line += write(value);
      }
      if (!finite) undefinedRows += 1;
      lines.push(`${line}\n`);
    }
    done += records.records.length;
    onRows?.(done, faults, undefinedRows);
    yield lines.join('');
  }
  if (done === 0) throw new FileFormatError(FORMAT, { offset: 0 }, 'there are no rows of numbers');
}

function layoutOf(saved: Pick<SavedModel, 'model' | 'columns'> | SavedFormula, wanted?: readonly string[]) {
  const { inputs, outputs, columns } =
    'model' in saved ? { ...resolveModel(saved.model), columns: saved.columns } : sizesOf(saved);
  if (wanted && wanted.length !== inputs) {
    throw new OptionError(`columns names ${wanted.length}; the model has ${inputs} inputs`);
  }
  const twice = wanted?.find((name, k) => wanted.indexOf(name) !== k);
  if (twice !== undefined) throw new OptionError(`columns names '${twice}' twice`);
  const numbered = Array.from({ length: outputs }, (_, k) => (outputs === 1 ? 'y' : `y${k}`));
  return {
    columns: wanted ?? columns?.inputs.map(({ name }) => name) ?? defaultNames(inputs),
    targets: columns?.targets.map(({ name }) => name) ?? numbered,
    inputScaling: columns?.inputs ?? Array.from({ length: inputs }, () => unscaled),
    targetScaling: columns?.targets ?? Array.from({ length: outputs }, () => unscaled),
  };
}

function sizesOf({ formula: { variables, targets } }: SavedFormula) {
  const named = (names: readonly string[]): ModelColumn[] => names.map((name) => ({ name, ...unscaled }));
  return {
    inputs: variables.length,
    outputs: targets.length,
    columns: { inputs: named(variables), targets: named(targets) },
  };
}

/** What predicts with a formula, in float64. */
export function formulaPredictor(formula: Formula): BatchPredictor {
  checkArguments('formulaPredictor()', { formula }, { formula: formulaKind });
  return {
    inputs: formula.variables.length,
    outputs: formula.targets.length,
    async *predictBatches(batches) {
      for await (const rows of batches) yield evaluate(formula, rows);
    },
  };
}

/** Rows as the model takes them, row-major; rows with faults have a harmless number in their place. */
function scaledRows({ table }: TableRecords, scaling: readonly Scaling[], before: number, largest: number) {
  const values = new Float64Array(table.rows * scaling.length);
  let faulty: Uint8Array | undefined;
  for (const [k, { offset, scale }] of scaling.entries()) {
    const column = table.columns[k] as Float64Array;
    for (let row = 0; row < table.rows; row++) {
      const value = (column[row] as number) - offset;
      if (Number.isNaN(value)) {
        faulty ??= new Uint8Array(table.rows);
        faulty[row] = 1;
        values[row * scaling.length + k] = 1;
      } else if (Math.abs(value / scale) <= largest) values[row * scaling.length + k] = value / scale;
      else {
        const message = `${column[row]} is beyond float32, which the model computes in`;
        throw new FileFormatError(
          FORMAT,
          { row: before + row + 1, column: table.names[k] as string },
          message,
        );
      }
    }
  }
  return { values, faulty };
}

function header(names: readonly string[], targets: readonly string[], delimiter: string): string {
  const predicted = targets.map((name) => name + SUFFIX);
  const taken = predicted.find((name) => names.includes(name));
  if (taken !== undefined) {
    throw new OptionError(
      `there is a column '${taken}' already: rename it, or write the predictions alone (only)`,
    );
  }
  return `${csvCells([...names, ...predicted], delimiter)}\n`;
}

/** Numbers with the fewest digits that give the same float32 again, or the same float64 where it is none. */
function numberWriter(decimal: '.' | ',', delimiter: string): (value: number) => string {
  const digits = (value: number): string => {
    if (Math.fround(value) === value) {
      for (const precision of [7, 8, 9]) {
        const short = Number(value.toPrecision(precision));
        if (Math.fround(short) === value) return String(short);
      }
    }
    return String(value);
  };
  return (value) => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    return decimal === '.' ? digits(value) : csvCell(digits(value).replace('.', decimal), delimiter);
  };
}
