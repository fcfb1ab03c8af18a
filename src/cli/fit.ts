/** `nalu fit`: the formula in a table. */

import { stat } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import {
  type FitOptions,
  type FitResult,
  fitJson,
  formulaToSave,
  readSavedFit,
  type SavedFit,
  type Split,
  fit as searchFormula,
} from '../fit/index.ts';
import { describeAdapter, type Gpu, OptionError } from '../index.ts';
import { holdsFormula, saveFormula, type Table } from '../io/index.ts';
import { loadDrawing } from './drawing.ts';
import { exitCodes, withJson } from './errors.ts';
import { type FileKind, fileKinds } from './file-kind.ts';
import { positiveNumber, readArchitectures, readColumnNames, readSplit } from './fit-options.ts';
import { progressText, resultText, tableText } from './fit-text.ts';
import { inFile } from './input-file.ts';
import { orAborted } from './interrupt.ts';
import { readModel } from './load-model.ts';
import { openNodeGpu } from './open-runtime.ts';
import { type AdapterOptions, addAdapterOptions, interruptible, wholeNumber } from './options.ts';
import { createOutputs, forceText, writeWhole } from './output-file.ts';
import { createProgressLine } from './progress.ts';
import {
  addTableOptions,
  type ReadingOptions,
  readingOptions,
  readTableFile,
  tableKinds,
} from './table-options.ts';
import { print as printText } from './terminal.ts';
import { packageVersion } from './versions.ts';

interface Options extends AdapterOptions, ReadingOptions {
  target: string;
  inputs?: string[];
  weights?: string;
  errors?: string;
  split?: Split;
  holdout?: number;
  test?: string;
  architectures?: readonly string[];
  width?: number;
  seconds: number;
  effort: number;
  operators?: string[];
  constants?: number;
  maxComplexity?: number;
  models: number;
  steps: number;
  seed: number;
  scaling: 'auto' | 'none';
  missing: 'error' | 'drop';
  plot?: string;
  out?: string;
  resume?: true;
  force?: true;
}

/** Adds the command to `program`. */
export function addFit(program: Command): void {
  const command = program
    .command('fit')
    .summary('find the formula in a table')
    .description(
      'Looks for the formula that gives one column of a table from the others. Rows with the largest numbers are held out. ' +
        'Products, sums, quotients and functions are fitted to the rest by least squares; what these do not explain is left ' +
        'to thousands of small models. A formula is believed only if it holds on the rows held out.',
    )
    .argument('<data>', tableKinds)
    .requiredOption('--target <column>', 'the column to explain')
    .option(
      '--inputs <columns>',
      'columns it may depend on, separated by commas (default: all others)',
      readColumnNames,
    )
    .option('--weights <column>', 'how much each row counts: 1 / variance, or a number of equal rows')
    .option('--errors <column>', 'standard errors of the target; a row counts as 1 / error squared')
    .addOption(
      new Option(
        '--split <kind>',
        'rows held out: those largest in some input (magnitude), in the target (target) or in one input (column:NAME), the ' +
          'last ones (last), any (random), or each fifth in turn (folds); default: magnitude, and folds in small tables',
      ).argParser(readSplit),
    )
    .option('--holdout <share>', 'share of the rows held out (default: 0.25)', positiveNumber(0.9))
    .option('--test <file>', 'more rows, to measure the formula and the baselines on as well')
    .option(
      '--architectures <stacks>',
      'stacks of units, separated by commas: "RealNPU(2) -> Linear" (default: the usual ones)',
      readArchitectures,
    )
    .option('--width <n>', 'outputs of hidden layers that do not say (default: several)', wholeNumber(1, 64))
    .option(
      '--operators <names>',
      'functions a formula may hold, such as sin,cos,exp,log (default: all)',
      readColumnNames,
    )
    .option('--constants <n>', 'most constants of a formula (default: no limit)', wholeNumber(0, 1000))
    .option(
      '--max-complexity <n>',
      'most operations, numbers and columns of a formula',
      wholeNumber(1, 10_000),
    )
    .option(
      '--effort <n>',
      'work of the search without a device; 1 is about two seconds',
      positiveNumber(1e6),
      8,
    )
    .option('--seconds <s>', 'time after which the best so far is printed', positiveNumber(1e6), 60)
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
    .option('--plot <file.svg>', 'draw the fit and what it leaves to this file')
    .option('--out <model.safetensors>', 'write the formula to this file, for nalu predict and nalu export')
    .option(
      '--resume',
      'go on with the search whose formula is in --out, or print what it found if it was complete',
    )
    .option('--force', forceText);
  addAdapterOptions(addTableOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  $ nalu fit energy.csv --target energy
  $ nalu fit lab.csv --target T --inputs length,mass --plot fit.svg
  $ nalu fit prices.csv --target total --thousands ,
  $ nalu fit energy.csv --target energy --out energy.safetensors
  $ nalu predict energy.safetensors new.csv

A table without a formula is not an error: the command says so, and "found" is
false in the JSON. Ctrl-C prints, and saves, the best formula so far; the same
command with --resume goes on from there.
${exitCodes}`,
    )
    .action((data: string, options: Options, self: Command) =>
      interruptible<Options>((given, signal) => run(data, given, signal))(options, self),
    );
}

async function run(data: string, options: Options, signal: AbortSignal): Promise<void> {
  const outputs = createOutputs({ inputs: [data, options.test], force: options.force });
  const claim = (path: string | undefined, what: string, option: string, kind: FileKind) =>
    path === undefined ? undefined : outputs.claim({ path, what, option, kind });
  try {
    const table = await orAborted(read(data, options, signal), signal);
    const test =
      options.test === undefined ? undefined : await orAborted(read(options.test, options, signal), signal);
    const drawing = options.plot === undefined ? undefined : await loadDrawing();
    const resume = options.resume && (await searchIn(options.out));
    const plot = await claim(options.plot, 'the plot', '--plot', fileKinds.svg);
    const out = await claim(options.out, 'the formula', '--out', fileKinds.model);
    const devices: Gpu[] = [];
    // Most laws are found without a device; it is opened where it is needed.
    const device = async () => {
      const gpu = await openNodeGpu(options, signal);
      devices.push(gpu);
      return gpu;
    };
    try {
      const print = (text: string) => options.json || printText(text);
      print(tableText(data, table, options.target));
      const result = await search(device, table, { test, resume }, options, signal);
      const saved = formulaToSave(result, `nalu fit ${packageVersion()}`);
      // What was found is on the terminal before anything can go wrong with a file.
      const adapter = devices[0] && describeAdapter(devices[0].adapter);
      print(resultText(result, adapter));
      const origin = { adapter: adapter ?? null, version: packageVersion() };
      await withJson(options.json && { ...fitJson(result), ...origin }, async () => {
        if (out && saved) await writeWhole(out, saveFormula(saved));
        if (out)
          print(saved ? `Formula: ${options.out}\n` : 'Nothing was written: there is no formula yet.\n');
        if (plot && drawing && result.best) {
          await writeWhole(plot, await drawing.plotFit(result));
          print(`Plot: ${options.plot}\n`);
        }
      });
    } finally {
      for (const gpu of devices) gpu.dispose();
    }
  } finally {
    await outputs.release();
  }
}

/** Reads the columns that take part: of the others, none is in the way. */
const read = (path: string, options: Options, signal: AbortSignal): Promise<Table> =>
  readTableFile(path, {
    ...readingOptions(options),
    ...(options.inputs && {
      columns: [
        ...new Set([options.inputs, options.target, options.weights ?? [], options.errors ?? []].flat()),
      ],
    }),
    onFault: options.missing === 'drop' ? 'drop' : 'throw',
    signal,
  });

/** The search whose formula is in the file; undefined where there is none yet. */
async function searchIn(out: string | undefined): Promise<SavedFit | undefined> {
  if (out === undefined)
    throw new OptionError('--resume goes on with the search in a file: name it with --out');
  if (!(await stat(out).catch(() => undefined))) return undefined;
  const saved = await readModel(out);
  const text = holdsFormula(saved) ? saved.notes?.search : undefined;
  if (text === undefined) {
    throw new OptionError(
      `--resume: ${out} holds no search of nalu fit; without --resume a new one replaces it`,
    );
  }
  return inFile(out, () => readSavedFit(text));
}

async function search(
  device: () => Promise<Gpu>,
  table: Table,
  { test, resume }: { test: Table | undefined; resume: SavedFit | undefined },
  options: Options,
  signal: AbortSignal,
): Promise<FitResult> {
  const { target, split, holdout, seconds, effort, models, steps, seed, scaling } = options;
  const { inputs, weights, errors, architectures, width, operators, constants, maxComplexity } = options;
  const line = createProgressLine();
  const rule = split ?? (holdout === undefined ? undefined : { kind: 'magnitude' as const });
  const request: FitOptions = {
    ...{ target, seconds, effort, models, steps, seed, scaling, signal },
    ...(rule && { split: { ...rule, ...(holdout !== undefined && { share: holdout }) } }),
    ...(inputs && { inputs }),
    ...(weights !== undefined && { weights }),
    ...(errors !== undefined && { errors }),
    ...(operators && { operators }),
    ...(constants !== undefined && { constants }),
    ...(maxComplexity !== undefined && { maxComplexity }),
    ...(architectures && { architectures }),
    ...(width !== undefined && { width }),
    ...(test && { test }),
    ...(resume && { resume }),
    onProgress: (progress) => line.show(progressText(progress, target)),
  };
  try {
    return await searchFormula(device, table, request);
  } finally {
    line.clear();
  }
}
