/**
 * One workload, all its contenders. Each is made ready and takes its first step, which is timed apart. Then all train
 * the same number of steps and must come to the same loss; who does not is not timed. Then each warms up, and rounds of
 * one stretch per contender follow, each round in another random order.
 */

import type { Contender, Session } from './contender.ts';
import type { Problem } from './problem.ts';
import { type Spread, shuffled, spreadOf } from './statistics.ts';

export interface MeasureOptions {
  readonly rounds: number;
  /** Least length of a stretch, in milliseconds. */
  readonly stretch: number;
  /** Tells what is being done. */
  onProgress?: (text: string) => void;
}

/** Fewest steps of a stretch. */
export const LEAST_STEPS = 3;
/** Largest difference of the losses, relative to our loss; and relative to how far ours has come from the first step. */
export const TOLERANCE = 1e-3;
export const CHANGE_TOLERANCE = 1e-2;

export interface Measured {
  readonly contender: string;
  /** `timed`, or why it is not. */
  readonly status: 'timed' | 'disagrees' | 'failed';
  /** What failed. */
  readonly reason?: string;
  /** From its data in memory to the first loss: compiling, uploading, one step. Milliseconds. */
  readonly firstStep?: number;
  /** Loss of the first step and of the last common one. */
  readonly firstLoss?: number;
  readonly loss?: number;
  /** Milliseconds per step. */
  readonly step?: Spread;
  /** Stretches, and steps in each. */
  readonly stretches?: number;
  readonly steps?: number;
}

export interface WorkloadResult {
  readonly workload: string;
  readonly models: number;
  readonly results: readonly Measured[];
}

interface Entry {
  readonly contender: Contender;
  session: Session | undefined;
  steps: number;
  readonly times: number[];
  measured: Measured;
}

export async function measureWorkload(
  problem: Problem,
  contenders: readonly Contender[],
  { rounds, stretch, onProgress = () => {} }: MeasureOptions,
): Promise<WorkloadResult> {
  const { name: workload, models } = problem.workload;
  const entries: Entry[] = [];
  try {
    for (const contender of contenders) {
      onProgress(`${workload}: ${contender.name} gets ready`);
      entries.push(await enter(problem, contender));
    }
    checkLosses(entries);
    for (const entry of entries.filter(isTimed)) {
      onProgress(`${workload}: ${entry.contender.name} warms up`);
      await guarded(entry, async (session) => {
        entry.steps = await warmUp(session, stretch);
      });
    }
    for (let round = 1; round <= rounds; round++) {
      onProgress(`${workload}: round ${round} of ${rounds}`);
      for (const entry of shuffled(entries.filter(isTimed))) {
        await guarded(entry, async (session) => {
          entry.times.push((await time(() => session.train(entry.steps))) / entry.steps);
        });
      }
    }
  } finally {
    for (const { session } of entries) session?.dispose();
  }
  return { workload, models, results: entries.map(summary) };
}

const isTimed = ({ measured }: Entry): boolean => measured.status === 'timed';

async function enter(problem: Problem, contender: Contender): Promise<Entry> {
  const entry: Entry = {
    contender,
    session: undefined,
    steps: LEAST_STEPS,
    times: [],
    measured: { contender: contender.name, status: 'timed' },
  };
  await guarded(entry, async () => {
    if (contender.foreign) await problem.parameters();
    const start = performance.now();
    const session = await contender.prepare(problem);
    entry.session = session;
    const firstLoss = await session.train(1);
    const firstStep = performance.now() - start;
    const loss = await session.train(problem.workload.checkSteps - 1);
    entry.measured = { ...entry.measured, firstStep, firstLoss, loss };
  });
  return entry;
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

/** Holds every loss against the first contender's; those that draw their own rows need only be finite. */
function checkLosses(entries: readonly Entry[]): void {
  const ours = lossesOf(entries[0]);
  const allowed = Math.min(
    TOLERANCE * Math.abs(ours.loss),
    CHANGE_TOLERANCE * Math.abs(ours.loss - ours.firstLoss),
  );
  for (const entry of entries.filter(isTimed)) {
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

/** Trains until two stretches in a row are long enough (the first may be so by accident); returns their steps. */
export async function warmUp(session: Pick<Session, 'train'>, stretch: number): Promise<number> {
  let steps = LEAST_STEPS;
  for (let long = 0; ; ) {
    const taken = await time(() => session.train(steps));
    long = taken >= stretch ? long + 1 : 0;
    if (long === 2) return steps;
    if (long === 0) steps = Math.ceil(steps * Math.min(10, (1.2 * stretch) / Math.max(taken, 0.1)));
  }
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

function summary({ measured, times, steps }: Entry): Measured {
  if (measured.status !== 'timed' || times.length === 0) return measured;
  return { ...measured, step: spreadOf(times), stretches: times.length, steps };
}
