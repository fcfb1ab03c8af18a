/**
 * The race: contenders train the same problem one after the other, each for the same time. Each begins from the same weights.
 * What it takes to be ready, the first step included, is not on the clock. Who has not come to the common step when its time is
 * up goes on to it, if that does not take long.
 */

import type { Contender, Session } from '../../../../bench/contender.ts';
import { allowedDifference } from '../../../../bench/measure.ts';
import type { Problem } from '../../../../bench/problem.ts';

export type Phase =
  | 'waiting'
  /** Its library is fetched and started. */
  | 'loading'
  /** Data and weights are handed over, and the first step is done, which compiles. */
  | 'preparing'
  | 'racing'
  /** The time is up; it goes on to the common step. */
  | 'catching up'
  | 'finished'
  | 'failed'
  | 'stopped';

export interface Point {
  /** On the clock. */
  readonly seconds: number;
  /** Of training, from 1. */
  readonly step: number;
  /** Of that step. */
  readonly loss: number;
}

export interface Lane {
  readonly contender: string;
  readonly phase: Phase;
  /** Why it failed, or why it did not come to the common step. */
  readonly reason?: string;
  /** From the first request until the clock began to run: what loading, compiling and the first step took. */
  readonly readySeconds?: number;
  /** On the clock; never more than a turn has. */
  readonly seconds: number;
  /** Done on the clock: without the first. */
  readonly steps: number;
  /** What was seen on the way, the first step included. */
  readonly points: readonly Point[];
  /** The step after which the losses of all are compared; its time may be after the turn's end. */
  readonly common?: Point;
}

export const waitingLane = (contender: string): Lane => ({
  contender,
  phase: 'waiting',
  seconds: 0,
  steps: 0,
  points: [],
});

export const isOver = ({ phase }: Lane): boolean => ['finished', 'failed', 'stopped'].includes(phase);

/** Steps per second up to what was seen last, after the time was up included; undefined before the clock has run. */
export function rateOf({ points }: Lane): number | undefined {
  const last = points.at(-1);
  return last && last.seconds > 0 ? (last.step - 1) / last.seconds : undefined;
}

/** Whose loss is the measure: the first that came to the common step. */
export const referenceOf = (lanes: readonly Lane[]): Lane | undefined => lanes.find(({ common }) => common);

/**
 * Whether a lane has the loss of another after the same step: as nearly as the benchmark asks, relative to the loss and to how
 * far it has come down. Undefined where one of them has none.
 */
export function agrees(lane: Lane, reference: Lane | undefined): boolean | undefined {
  const [first, last] = [reference?.points[0]?.loss, reference?.common?.loss];
  if (first === undefined || last === undefined || !lane.common) return undefined;
  return Math.abs(lane.common.loss - last) <= allowedDifference(last, first);
}

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
  let reported = 0;
  const change: Change = (part) => {
    const moved = part.phase !== undefined && part.phase !== lane.phase;
    lane = { ...lane, ...part };
    if (!moved && performance.now() - reported < options.interval) return;
    reported = performance.now();
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
    const fitting = Math.floor((timed ? Math.min(stretch, end - from) : stretch) / perStep);
    count = Math.max(1, Math.min(fitting, GROWTH * count));
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
