/** From a table to the formula in it: data checked, split and scaled, formulas searched, judged and shown with their errors. */

import { evaluate } from '../expression/evaluate.ts';
import { checkGpu } from '../gpu/check-gpu.ts';
import { type Table, tableKind } from '../io/table.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import { agreement } from './agreement.ts';
import { type Baseline, linearBaseline } from './baselines.ts';
import type { Candidate } from './candidate.ts';
import { prepareData } from './data.ts';
import { type Device, searchEnsembles } from './ensembles.ts';
import { errorsOf } from './errors.ts';
import { type FittedFormula, formulaResult } from './formulas.ts';
import { frontOf, runnersUp } from './front.ts';
import { searchLaws } from './laws.ts';
import { type FitOptions, type FitProgress, fitDescription, resolve } from './options.ts';
import { partedRows, testRows } from './parts.ts';
import { rankingOf } from './ranking.ts';
import type { FitResult, StopReason } from './result.ts';
import { checkSaved, digestOf } from './saved.ts';
import { farNote, withoutFarOff } from './set-aside.ts';
import { splitRows, usualSplit } from './split.ts';
import { Timer } from './timer.ts';
import { judge } from './verdict.ts';

/** Other formulas that are shown. */
const RUNNERS_UP = 4;

/**
 * Searches the formula that gives the target from the inputs: first without a device, in float64, then by ensembles of trained
 * models, where there is a device. Throws DataError for a table nothing can be learnt from, OptionError for wrong options. A table
 * without a formula is not an error: `found` is false then.
 */
export async function fit(device: Device, table: Table, given: FitOptions): Promise<FitResult> {
  const began = performance.now();
  if (device !== undefined && typeof device !== 'function') checkGpu(device);
  checkArguments('fit()', { table }, { table: tableKind });
  const options = checkOptions(fitDescription, given, 'fit()');
  const settings = resolve(options);
  const { seconds, seed } = settings;
  const whole = prepareData(table, options);
  const { data, origin, off } = withoutFarOff(whole);
  const split = options.split ? splitRows(data, options.split, seed) : usualSplit(data, seed);
  const rows = partedRows(data, split, options.scaling ?? 'auto');
  const test = options.test && testRows(options.test, rows);
  const names = [...data.inputs, data.target, ...(settings.functions ?? [])].join('\n');
  const digest = digestOf([names, data.x, data.y, data.weights, split.inside, split.outside]);
  if (options.resume) checkSaved(options.resume, digest);
  const timer = new Timer(seconds, options.signal);
  timer.begin();
  try {
    const linear = linearBaseline(rows);
    const progress = (
      shown: Omit<FitProgress, 'seconds' | 'budget' | 'best'>,
      best: Candidate | undefined,
    ): void =>
      options.onProgress?.({
        ...shown,
        seconds: timer.seconds,
        budget: seconds,
        ...(best && { best: { formula: best.text, inRange: best.inside, outOfRange: best.outside } }),
      });
    const laws = await searchLaws(rows, {
      work: 1e9 * settings.effort,
      functions: settings.functions,
      maxComplexity: settings.maxComplexity,
      maxConstants: settings.constants,
      accept: (candidate) => judge(candidate, rows, [linear]).found,
      signal: timer.signal,
      before: options.resume?.searches ?? [],
      onProgress: (share, best, doing) =>
        progress(
          { round: 1, rounds: 1, architecture: doing, step: Math.round(100 * share), steps: 100, models: 0 },
          best,
        ),
    });
    const first = rankingOf(laws.candidates, rows, [linear]);
    const searched =
      first.verdict?.found || device === undefined || timer.left <= 0
        ? undefined
        : await searchEnsembles(device, rows, {
            ...{ settings, linear, timer },
            before: laws.candidates,
            saved: options.resume?.ensembles ?? null,
            onProgress: ({ best, ...shown }) => progress(shown, best),
            onDeviceLost: options.onDeviceLost,
          });
    const { candidates, verdict, setAside } = searched?.ranking ?? first;
    const places = [...split.inside, ...(split.folds ? [] : split.outside)];
    const aside = [...off, ...setAside.map((at) => origin[places[at] as number] as number)];
    const [best] = candidates;
    const network = searched?.network;
    const contenders = searched?.contenders ?? [];
    const complete = searched ? searched.saved.complete : laws.complete;
    const stopped: StopReason = options.signal?.aborted
      ? 'interrupted'
      : verdict?.found
        ? 'found'
        : complete
          ? 'done'
          : 'time';
    const measure = (baseline: Baseline) => ({
      name: baseline.name,
      inRange: baseline.inRange,
      outOfRange: baseline.outOfRange,
      ...(test && { test: errorsOf(baseline.predict(test.x), test.y) }),
      predict: baseline.predict,
    });
    const resultOf = (candidate: Candidate): FittedFormula => ({
      ...formulaResult(candidate),
      ...(test && { test: errorsOf(evaluate(candidate.formula, test.x), test.y) }),
    });
    return {
      found: verdict?.found ?? false,
      exact: verdict?.exact ?? false,
      reason: verdict?.reason ?? 'the search ended before there was a formula',
      stopped,
      best: best && resultOf(best),
      runnersUp: runnersUp(candidates, rows, RUNNERS_UP).map(resultOf),
      front: frontOf(candidates, verdict?.found ? best : undefined).map(resultOf),
      baselines: {
        linear: { ...measure(linear), formula: linear.formula },
        mlp: network ? measure(network) : undefined,
      },
      starts: contenders.reduce((sum, { starts }) => sum + starts.trained.length, 0),
      agreeing:
        searched?.training && best && verdict?.found
          ? agreement(best, contenders, searched.training, rows)
          : 0,
      searched: contenders.map(({ architecture, starts, best: own }) => ({
        architecture: architecture.name,
        starts: starts.trained.length,
        steps: starts.steps,
        seconds: starts.seconds,
        ...(own && { outOfRange: own.outside }),
      })),
      target: data.target,
      inputs: data.inputs,
      summary: data.summary,
      notes: [...data.notes, ...farNote(aside, whole)],
      split,
      rows,
      search: {
        table: digest,
        searches: laws.searches,
        ensembles: searched?.saved ?? options.resume?.ensembles ?? null,
      },
      wallSeconds: (performance.now() - began) / 1000,
    };
  } finally {
    timer.dispose();
  }
}
