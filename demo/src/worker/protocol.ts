/**
 * What the page and its worker say to each other. GPU objects cannot leave the worker, so that only plain data travels.
 * A job is one training; its number is the page's. `run` counts how often it was opened: replies that belong to an
 * earlier run are out of date and ignored.
 */

import type { StopReason } from '../experiments/job.ts';
import type { JobName } from '../experiments/jobs.ts';

interface Address {
  readonly job: number;
  readonly run: number;
}

export type Request =
  /** Begin a fresh run at step 0. What `options` are is the job's affair. */
  | (Address & { readonly type: 'open'; readonly kind: JobName; readonly options: unknown })
  /** Train up to step `until`, with a report about every `interval` ms. */
  | (Address & { readonly type: 'train'; readonly until: number; readonly interval: number })
  | (Address & { readonly type: 'pause' })
  /** The run is no longer needed: free what it holds. */
  | (Address & { readonly type: 'close' })
  | (Address & { readonly type: 'ask'; readonly ticket: number; readonly question: unknown })
  /** The last report is on the screen: the next may come. */
  | (Address & { readonly type: 'shown' });

export type Reply =
  /** `recovered`: in place of a device that was lost; what was open is opened again. */
  | { readonly type: 'ready'; readonly adapter: AdapterNotice; readonly recovered: boolean }
  /** There is nothing to train on. `code` is that of the library's error, here and below. */
  | { readonly type: 'unavailable'; readonly code: string; readonly message: string }
  /** The device is gone. `recovering`: another one is being asked for. */
  | { readonly type: 'lost'; readonly message: string; readonly recovering: boolean }
  | JobReply;

export type JobReply = Address &
  /** It takes a while, because of this. */
  (
    | { readonly type: 'opening'; readonly doing: string }
    | { readonly type: 'opened'; readonly step: number; readonly recovered: boolean }
    | { readonly type: 'report'; readonly step: number; readonly seconds: number; readonly report: unknown }
    | { readonly type: 'stopped'; readonly reason: StopReason }
    | { readonly type: 'answer'; readonly ticket: number; readonly answer: unknown }
    /** With a ticket, it was a question that failed; else the run. */
    | { readonly type: 'failed'; readonly code: string; readonly message: string; readonly ticket?: number }
  );

export interface AdapterNotice {
  readonly name: string;
  readonly software: boolean;
}
