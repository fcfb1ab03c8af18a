/** `nalu fit`: the formula in a table. */

import { type Command, Option } from 'commander';
import {
  type FitOptions,
  type FitResult,
  fitJson,
  modelToSave,
  type Split,
  fit as searchFormula,
} from '../fit/index.ts';
import { describeAdapter, type Gpu } from '../index.ts';
import { readTable, saveModel, type Table } from '../io/index.ts';
import { exitCodes, withJson } from './errors.ts';
import { type FileKind, fileKinds } from './file-kind.ts';
import {
  positiveNumber,
  readArchitectures,
  readColumnNames,
  readDelimiter,
  readSplit,
} from './fit-options.ts';
import { progressText, resultText, tableText } from './fit-text.ts';
import { inFile, openInput } from './input-file.ts';
import { openNodeGpu } from './open-runtime.ts';
import { type AdapterOptions, addAdapterOptions, interruptible, wholeNumber } from './options.ts';
import { createOutputs, forceText, writeWhole } from './output-file.ts';
import { createProgressLine } from './progress.ts';
import { packageVersion } from './versions.ts';

interface Options extends AdapterOptions {
  target: string;
  inputs?: string[];
  split: Split;
  holdout: number;
  test?: string;
  architectures?: readonly string[];
  width?: number;
  seconds: number;
  models: number;
  steps: number;
  seed: number;
  scaling: 'auto' | 'none';
  missing: 'error' | 'drop';
  delimiter?: string;
  decimal?: '.' | ',';
  plot?: string;
  out?: string;
  force?: true;
}

/** Bytes of the largest table that is read. */
const MOST_BYTES = 2 ** 30;

/** Adds the command to `program`. */
export function addFit(program: Command): void {
  const command = program
    .command('fit')
    .summary('find the formula in a table')
    .description(
      'Looks for the formula that gives one column of a table from the others. Rows with the largest numbers are held out, ' +
        'thousands of small models are trained on the rest, the best are read as formulas, and a formula is believed only ' +
        'if it holds on the rows held out.',
    )
    .argument('<data>', 'CSV, TSV, JSON rows or .npy; - for stdin')
    .requiredOption('--target <column>', 'the column to explain')
    .option(
      '--inputs <columns>',
      'columns it may depend on, parted by commas (default: all others)',
      readColumnNames,
    )
    .addOption(
      new Option(
        '--split <kind>',
        'rows held out: those largest in some input (magnitude), in the target (target) or in one input (column:NAME), the ' +
          'last ones (last), or any (random)',
      )
        .argParser(readSplit)
        .default({ kind: 'magnitude' }, 'magnitude'),
    )
    .option('--holdout <share>', 'share of the rows held out', positiveNumber(0.9), 0.25)
    .option('--test <file>', 'more rows, to measure the formula and the baselines on as well')
    .option(
      '--architectures <stacks>',
      'stacks of units, parted by commas: "RealNPU(2) -> Linear" (default: the usual ones)',
      readArchitectures,
    )
    .option('--width <n>', 'outputs of hidden layers that do not say (default: several)', wholeNumber(1, 64))
    .option('--seconds <s>', 'time after which the best so far is printed', positiveNumber(1e6), 45)
    .option('--models <n>', 'random starts of each architecture', wholeNumber(1, 100_000), 64)
    .option('--steps <n>', 'steps of a start that goes all the way', wholeNumber(1, 1e8), 3200)
    .option('--seed <s>', 'the first seed; the others follow it', wholeNumber(0, 0xffffffff), 1)
    .addOption(
      new Option(
        '--scaling <kind>',
        'columns by powers of two near their size, or as they are; the formula undoes it',
      )
        .choices(['auto', 'none'])
        .default('auto'),
    )
    .addOption(
      new Option('--missing <what>', 'rows with cells that are missing or no numbers')
        .choices(['error', 'drop'])
        .default('error'),
    )
    .option('--delimiter <character>', 'between cells (default: found; tab as \\t)', readDelimiter)
    .addOption(new Option('--decimal <sign>', 'decimal sign; a point if left out').choices(['.', ',']))
    .option('--plot <file.svg>', 'draw the fit and what it leaves to this file')
    .option('--out <model.safetensors>', 'write the model to this file, for nalu predict and nalu export')
    .option('--force', forceText);
  addAdapterOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ nalu fit energy.csv --target energy
  $ nalu fit lab.csv --target T --inputs length,mass --plot fit.svg
  $ nalu fit messwerte.csv --target p --delimiter ";" --decimal ,
  $ nalu fit energy.csv --target energy --out energy.safetensors
  $ nalu predict energy.safetensors new.csv

A table without a formula is no error: the command says so, and "found" is false
in the JSON. Ctrl-C prints, and saves, the best formula so far.
${exitCodes}`,
    )
    .action((data: string, options: Options, self: Command) =>
      interruptible<Options>((wanted, signal) => run(data, wanted, signal))(options, self),
    );
}

async function run(data: string, options: Options, signal: AbortSignal): Promise<void> {
  const outputs = createOutputs({ inputs: [data, options.test], force: options.force });
  const claim = (path: string | undefined, what: string, option: string, kind: FileKind) =>
    path === undefined ? undefined : outputs.claim({ path, what, option, kind });
  try {
    const table = await read(data, options);
    const test = options.test === undefined ? undefined : await read(options.test, options);
    const plot = await claim(options.plot, 'the plot', '--plot', fileKinds.svg);
    const out = await claim(options.out, 'the model', '--out', fileKinds.model);
    const gpu = await openNodeGpu(options);
    try {
      const print = (text: string) => process.stdout.write(options.json ? '' : text);
      print(tableText(data, table, options.target, describeAdapter(gpu.adapter)));
      const result = await search(gpu, table, test, options, signal);
      const saved = modelToSave(result, `nalu fit ${packageVersion()}`);
      // What was found is on the terminal before anything can go wrong with a file.
      print(resultText(result));
      const origin = { adapter: describeAdapter(gpu.adapter), version: packageVersion() };
      await withJson(options.json && { ...fitJson(result), ...origin }, async () => {
        if (out && saved) await writeWhole(out, saveModel(saved));
        if (out)
          print(saved ? `Model: ${options.out}\n` : 'No model was written: there is no formula yet.\n');
        if (plot && result.best) {
          const { plotFit } = await import('./plot-fit.ts');
          await writeWhole(plot, await plotFit(result));
          print(`Plot: ${options.plot}\n`);
        }
      });
    } finally {
      gpu.dispose();
    }
  } finally {
    await outputs.release();
  }
}

async function read(path: string, { delimiter, decimal, missing }: Options): Promise<Table> {
  const file = await openInput(path, 'the table');
  try {
    const bytes = await file.bytes(MOST_BYTES);
    return await inFile(path, () =>
      readTable(bytes, {
        ...(delimiter !== undefined && { delimiter }),
        ...(decimal && { decimal }),
        onFault: missing === 'drop' ? 'drop' : 'throw',
      }),
    );
  } finally {
    await file.close();
  }
}

async function search(
  gpu: Gpu,
  table: Table,
  test: Table | undefined,
  options: Options,
  signal: AbortSignal,
): Promise<FitResult> {
  const { target, inputs, split, holdout, architectures, width, seconds, models, steps, seed, scaling } =
    options;
  const line = createProgressLine();
  const wanted: FitOptions = {
    target,
    split: { ...split, share: holdout },
    seconds,
    models,
    steps,
    seed,
    scaling,
    signal,
    ...(inputs && { inputs }),
    ...(architectures && { architectures }),
    ...(width !== undefined && { width }),
    ...(test && { test }),
    onProgress: (progress) => line.show(progressText(progress, target)),
  };
  try {
    return await searchFormula(gpu, table, wanted);
  } finally {
    line.clear();
  }
}
