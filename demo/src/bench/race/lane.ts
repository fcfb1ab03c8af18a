/** A contender's turn in a race as far as it has come, and whether two of them come to the same loss. */

import { allowedDifference } from '../../../../bench/measure.ts';

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
