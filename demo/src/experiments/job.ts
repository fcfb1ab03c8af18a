/** What a kind of job is: how it is opened on a device, trained in turns, reported on and asked; and how errors are described. */

import { type Gpu, NaluError } from '../../../src/index.ts';

/** Milliseconds before each attempt to get another device in place of one that was lost: a driver may need time to come back. */
export const ATTEMPTS = [0, 500, 2000];

export function describeError(error: unknown): { code: string; message: string } {
  const code = error instanceof NaluError ? error.code : 'other';
  return { code, message: error instanceof Error ? error.message : String(error) };
}

/** Jobs that somebody waits for. What is done ahead of being asked for lets them go first. */
export const wanted = new Set<object>();

/** All four are plain data that `postMessage` can carry. */
export interface JobKind<Options, Report, Question = never, Answer = never> {
  /**
   * A fresh job at step 0, or one that goes on from `saved`, what an earlier one with the same options last said of
   * itself. Errors of the library travel to the page with their code and message. `tell` says what takes a while.
   */
  open(
    gpu: Gpu,
    options: Options,
    saved?: unknown,
    tell?: (doing: string) => void,
  ): Promise<Job<Report, Question, Answer>>;
}

export interface Job<Report, Question = never, Answer = never> {
  /** Steps done. */
  readonly step: number;
  /** From what `open` can go on after the device was lost; without it a job begins again from step 0. */
  readonly saved?: unknown;
  /** Trains on for one turn. Says when there is no more to do, before step `until`, and why. */
  advance(turn: Turn): Promise<StopReason | undefined>;
  /** What there is to tell since the last report. */
  report(): Promise<Report>;
  /** Buffers of a report that may move to the page instead of being copied. */
  transfer?(report: Report): Transferable[];
  /** Answers a question, between two turns. */
  answer?(question: Question): Promise<Answer>;
  dispose(): void;
}

export interface Turn {
  /** Never train beyond this step. */
  readonly until: number;
  /** About how long a turn is. Jobs take turns, and a pause is heard at the end of one. */
  readonly milliseconds: number;
  /** Fires when the turn's result is no longer wanted; turns that end in time may ignore it. */
  readonly signal: AbortSignal;
}

/** `done`: at the step that was asked for, or at an end of its own. */
export type StopReason = 'done' | 'diverged';
