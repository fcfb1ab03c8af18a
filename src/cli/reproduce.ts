/** `nalu reproduce`: the article's two experiments, here. */

import { type Command, Option } from 'commander';
import { type ExperimentName, experiments, OptionError, type RecipeName } from '../index.ts';
import type { ReproduceResult } from '../reproduce/result.ts';
import { exitCodes, withJson } from './errors.ts';
import { openRuntime } from './open-runtime.ts';
import { addSharedOptions, interruptible, type SharedOptions, wholeNumber } from './options.ts';
import { forceText } from './output-file.ts';
import { reservePlot } from './plot-file.ts';
import { createProgressLine, describeProgress } from './progress.ts';
import { endText, experimentText, headText } from './reproduce-text.ts';
import { print as printText } from './terminal.ts';
import { count } from './text.ts';
import { packageVersion } from './versions.ts';

interface Options extends SharedOptions {
  seeds: number;
  seed: number;
  recipe: RecipeName;
  epochs?: number;
  experiment?: ExperimentName;
  plot?: string;
  force?: true;
}

const LARGEST_SEED = 0xffffffff;
/** More runs, each with its loss curve, than are of use in one JSON object. */
const MOST_SEEDS = 10_000;

/** Adds the command to `program`. */
export function addReproduce(program: Command): void {
  const { recipes } = experiments.addition;
  const { short, article } = recipes;
  const command = program
    .command('reproduce')
    .summary("train the article's experiments and compare")
    .description(
      'Trains the two experiments of the article "Understanding Neural Arithmetic Logic Units", where a NAC learns ' +
        'to add and a NALU to multiply, and shows the results next to those the article prints.',
    )
    .option('--seeds <n>', 'how many random starts to train, all at once', wholeNumber(1, MOST_SEEDS), 20)
    .option('--seed <s>', 'the first seed; the others follow it', wholeNumber(0, LARGEST_SEED), 1)
    .addOption(
      new Option(
        '--recipe <name>',
        `short: Adam with β₂ = ${short.beta2}, ${count(short.epochs)} epochs; article: as the article trains, ` +
          `β₂ = ${article.beta2}, ${count(article.epochs)} epochs`,
      )
        .choices(Object.keys(recipes))
        .default('short'),
    )
    .option('--epochs <e>', 'full-batch epochs (default: those of the recipe)', wholeNumber(1, 100_000_000))
    .addOption(
      new Option('--experiment <name>', 'one experiment only (default: both)').choices(
        Object.keys(experiments),
      ),
    )
    .option('--plot <file.svg>', 'write the loss curves to this file')
    .option('--force', forceText);
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ nalu reproduce                                both, twenty seeds at once
  $ nalu reproduce --seeds 64 --plot curves.svg   how much depends on the seed
  $ nalu reproduce --recipe article               as the article trains
  $ nalu reproduce --recipe article --epochs 2000 --experiment multiplication
                                                  as long as its notebook
  $ nalu reproduce --runtime chrome --json        in headless Chrome, as JSON

Ctrl-C prints how far the seeds have come; in the JSON, "complete" is false then
and "epochs" of each run tells how far.
${exitCodes}`,
    )
    .action(interruptible<Options>(run));
}

async function run(options: Options, signal: AbortSignal): Promise<void> {
  const { seeds: asked, seed: first, recipe, epochs, experiment, json } = options;
  if (first + asked - 1 > LARGEST_SEED) {
    throw new OptionError(
      `--seed ${first} with --seeds ${asked} goes beyond the largest seed, ${LARGEST_SEED}`,
    );
  }
  const seeds = Array.from({ length: asked }, (_, index) => first + index);
  const plot = options.plot === undefined ? undefined : await reservePlot(options.plot, options);
  const print = (text: string) => json || printText(text);
  const line = createProgressLine();
  try {
    const runtime = await openRuntime(options, signal);
    let result: ReproduceResult;
    try {
      print(headText(packageVersion(), runtime.webgpu, runtime.adapter));
      result = await runtime.reproduce({
        seeds,
        recipe,
        signal,
        ...(experiment && { experiments: [experiment] }),
        ...(epochs && { epochs }),
        onProgress: (progress) => line.show(describeProgress(progress)),
        onExperiment(done) {
          line.clear();
          print(experimentText(done, asked));
        },
      });
    } finally {
      line.clear();
      await runtime.close();
    }
    const { name, webgpu, versions } = runtime;
    const whole = { version: packageVersion(), runtime: name, webgpu, versions, ...result };
    await withJson(json && whole, async () => {
      const drawn = await plot?.write(result.experiments);
      if (drawn) print(`Loss curves: ${options.plot}\n\n`);
    });
    if (!result.complete) print('Interrupted: what was not begun is missing above.\n');
    else print(endText(recipe, asked));
  } finally {
    await plot?.release();
  }
}
