/** `nalu benchmark`: the literature's tasks, over units, ranges and seeds. */

import { Argument, type Command, Option } from 'commander';
import { estimateSeconds } from '../benchmark/estimate.ts';
import { type Chunk, planBenchmark, type Shard } from '../benchmark/plan.ts';
import { runChunk } from '../benchmark/run-chunk.ts';
import { DeviceLostError, describeAdapter, type Gpu, NaluError, OptionError, renewGpu } from '../index.ts';
import { parseRange } from '../range.ts';
import type { BenchmarkTask, Settings } from '../tasks/benchmark.ts';
import { expressionBenchmark } from '../tasks/expression-benchmark.ts';
import { findTask, tasks } from '../tasks/registry.ts';
import {
  chooseRanges,
  readLanes,
  readNames,
  readSeeds,
  readSetting,
  readShard,
  readTexts,
} from './benchmark-options.ts';
import { chunkText, planText, progressText } from './benchmark-text.ts';
import { exitCodes } from './errors.ts';
import { openNodeGpu } from './open-runtime.ts';
import { type AdapterOptions, addAdapterOptions, interruptible, wholeNumber } from './options.ts';
import { createProgressLine } from './progress.ts';
import { openResults, type ResultsFile } from './results-file.ts';
import { printJson, print as printText } from './terminal.ts';
import { count, wrap } from './text.ts';
import { packageVersion } from './versions.ts';

interface Options extends AdapterOptions {
  units?: readonly string[];
  ops?: readonly string[];
  ranges?: readonly string[];
  seeds?: readonly number[];
  steps?: number;
  setting?: Settings;
  preset: keyof typeof presets;
  shard?: Shard;
  expression?: string;
  range?: string;
  extrapolation?: string;
  lanes?: number;
  curves?: true;
  stretch: boolean;
  out?: string;
  resume?: true;
}

/** Name of the task that `--expression` makes. */
const EXPRESSION = 'expression';

/** Shares of the published seeds and steps. */
const presets = { paper: { seeds: 1, steps: 1 }, quick: { seeds: 0.2, steps: 0.2 } };

const ownFormula = { name: EXPRESSION, summary: 'Units learn a formula of your own.' };

/** Adds the command to `program`. */
export function addBenchmark(program: Command): void {
  const command = program
    .command('benchmark')
    .summary("train the literature's tasks over many seeds")
    .description(
      'Trains units on a task of the literature, all ranges and seeds of a unit and operation at once, and appends ' +
        'a line of JSON for every model to a file, which `nalu report` turns into tables and figures.',
    )
    .addArgument(new Argument('<task>', 'which task').choices([...tasks.map(({ name }) => name), EXPRESSION]))
    .option('--units <names>', 'only these, separated by commas (default: as published)', readNames)
    .option('--ops <names>', 'only these operations, separated by commas', readNames)
    .option('--ranges <ranges>', 'only these, by number or "U[1,2)", separated by semicolons', readTexts)
    .option('--seeds <n>', 'how many seeds, or which: 100-199 (default: as published)', readSeeds)
    .option('--steps <n>', 'steps of every model (default: as published)', wholeNumber(1, 1e9))
    .option('--no-stretch', 'with fewer or more steps, leave schedules as published (they may never begin)')
    .option('--setting <name=value>', 'a setting of the task; may be given several times', readSetting)
    .addOption(
      new Option('--preset <name>', 'seeds and steps as published, or a fifth of both')
        .choices(Object.keys(presets))
        .default('paper'),
    )
    .option('--expression <formula>', 'for the task expression: the formula, as x0 * x1')
    .option('--range <range>', 'for the task expression: where it trains', 'U[1,2)')
    .option('--extrapolation <range>', 'for the task expression: where it is tested', 'U[2,6)')
    .option('--shard <i/n>', 'only the i-th of n parts, to spread over machines', readShard)
    .option('--out <file.jsonl>', 'where results go (default: the name of the task)')
    .option('--resume', 'go on with a file that is already there')
    .option('--curves', "keep every model's errors at every log point")
    .option('--lanes <n>', 'threads per model, a power of two (default: by the adapter)', readLanes);
  addAdapterOptions(command)
    .addHelpText(
      'after',
      `
Tasks:
${[...tasks, ownFormula].flatMap(({ name, summary }) => [`  ${name}`, ...wrap(summary, { indent: 6 })]).join('\n')}

Examples:
  $ nalu benchmark single-module --preset quick          a look at everything
  $ nalu benchmark single-module --ops mul --units NMU   one column of the paper
  $ nalu benchmark single-module --shard 2/4 --out part-2.jsonl
  $ nalu benchmark expression --expression "x0 * x1 + x2" --units "NMU -> NAU"
  $ nalu report single-module.jsonl                      tables of the results

With fewer or more steps than published, penalties and other schedules are
stretched to them; each record says what was used.

A run that was interrupted, or killed, goes on with --resume: it loses at most a
second or two of training.
${exitCodes}`,
    )
    .action((name: string, options: Options, self: Command) =>
      interruptible<Options>((given, signal) => run(taskOf(name, given), given, signal))(options, self),
    );
}

/** The task called `name`; throws OptionError where options of the one task are given with another. */
function taskOf(name: string, { expression, range, extrapolation, units }: Options): BenchmarkTask {
  if (name !== EXPRESSION) {
    if (expression === undefined) return findTask(name);
    throw new OptionError(`--expression is for the task ${EXPRESSION}, and this is ${name}`);
  }
  if (expression === undefined || !units) {
    const missing = expression === undefined ? '--expression "x0 * x1"' : '--units NMU,"NAU -> NMU"';
    throw new OptionError(`the task ${EXPRESSION} needs ${missing}`);
  }
  const pair = {
    range: parseRange(range ?? 'U[1,2)'),
    extrapolationRange: parseRange(extrapolation ?? 'U[2,6)'),
  };
  return expressionBenchmark({ expression, ranges: [pair] });
}

async function run(task: BenchmarkTask, options: Options, signal: AbortSignal): Promise<void> {
  const version = packageVersion();
  const chunks = planChunks(task, options);
  const out = options.out ?? `${task.name}.jsonl`;
  const print = (text: string) => options.json || printText(text);
  // Before the device is asked for: who cannot write learns it at once.
  const file = await openResults(out, { chunks, resume: options.resume ?? false, version });
  let device: Device | undefined;
  try {
    device = new Device(await openNodeGpu(options, signal));
    const adapter = describeAdapter(device.gpu.adapter);
    const left = chunks.filter((_, index) => !file.done.has(index));
    print(`${adapter}\n`);
    // Whoever resumes saw an estimate before; the progress line has the rest.
    const seconds = options.resume || left.length === 0 ? undefined : await estimate(device, left, signal);
    print(planText(chunks, chunks.length - left.length, seconds));
    const start = performance.now();
    await trainChunks(device, chunks, file, { ...options, version, signal, print });
    await file.verify();
    const wallSeconds = (performance.now() - start) / 1000;
    const records = chunks.reduce((sum, { cell }) => sum + cell.models.length, 0);
    if (options.json) printJson({ version, adapter, out, records, wallSeconds });
    print(`\n${records} records in ${out}; nalu report ${out} shows them.\n`);
  } finally {
    await file.close();
    device?.gpu.dispose();
  }
}

/** The device that all chunks train on, one after the other, and the one that takes its place where it is lost. */
class Device {
  gpu: Gpu;

  constructor(gpu: Gpu) {
    this.gpu = gpu;
  }

  async renew(): Promise<Gpu> {
    const lost = this.gpu;
    this.gpu = await renewGpu(lost);
    lost.dispose();
    return this.gpu;
  }
}

/** About how long it will take; undefined where the device was lost meanwhile. */
async function estimate(
  device: Device,
  chunks: readonly Chunk[],
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return await estimateSeconds(device.gpu, chunks, signal);
  } catch (error) {
    if (signal.aborted) throw interrupted();
    if (!(error instanceof DeviceLostError)) throw error;
    await device.renew();
    return undefined;
  }
}

const interrupted = (): NaluError => new NaluError('interrupted', 'interrupted; --resume goes on from here');

function planChunks(task: BenchmarkTask, options: Options): Chunk[] {
  const { units, ops, ranges, setting, shard, stretch } = options;
  const preset = presets[options.preset];
  const published = Math.max(1, Math.round(task.seeds * preset.seeds));
  return planBenchmark({
    task,
    seeds: options.seeds ?? readSeeds(String(published)),
    stepsShare: preset.steps,
    stretch,
    ...(units && { units }),
    // A stack of one's own is in no list, so operations must be named beside it.
    ...(ops ? { operations: ops } : task.name === EXPRESSION && { operations: task.operations }),
    ...(ranges && { ranges: chooseRanges(task.ranges, ranges) }),
    ...(setting && { settings: setting }),
    ...(options.steps !== undefined && { steps: options.steps }),
    ...(shard && { shard }),
  });
}

interface Training extends Options {
  readonly version: string;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/** Trains what is not done yet, chunk after chunk. */
async function trainChunks(
  device: Device,
  chunks: readonly Chunk[],
  file: ResultsFile,
  options: Training,
): Promise<void> {
  const { version, signal, lanes, curves, print } = options;
  const setup = JSON.stringify([describeAdapter(device.gpu.adapter), lanes ?? 0, curves ?? false]);
  const line = createProgressLine();
  const work = ({ cell }: Chunk) => cell.models.length * cell.options.steps;
  const total = chunks.reduce((sum, chunk, index) => sum + (file.done.has(index) ? 0 : work(chunk)), 0);
  const start = performance.now();
  let before = 0;
  let skipped = 0;
  try {
    for (const [index, chunk] of chunks.entries()) {
      if (file.done.has(index)) continue;
      const began = performance.now();
      let first: number | undefined;
      const records = await runChunk(device.gpu, chunk.cell, {
        version,
        signal,
        ...(lanes && { lanes }),
        ...(curves && { curves }),
        checkpoints: file.checkpoints(index, setup),
        recover: () => device.renew(),
        onRecovery({ error, step, models }) {
          line.clear();
          print(`${error.message.split(':')[0]}: ${count(models)} models go on from step ${count(step)}\n`);
        },
        onProgress(done) {
          // What a checkpoint had took no time.
          if (first === undefined) {
            first = done;
            skipped += done;
          }
          const all = before + done;
          const seconds = (performance.now() - start) / 1000;
          const remaining = all > skipped ? (seconds * (total - all)) / (all - skipped) : undefined;
          const step = Math.floor(done / chunk.cell.models.length);
          line.show(progressText(all / total, chunk, step, seconds > 2 ? remaining : undefined));
        },
      });
      await file.append(index, records);
      before += work(chunk);
      line.clear();
      const seconds = records.reduce((sum, record) => sum + record.seconds, 0);
      print(chunkText(chunk, records, Math.max(seconds, (performance.now() - began) / 1000)));
    }
  } catch (error) {
    line.clear();
    if (signal.aborted) throw interrupted();
    throw error;
  }
}
