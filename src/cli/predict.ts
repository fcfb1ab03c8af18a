/** `nalu predict`: what a formula or a trained model says of a table, of any number of rows. */

import { type Command, Option } from 'commander';
import { createModel, describeAdapter, type Gpu, NaluError, OptionError } from '../index.ts';
import {
  type BatchPredictor,
  csvLines,
  formulaPredictor,
  holdsFormula,
  predictCsv,
  readTable,
  type SavedFormula,
  type SavedModel,
  type Source,
  tableFormat,
} from '../io/index.ts';
import { exitCodes } from './errors.ts';
import { fileKinds } from './file-kind.ts';
import { type InputFile, inFile, openInput } from './input-file.ts';
import { readModel } from './load-model.ts';
import { openNodeGpu } from './open-runtime.ts';
import { type AdapterOptions, addAdapterOptions, interruptible } from './options.ts';
import { createOutputs, forceText, type OutputFile, standardOutput } from './output-file.ts';
import { createProgressLine } from './progress.ts';
import { count } from './text.ts';

interface Options extends AdapterOptions {
  out?: string;
  force?: true;
  columns?: string[];
  only?: true;
  missing: 'error' | 'drop' | 'empty';
  delimiter?: string;
  decimal?: '.' | ',';
}

/** Adds the command to `program`. */
export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .summary('what a formula or a trained model says of a table')
    .description(
      'Reads a table, computes what the model says of every row, and writes the table with a column TARGET_predicted for ' +
        'each target. CSV and TSV may have any number of rows: memory stays the same. JSON and .npy are read whole.',
    )
    .argument('<model>', 'what nalu fit --out wrote, or saveFormula or saveModel of nalu-webgpu/io')
    .argument('<data>', 'CSV, TSV, JSON rows or .npy; - for CSV on stdin')
    .option('--out <file>', 'write to this file, not to stdout')
    .option('--force', forceText)
    .option(
      '--columns <names>',
      "columns that are the model's inputs, parted by commas (default: as the model names them)",
      (text: string) => text.split(',').map((name) => name.trim()),
    )
    .option('--only', 'write the predictions alone')
    .addOption(
      new Option('--missing <what>', 'rows with inputs that are missing or no numbers')
        .choices(['error', 'drop', 'empty'])
        .default('error'),
    )
    .option('--delimiter <character>', 'between cells (default: found; tab as \\t)', (text: string) =>
      text === '\\t' ? '\t' : text,
    )
    .addOption(new Option('--decimal <sign>', 'decimal sign; a point if left out').choices(['.', ',']));
  addAdapterOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ nalu predict energy.safetensors new.csv              the table, and energy_predicted
  $ nalu predict energy.safetensors new.csv --only --out energy.csv
  $ nalu predict energy.safetensors lab.csv --columns mass,speed
  $ zcat huge.csv.gz | nalu predict energy.safetensors - --out huge-predicted.csv
${exitCodes}`,
    )
    .action((model: string, data: string, options: Options, self: Command) =>
      interruptible<Options>((wanted, signal) => predict(model, data, wanted, signal))(options, self),
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
  const saved = await readModel(modelPath);
  const input = await openInput(data, 'the table');
  const outputs = createOutputs({ inputs: [modelPath, data], force: options.force });
  try {
    const kind = fileKinds.predictions;
    const output =
      options.out === undefined
        ? standardOutput()
        : await outputs.claim({ path: options.out, what: 'the predictions', option: '--out', kind });
    // A read of stdin may wait for ever.
    signal.addEventListener('abort', () => void (data === '-' && input.close()));
    await inFile(data, () => run(saved, input, output, options, signal));
  } catch (error) {
    if (signal.aborted)
      throw new NaluError('interrupted', 'interrupted; nothing was written in place of a file');
    throw error;
  } finally {
    await outputs.release();
    await input.close();
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
  const gpu = holdsFormula(saved) ? undefined : await openNodeGpu(options);
  const line = createProgressLine();
  try {
    const model = predictorOf(saved, gpu);
    const start = performance.now();
    let bytes = 0;
    let rows = 0;
    let faulty = 0;
    const { source, reading } = await sourceOf(input, options, (read) => {
      bytes = read;
    });
    const lines = predictCsv(model, saved, source, {
      ...reading,
      ...(options.columns && { columns: options.columns }),
      only: options.only === true,
      onFault: ({ error: 'throw', drop: 'drop', empty: 'keep' } as const)[options.missing],
      onRows(done, faults) {
        rows = done;
        faulty = faults;
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
      { rows, faulty, seconds, adapter: gpu ? describeAdapter(gpu.adapter) : 'float64 on the CPU' },
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

/** The table as CSV, and how it is to be read. */
async function sourceOf(
  input: InputFile,
  { delimiter, decimal }: Options,
  onBytes: (bytes: number) => void,
): Promise<{ source: Source; reading: Pick<Options, 'delimiter' | 'decimal'> }> {
  const format = tableFormat(input.start);
  if (format === 'csv') {
    const reading = { ...(delimiter !== undefined && { delimiter }), ...(decimal && { decimal }) };
    return { source: input.parts(onBytes), reading };
  }
  const table = await readTable(await input.bytes(), { format, onFault: 'keep' });
  onBytes(input.size ?? 0);
  return { source: csvLines(table), reading: { delimiter: ',' } };
}

function report(
  { rows, faulty, seconds, adapter }: { rows: number; faulty: number; seconds: number; adapter: string },
  { json, out, missing }: Options,
): void {
  const rowsPerSecond = Math.round(rows / seconds);
  if (json) {
    const faultyRows = faulty;
    process.stdout.write(`${JSON.stringify({ out, rows, faultyRows, seconds, rowsPerSecond, adapter })}\n`);
    return;
  }
  if (faulty > 0) {
    const what = missing === 'drop' ? 'left out' : 'without a prediction';
    process.stderr.write(
      `note: ${count(faulty)} of ${count(rows)} rows ${what}: inputs missing or no numbers\n`,
    );
  }
  if (out === undefined) return;
  process.stderr.write(
    `${count(rows)} rows in ${seconds.toFixed(1)} s, ${count(rowsPerSecond)} rows/s, ${adapter}\nwritten: ${out}\n`,
  );
}
