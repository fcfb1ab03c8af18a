/** `nalu predict`: what a formula or a trained model says of a table, of any number of rows. */

import { type Command, Option } from 'commander';
import { createModel, describeAdapter, type Gpu, NaluError, OptionError } from '../index.ts';
import {
  type BatchPredictor,
  formulaPredictor,
  holdsFormula,
  predictCsv,
  type SavedFormula,
  type SavedModel,
} from '../io/index.ts';
import { exitCodes } from './errors.ts';
import { fileKinds } from './file-kind.ts';
import { type InputFile, inFile, openInput } from './input-file.ts';
import { orAborted } from './interrupt.ts';
import { readModel } from './load-model.ts';
import { openNodeGpu } from './open-runtime.ts';
import { type AdapterOptions, addAdapterOptions, interruptible } from './options.ts';
import { createOutputs, forceText, type OutputFile, standardOutput } from './output-file.ts';
import { createProgressLine } from './progress.ts';
import { addTableOptions, type ReadingOptions, readingOptions, tableKinds } from './table-options.ts';
import { note, printJson } from './terminal.ts';
import { count } from './text.ts';

interface Options extends AdapterOptions, ReadingOptions {
  out?: string;
  force?: true;
  columns?: string[];
  only?: true;
  missing: 'error' | 'drop' | 'empty';
}

/** Adds the command to `program`. */
export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .summary('what a formula or a trained model says of a table')
    .description(
      'Reads a table, computes what the model says of every row, and writes the table with a column TARGET_predicted for ' +
        'each target. Text may have any number of rows: memory stays the same. JSON and arrays are read whole.',
    )
    .argument('<model>', 'what nalu fit --out wrote, or saveFormula or saveModel of nalu-webgpu/io')
    .argument('<data>', tableKinds)
    .option('--out <file>', 'write to this file, not to stdout')
    .option('--force', forceText)
    .option(
      '--columns <names>',
      "columns that are the model's inputs, separated by commas (default: as the model names them)",
      (text: string) => text.split(',').map((name) => name.trim()),
    )
    .option('--only', 'write the predictions alone')
    .addOption(
      new Option('--missing <what>', 'rows with inputs that are missing or no numbers')
        .choices(['error', 'drop', 'empty'])
        .default('error'),
    );
  addAdapterOptions(addTableOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  $ nalu predict energy.safetensors new.csv        with energy_predicted
  $ nalu predict energy.safetensors new.csv --only --out energy.csv
  $ nalu predict energy.safetensors lab.csv --columns mass,speed
  $ nalu predict energy.safetensors huge.csv.gz --out huge-predicted.csv
${exitCodes}`,
    )
    .action((model: string, data: string, options: Options, self: Command) =>
      interruptible<Options>((given, signal) => predict(model, data, given, signal))(options, self),
    );
}

async function predict(
  modelPath: string,
  data: string,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  if (options.json && options.out === undefined) {
    throw new OptionError('--json prints a summary where the table would go: name a file for it with --out');
  }
  const saved = await orAborted(readModel(modelPath), signal);
  const input = await orAborted(openInput(data, 'the table'), signal, (late) => late.close());
  const outputs = createOutputs({ inputs: [modelPath, data], force: options.force });
  try {
    const kind = fileKinds.predictions;
    const output =
      options.out === undefined
        ? standardOutput()
        : await outputs.claim({ path: options.out, what: 'the predictions', option: '--out', kind });
    // A read of a pipe may wait for ever.
    await orAborted(
      inFile(data, () => run(saved, input, output, options, signal)),
      signal,
    );
  } catch (error) {
    if (signal.aborted) throw new NaluError('interrupted', 'interrupted; no file was changed');
    throw error;
  } finally {
    await outputs.release();
    // A pipe closes when its read ends, which may be never.
    const closed = input.close();
    if (!signal.aborted) await closed;
  }
}

async function run(
  saved: SavedModel | SavedFormula,
  input: InputFile,
  output: OutputFile,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  // A formula is computed in float64 and needs no device.
  const gpu = holdsFormula(saved) ? undefined : await openNodeGpu(options, signal);
  const line = createProgressLine();
  try {
    const model = predictorOf(saved, gpu);
    const start = performance.now();
    let bytes = 0;
    let rows = 0;
    let faulty = 0;
    let undefinedRows = 0;
    const source = input.parts((read) => {
      bytes = read;
    });
    const lines = predictCsv(model, saved, source, {
      ...readingOptions(options),
      signal,
      ...(options.columns && { columns: options.columns }),
      only: options.only === true,
      onFault: ({ error: 'throw', drop: 'drop', empty: 'keep' } as const)[options.missing],
      onRows(done, faults, without) {
        rows = done;
        faulty = faults;
        undefinedRows = without;
        const rate = (1000 * done) / (performance.now() - start);
        const share = input.size ? `${Math.floor((100 * bytes) / input.size)}%`.padStart(4) : '';
        if (options.out !== undefined) {
          line.show(`Predicting ${share}  ${count(done)} rows  ${count(Math.round(rate))} rows/s`);
        }
      },
    });
    for await (const text of lines) {
      signal.throwIfAborted();
      await output.write(text);
    }
    await output.commit();
    line.clear();
    const seconds = (performance.now() - start) / 1000;
    report(
      {
        rows,
        faulty,
        undefinedRows,
        seconds,
        adapter: gpu ? describeAdapter(gpu.adapter) : 'float64 on the CPU',
      },
      options,
    );
  } finally {
    line.clear();
    gpu?.dispose();
  }
}

function predictorOf(saved: SavedModel | SavedFormula, gpu: Gpu | undefined): BatchPredictor {
  if (holdsFormula(saved) || !gpu) return formulaPredictor((saved as SavedFormula).formula);
  const model = createModel(gpu, saved.model);
  model.setParameters(saved.parameters);
  return model;
}

interface Summary {
  readonly rows: number;
  readonly faulty: number;
  readonly undefinedRows: number;
  readonly seconds: number;
  readonly adapter: string;
}

function report(
  { rows, faulty, undefinedRows, seconds, adapter }: Summary,
  { json, out, missing }: Options,
): void {
  const rowsPerSecond = Math.round(rows / seconds);
  if (json) {
    const faultyRows = faulty;
    printJson({ out, rows, faultyRows, undefinedRows, seconds, rowsPerSecond, adapter });
    return;
  }
  if (faulty > 0) {
    const what = missing === 'drop' ? 'left out' : 'without a prediction';
    note(`note: ${count(faulty)} of ${count(rows)} rows ${what}: inputs missing or no numbers\n`);
  }
  if (undefinedRows > 0) {
    note(
      `note: ${count(undefinedRows)} of ${count(rows)} rows have no finite prediction: what was found has no value there\n`,
    );
  }
  if (out === undefined) return;
  note(
    `${count(rows)} rows in ${seconds.toFixed(1)} s, ${count(rowsPerSecond)} rows/s, ${adapter}\nwritten: ${out}\n`,
  );
}
