/**
 * One workload, all its contenders. Each is made ready and takes its first step, which are timed apart. Then all run the
 * same number of steps and must come to the same loss; who does not is not timed. Then each warms up, and rounds of one
 * stretch per contender follow, each round in another random order. Who would take too long is not run, and the result
 * says how long it would be.
 */

import type { Contender, Session } from './contender.ts';
import type { Problem } from './problem.ts';
import { type Spread, shuffled, spreadOf } from './statistics.ts';

export interface MeasureOptions {
  readonly rounds: number;
  /** Least length of a stretch, in milliseconds; of a contender with longer steps, a stretch is one step. */
  readonly stretch: number;
  /** Milliseconds that a contender may take. */
  readonly limit: number;
  /** Tells what is being done, and which contender does it. */
  onProgress?: (text: string, contender?: string) => void;
  /** Results as they stand, after each contender that got ready and after each round. */
  onResults?: (results: readonly Measured[]) => void;
  /** What is known of a contender's step before it has done any. */
  expect?: (contender: string) => Expectation | undefined;
}

export interface Expectation {
  /** Milliseconds per step. */
  readonly step: number;
  /** What it is concluded from. */
  readonly from: string;
}

/** Fewest steps of a stretch that is not a single long one. */
export const LEAST_STEPS = 3;
/** Rounds that even a slow contender takes part in. */
export const LEAST_ROUNDS = 3;
/** Milliseconds of a step that is not worth a second look. */
const SHORT = 50;
/** A contender that should take so many times its limit is not tried: a conclusion from smaller work may be too high. */
const DOUBT = 2;
/** Largest difference of the losses, relative to our loss; and relative to how far ours has come from the first step. */
export const TOLERANCE = 1e-3;
export const CHANGE_TOLERANCE = 1e-2;

export interface Measured {
  readonly contender: string;
  /** `timed`, or why it is not. */
  readonly status: 'timed' | 'disagrees' | 'failed' | 'not run';
  /** What failed, or why it is not run. */
  readonly reason?: string;
  /** From data in memory to ready: what a library compiles and uploads beforehand. Milliseconds. */
  readonly ready?: number;
  /** From there to the first loss: what it compiles later, and one step. */
  readonly firstStep?: number;
  /** Loss of the first step and of the last common one. */
  readonly firstLoss?: number;
  readonly loss?: number;
  /** Milliseconds per step. */
  readonly step?: Spread;
  /** Of a contender that is not run: milliseconds of a step, and whether it was timed alone. */
  readonly estimate?: number;
  readonly basis?: EstimateBasis;
  /** Stretches, and steps in each. */
  readonly stretches?: number;
  readonly steps?: number;
}

/** A step that was timed; a first step, which also compiles; or nothing here, but a smaller workload. */
export type EstimateBasis = 'step' | 'first step' | 'smaller workload';

export interface WorkloadResult {
  readonly workload: string;
  readonly models: number;
  readonly results: readonly Measured[];
}

interface Entry {
  readonly contender: Contender;
  session: Session | undefined;
  steps: number;
  /** Milliseconds per step as far as is known before the rounds. */
  rough: number;
  /** Milliseconds spent in the rounds. */
  spent: number;
  readonly times: number[];
  measured: Measured;
}

export async function measureWorkload(
  problem: Problem,
  contenders: readonly Contender[],
  options: MeasureOptions,
): Promise<WorkloadResult> {
  const { rounds, stretch, limit, onProgress = () => {}, onResults = () => {} } = options;
  const { name: workload, models, kind } = problem.workload;
  const entries: Entry[] = [];
  try {
    for (const contender of contenders) {
      onProgress(`${workload}: ${contender.name} gets ready`, contender.name);
      entries.push(await enter(problem, contender, options));
      onResults(entries.map(summary));
    }
    checkLosses(entries, kind === 'training');
    for (const entry of entries.filter(isTimed)) {
      const { name } = entry.contender;
      onProgress(`${workload}: ${name} warms up`, name);
      await guarded(entry, async (session) => {
        entry.steps = entry.rough >= stretch ? 1 : await warmUp(session, stretch);
      });
    }
    for (let round = 1; round <= rounds; round++) {
      for (const entry of shuffled(entries.filter(isTimed))) {
        if (round > LEAST_ROUNDS && entry.spent > limit) continue;
        onProgress(`${workload}: round ${round} of ${rounds}`, entry.contender.name);
        await guarded(entry, async (session) => {
          const taken = await time(() => session.run(entry.steps));
          entry.spent += taken;
          entry.times.push(taken / entry.steps);
        });
      }
      onResults(entries.map(summary));
    }
  } finally {
    for (const { session } of entries) session?.dispose();
  }
  return { workload, models, results: entries.map(summary) };
}

const isTimed = ({ measured }: Entry): boolean => measured.status === 'timed';

async function enter(problem: Problem, contender: Contender, options: MeasureOptions): Promise<Entry> {
  const { name } = contender;
  const entry: Entry = {
    contender,
    session: undefined,
    steps: LEAST_STEPS,
    rough: 0,
    spent: 0,
    times: [],
    measured: { contender: name, status: 'timed' },
  };
  const { checkSteps } = problem.workload;
  const tooLong = (step: number, basis: EstimateBasis, from: string): boolean => {
    const needed = step * (checkSteps + LEAST_ROUNDS);
    if (needed <= options.limit * (basis === 'smaller workload' ? DOUBT : 1)) return false;
    const most = basis === 'first step' ? 'up to ' : '';
    const reason = `would take ${most}${Math.ceil(needed / 1000)} s (${from})`;
    entry.measured = { ...entry.measured, status: 'not run', reason, estimate: step, basis };
    return true;
  };
  await guarded(entry, async () => {
    const expected = options.expect?.(name);
    if (expected && tooLong(expected.step, 'smaller workload', expected.from)) return;
    if (contender.foreign) await problem.parameters();
    const start = performance.now();
    const session = await contender.prepare(problem);
    entry.session = session;
    const prepared = performance.now();
    const firstLoss = await session.run(1);
    const [ready, firstStep] = [prepared - start, performance.now() - prepared];
    entry.measured = { ...entry.measured, ready, firstStep, firstLoss };
    if (
      firstStep > options.limit &&
      tooLong(firstStep, 'first step', 'the first step timed, with what it compiles')
    )
      return;
    const second = await shortest(session, options.limit / 20);
    // A short step that is read back at once says little of many.
    if (second.step > options.stretch && tooLong(second.step, 'step', 'one step timed')) return;
    let loss = Number.NaN;
    const rest = await time(async () => {
      loss = await session.run(checkSteps - 1 - second.steps);
    });
    entry.rough = Math.min(second.step, rest / (checkSteps - 1 - second.steps));
    entry.measured = { ...entry.measured, loss };
  });
  return entry;
}

/**
 * Milliseconds of a single step: the shorter of two where the first was long, for it may still have compiled or waited;
 * one of more than `enough` is not repeated.
 */
async function shortest(session: Session, enough: number): Promise<{ step: number; steps: number }> {
  const once = await time(() => session.run(1));
  if (once > enough || once < SHORT) return { step: once, steps: 1 };
  return { step: Math.min(once, await time(() => session.run(1))), steps: 2 };
}

/** Runs `action`; what it throws becomes the entry's outcome. */
async function guarded(entry: Entry, action: (session: Session) => Promise<void>): Promise<void> {
  try {
    await action(entry.session as Session);
  } catch (error) {
    const reason = (error as Error).message.slice(0, 300);
    entry.measured = { contender: entry.contender.name, status: 'failed', reason };
  }
}

/** By how much a loss may differ from `loss`; `firstLoss` is what training came down from, where it did. */
export const allowedDifference = (loss: number, firstLoss?: number): number =>
  Math.min(
    TOLERANCE * Math.abs(loss),
    firstLoss === undefined ? Number.POSITIVE_INFINITY : CHANGE_TOLERANCE * Math.abs(loss - firstLoss),
  );

/**
 * Holds every loss against that of the first contender that has one; those that draw their own rows need only be finite.
 * Predictions have no way that they come down.
 */
function checkLosses(entries: readonly Entry[], training: boolean): void {
  const candidates = entries.filter(isTimed);
  const reference = candidates.find(({ contender }) => !contender.ownRows);
  const ours = lossesOf(reference);
  const allowed = allowedDifference(ours.loss, training ? ours.firstLoss : undefined);
  for (const entry of candidates) {
    const { loss, firstLoss } = lossesOf(entry);
    const agrees = entry.contender.ownRows
      ? Number.isFinite(loss)
      : Math.abs(loss - ours.loss) <= allowed && Math.abs(firstLoss - ours.firstLoss) <= allowed;
    if (!agrees) entry.measured = { ...entry.measured, status: 'disagrees' };
  }
}

function lossesOf(entry: Entry | undefined): { firstLoss: number; loss: number } {
  const { firstLoss = Number.NaN, loss = Number.NaN } = entry?.measured ?? {};
  return { firstLoss, loss };
}

/** Runs until two stretches in a row are long enough (the first may be so by accident); returns their steps. */
export async function warmUp(session: Pick<Session, 'run'>, stretch: number): Promise<number> {
  let steps = LEAST_STEPS;
  for (let long = 0; ; ) {
    const taken = await time(() => session.run(steps));
    long = taken >= stretch ? long + 1 : 0;
    if (long === 2) return steps;
    if (long === 0) steps = Math.ceil(steps * Math.min(10, (1.2 * stretch) / Math.max(taken, 0.1)));
  }
}

export async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function summary({ measured, times, steps }: Entry): Measured {
  if (measured.status !== 'timed' || times.length === 0) return measured;
  return { ...measured, step: spreadOf(times), stretches: times.length, steps };
}
