/**
 * The race: contenders train the same problem one after the other, each for the same time. Each begins from the same weights.
 * What it takes to be ready, the first step included, is not on the clock. Who has not come to the common step when its time is
 * up goes on to it, if that does not take long.
 */

import type { Contender, Session } from '../../../../bench/contender.ts';
import type { Problem } from '../../../../bench/problem.ts';
import { type Lane, type Point, waitingLane } from './lane.ts';

/** Finds a contender by name, or rejects with why it does not run here. */
export type Find = (name: string) => Promise<Contender>;

export interface RaceOptions {
  /** Of each turn. */
  readonly seconds: number;
  /** About how many milliseconds lie between two looks at the loss. */
  readonly stretch: number;
  /** Milliseconds that the way to the common step may take when the time is up. */
  readonly patience: number;
  /** Least milliseconds between two calls of `onLane` for a lane that races. */
  readonly interval: number;
  onLane(lane: Lane): void;
}

/** Most times the steps of the stretch before: the first ones say little of the rest. */
const GROWTH = 8;

export async function race(
  problem: Problem,
  contenders: readonly string[],
  find: Find,
  options: RaceOptions,
): Promise<void> {
  // Drawn on our device, which a later turn may find lost.
  await problem.parameters();
  // One after the other: they must not share the device, and TensorFlow.js has one back end at a time.
  for (const name of contenders) await takeTurn(problem, name, find, options);
}

type Change = (part: Partial<Lane>) => void;

async function takeTurn(problem: Problem, name: string, find: Find, options: RaceOptions): Promise<void> {
  let lane = waitingLane(name);
  let told = 0;
  const change: Change = (part) => {
    const moved = part.phase !== undefined && part.phase !== lane.phase;
    lane = { ...lane, ...part };
    if (!moved && performance.now() - told < options.interval) return;
    told = performance.now();
    options.onLane(lane);
  };
  let session: Session | undefined;
  try {
    const start = performance.now();
    change({ phase: 'loading' });
    const contender = await find(name);
    await contender.start?.();
    change({ phase: 'preparing' });
    session = await contender.prepare(problem);
    const loss = await session.run(1);
    const readySeconds = (performance.now() - start) / 1000;
    change({ phase: 'racing', readySeconds, points: [{ seconds: 0, step: 1, loss }] });
    await drive(session, problem.workload.checkSteps, loss, options, change);
  } catch (error) {
    change({ phase: 'failed', reason: reasonOf(error) });
  } finally {
    session?.dispose();
  }
}

async function drive(
  session: Session,
  commonStep: number,
  firstLoss: number,
  { seconds, stretch, patience }: RaceOptions,
  change: Change,
): Promise<void> {
  const end = 1000 * seconds;
  const points: Point[] = [{ seconds: 0, step: 1, loss: firstLoss }];
  const begin = performance.now();
  let step = 1;
  let count = 1;
  /** Milliseconds per step of the last stretch. */
  let perStep = Number.POSITIVE_INFINITY;
  for (;;) {
    const from = performance.now() - begin;
    const timed = from < end;
    const left = commonStep - step;
    if (!timed && left <= 0) break;
    if (!timed) {
      const needed = left * perStep;
      if (needed > patience) {
        const reason = `loss not compared: step ${commonStep} would take about ${Math.ceil(needed / 1000)} s more`;
        return change({ phase: 'finished', reason });
      }
      change({ phase: 'catching up' });
    }
    const wanted = Math.floor((timed ? Math.min(stretch, end - from) : stretch) / perStep);
    count = Math.max(1, Math.min(wanted, GROWTH * count));
    // One stretch ends at the common step exactly.
    if (left > 0) count = Math.min(count, left);
    const loss = await session.run(count);
    const to = performance.now() - begin;
    perStep = Math.max(to - from, 0.001) / count;
    step += count;
    const point: Point = { seconds: to / 1000, step, loss };
    points.push(point);
    const inTime = to <= end ? count : Math.floor((count * Math.max(0, end - from)) / (to - from));
    change({
      points: [...points],
      ...(timed && { steps: step - 1 - count + inTime, seconds: Math.min(to, end) / 1000 }),
      ...(step === commonStep && { common: point }),
    });
  }
  change({ phase: 'finished' });
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 300) ?? '';
