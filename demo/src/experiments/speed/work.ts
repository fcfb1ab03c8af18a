/** The worker of comparisons: what a page and it say to each other, and how it is started on one request and heard out. */

import type { Measured } from '../../../../bench/measure.ts';
import type { Lane } from './race.ts';

export interface CompareRequest {
  readonly type: 'compare';
  /** Names of workloads and of contenders. */
  readonly workloads: readonly string[];
  readonly contenders: readonly string[];
}

export interface RaceRequest {
  readonly type: 'race';
  readonly workload: string;
  /** In the order of their turns. */
  readonly contenders: readonly string[];
  /** Of each turn. */
  readonly seconds: number;
  /** Least milliseconds between two looks at a lane under way. */
  readonly interval: number;
}

export type BenchRequest = CompareRequest | RaceRequest;

export type BenchReply =
  | ({ readonly type: 'adapter' } & Adapter)
  | { readonly type: 'progress'; readonly text: string }
  | {
      readonly type: 'results';
      readonly workload: string;
      readonly models: number;
      readonly results: readonly Measured[];
    }
  | { readonly type: 'lane'; readonly lane: Lane }
  | { readonly type: 'end'; readonly outcome: Outcome };

/** Of one workload: what each library came to. */
export interface Comparison {
  readonly workload: string;
  readonly models: number;
  readonly results: readonly Measured[];
}

export interface Adapter {
  readonly name: string;
  readonly software: boolean;
}

export type Outcome =
  | { readonly kind: 'finished' | 'stopped' }
  /** `unavailable`: there is no WebGPU to measure on. */
  | { readonly kind: 'unavailable' | 'failed'; readonly message: string };

export interface Work {
  /** At once, whatever a library is doing. */
  stop(): void;
}

export type News = Exclude<BenchReply, { type: 'end' }>;

/** `onEnd` is told once; nothing comes after it. */
export function startWork(
  request: BenchRequest,
  onNews: (news: News) => void,
  onEnd: (outcome: Outcome) => void,
): Work {
  if (!('gpu' in navigator)) {
    onEnd({ kind: 'unavailable', message: missingBecause() });
    return { stop() {} };
  }
  let worker: Worker | undefined = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const end = (outcome: Outcome) => {
    if (!worker) return;
    worker.terminate();
    worker = undefined;
    onEnd(outcome);
  };
  worker.addEventListener('message', ({ data }: MessageEvent<BenchReply>) => {
    if (data.type === 'end') end(data.outcome);
    else if (worker) onNews(data);
  });
  worker.addEventListener('error', (event) => {
    event.preventDefault();
    end({ kind: 'failed', message: event.message || 'the worker did not start' });
  });
  worker.postMessage(request);
  return { stop: () => end({ kind: 'stopped' }) };
}

const missingBecause = () =>
  globalThis.isSecureContext
    ? 'navigator.gpu is missing: this browser has no WebGPU'
    : 'this page did not come over https or from localhost, and browsers offer WebGPU to no other';
