/** The text of `nalu reproduce`: the article's printed figures beside those of this run. */

import {
  type AdapterFacts,
  describeAdapter,
  experiments,
  maxRelativeError,
  type RecipeName,
} from '../index.ts';
import { byError, isComplete, type ReproducedExperiment, type ReproducedRun } from '../reproduce/result.ts';
import { spreadLines } from './spread.ts';
import {
  alignPoints,
  capital,
  count,
  duration,
  errorText,
  float32Text,
  labelled,
  rough,
  table,
  wrap,
  wrapList,
} from './text.ts';

/** What an experiment learns, and the largest relative errors that count as having learnt it. */
const goals: Readonly<
  Record<string, { formula: string; verb: string; levels: readonly [number, ...number[]] }>
> = {
  addition: { formula: 'x1 + x2', verb: 'add', levels: [1e-4] },
  multiplication: { formula: 'x1 · x2', verb: 'multiply', levels: [1e-2, 1e-3] },
};

/** What runs, on what. */
export function headText(version: string, webgpu: string, adapter: AdapterFacts): string {
  return [
    `nalu-webgpu ${version}`,
    ...labelled('WebGPU', webgpu, 9),
    ...labelled('Adapter', describeAdapter(adapter), 9),
    '',
    '',
  ].join('\n');
}

/** One experiment, in at most 80 columns. `seeds`: how many were asked for. */
export function experimentText(experiment: ReproducedExperiment, seeds: number): string {
  const { name, unit, epochs, loss, learningRate, beta2 } = experiment;
  const runs = byError(experiment.runs);
  const formula = goals[name]?.formula ?? name;
  const [best] = runs;
  return [
    `${capital(name)}: ${unit} learns ${formula}`,
    ...wrapList([
      `${count(epochs)} epochs on 2,000 rows`,
      `loss ${loss}`,
      `Adam with β₂ = ${beta2}`,
      `learning rate ${learningRate}`,
    ]),
    ...timeLines(experiment, seeds),
    ...(best
      ? [
          ...headline(experiment, runs),
          '',
          ...printedRows(experiment, best, formula),
          '',
          ...errorLines(experiment, runs),
          '',
          ...weightLines(experiment, best),
        ]
      : []),
    '',
    '',
  ].join('\n');
}

/** What the recipe has to do with these figures, and how to see more, in words. */
export function endText(recipe: RecipeName, seeds: number): string {
  const { short, article } = experiments.multiplication.recipes;
  const words = {
    short:
      `The article prints one run of ${count(article.epochs)} epochs with Adam's usual β₂ of ${article.beta2}. ` +
      `Here β₂ is ${short.beta2}: Adam then forgets the huge first gradients within tens of steps, and ` +
      `${count(short.epochs)} epochs are enough. To train as the article does:`,
    article:
      `The article prints one run. A product as exact as its own takes a good seed and all ${count(article.epochs)} ` +
      "epochs; the article's notebook trains for 2,000. With another β₂, Adam needs neither luck nor patience:",
  };
  const command = { short: 'nalu reproduce --recipe article', article: 'nalu reproduce' };
  const draw = seeds > 1 ? [] : ['', ...wrap('One seed is one draw. To see how seeds differ: --seeds 20')];
  return [...wrap(words[recipe]), '', `  ${command[recipe]}`, ...draw, ''].join('\n');
}

/** Seeds, how far they have come if not to the end, how long it took and how fast it was. */
function timeLines(experiment: ReproducedExperiment, asked: number): string[] {
  const { runs, epochs, wallSeconds } = experiment;
  const took = duration(wallSeconds);
  const [first] = runs;
  if (!first) return [`Interrupted before the first epoch was done, ${took}`];
  const range = `seeds (${first.seed} to ${runs.at(-1)?.seed})`;
  const seeds =
    runs.length < asked ? `${count(runs.length)} of ${count(asked)} ${range}` : `${count(asked)} ${range}`;
  const steps = runs.reduce((sum, run) => sum + run.epochs, 0);
  const rate = `${rough(steps / wallSeconds)} ${asked > 1 ? 'models × epochs' : 'epochs'} per second`;
  const part = isComplete(experiment, asked) ? [] : [interruptionText(runs, epochs)];
  return wrapList([asked > 1 ? seeds : `Seed ${first.seed}`, ...part, took, rate]);
}

function interruptionText(runs: readonly ReproducedRun[], epochs: number): string {
  const partial = runs.filter((run) => run.epochs < epochs);
  const [first] = partial;
  if (!first) return 'interrupted';
  const after = `after ${count(first.epochs)} of ${count(epochs)} epochs`;
  if (partial.length === runs.length) return `interrupted ${after}`;
  return `interrupted, ${count(partial.length)} of them ${after}`;
}

/** What many seeds come to: the best of them after as many epochs as the printed figures need, else how many learn it. */
function headline(experiment: ReproducedExperiment, runs: readonly ReproducedRun[]): string[] {
  const { name, recipe, articleMaxRelativeError } = experiment;
  const [best] = runs as [ReproducedRun];
  const goal = goals[name];
  if (runs.length === 1 || !goal) return [];
  if (!Number.isFinite(best.maxRelativeError)) return ['', `All ${count(runs.length)} seeds diverged`];
  const figures = `seed ${best.seed}, ${errorText(printedError(experiment, best))} (article: ${errorText(articleMaxRelativeError)})`;
  if (runs.every(({ epochs }) => epochs >= experiments[name].recipes[recipe].epochs)) {
    return ['', ...wrap(`Best of ${count(runs.length)} seeds on the article's ten rows: ${figures}`)];
  }
  const [level] = goal.levels;
  const learned = `${learnedText(runs, level)} learn to ${goal.verb} (below ${level.toExponential(0)})`;
  return ['', learned, ...wrap(`Best on the article's ten rows: ${figures}`)];
}

function printedRows(experiment: ReproducedExperiment, best: ReproducedRun, formula: string): string[] {
  const { inputs, actual, article } = experiment;
  const relative = (predicted: number, row: number) => {
    const target = actual[row] as number;
    return errorText(Math.abs(predicted - target) / Math.abs(target));
  };
  const printed = alignPoints(article.map(String));
  const predicted = alignPoints(best.predicted.map(float32Text));
  const rows = inputs.map(([x1, x2], row) => [
    ...[x1, x2, actual[row]].map(String),
    printed[row] as string,
    relative(article[row] as number, row),
    predicted[row] as string,
    relative(best.predicted[row] as number, row),
  ]);
  const ours = experiment.runs.length > 1 ? `seed ${best.seed}` : 'this run';
  return table([['x1', 'x2', formula, 'article', 'error', ours, 'error'], ...rows]);
}

function errorLines(experiment: ReproducedExperiment, runs: readonly ReproducedRun[]): string[] {
  const [best] = runs as [ReproducedRun];
  const worst = runs.at(-1) as ReproducedRun;
  const article = ['article', errorText(experiment.articleMaxRelativeError), 'on the ten rows it prints'];
  const from = ({ seed }: ReproducedRun) => `seed ${seed}`;
  const there = `${errorText(printedError(experiment, best))} on the ten rows`;
  const ours =
    runs.length === 1
      ? [['this run', errorText(best.maxRelativeError), `${from(best)}, ${there}`]]
      : [
          ['best', errorText(best.maxRelativeError), `${from(best)}, ${there}`],
          ['median', errorText(median(runs.map(({ maxRelativeError }) => maxRelativeError))), ''],
          ['worst', errorText(worst.maxRelativeError), from(worst)],
        ];
  const lines = [article, ...ours].map(([label = '', error = '', note = '']) =>
    `  ${label.padEnd(10)}${error.padEnd(12)}${note}`.trimEnd(),
  );
  return [
    'Largest relative error on all 125 test rows',
    ...lines,
    ...learnedLines(experiment.name, runs),
    ...(runs.length > 1 ? ['', ...spreadLines(runs.map(({ maxRelativeError }) => maxRelativeError))] : []),
  ];
}

/** Largest relative error on the rows that the article prints. */
const printedError = ({ actual }: ReproducedExperiment, { predicted }: ReproducedRun): number =>
  maxRelativeError(
    predicted,
    actual.map((y) => [y] as const),
  );

/** How many runs have learnt it. */
function learnedLines(name: string, runs: readonly ReproducedRun[]): string[] {
  return (goals[name]?.levels ?? []).map((level) => {
    const limit = level.toExponential(0);
    if (runs.length > 1) return `  ${learnedText(runs, level)} below ${limit}`;
    return `  ${learnedCount(runs, level) ? 'below' : 'not below'} ${limit}`;
  });
}

function learnedText(runs: readonly ReproducedRun[], level: number): string {
  return `${count(learnedCount(runs, level))} of ${count(runs.length)} seeds`;
}

function learnedCount(runs: readonly ReproducedRun[], level: number): number {
  return runs.filter(({ maxRelativeError }) => maxRelativeError < level).length;
}

/** Middle of sorted values; the mean of the two in the middle when there is no middle. */
function median(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] as number;
  return (low + (sorted[Math.floor(half)] as number)) / 2;
}

function weightLines(experiment: ReproducedExperiment, best: ReproducedRun): string[] {
  const { W = [], G } = best.weights.effective;
  const whose = experiment.runs.length > 1 ? `Learned by seed ${best.seed}` : 'Learned';
  const vector = (weights: number[][], digits: number) =>
    `(${weights.map(([value]) => (value as number).toFixed(digits)).join(', ')})`;
  const lines = [`${whose}: W = ${vector(W, 8)}, exact: (1, 1)`];
  if (G) {
    const [x1, x2] = experiment.inputs[0] as [number, number];
    const gate = 1 / (1 + Math.exp(-(x1 * (G[0]?.[0] as number) + x2 * (G[1]?.[0] as number))));
    const does = gate < 1e-6 ? '0: it multiplies' : gate > 1 - 1e-6 ? '1: it adds' : `${gate.toPrecision(3)}`;
    lines.push(`G = ${vector(G, 4)}; the gate on the first row is ${does}`);
  }
  return lines.flatMap((line) => wrap(line));
}
