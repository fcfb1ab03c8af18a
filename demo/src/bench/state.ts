/** The comparison as the page sees it: what is chosen, how far it is, what came out. */

import { signal } from '@preact/signals';
import type { Measured } from '../../../bench/measure.ts';
import { usualComparisons, usualLibraries } from './choices.ts';
import type { BenchReply, RunRequest } from './protocol.ts';

export interface Comparison {
  readonly workload: string;
  readonly models: number;
  readonly results: readonly Measured[];
}

export type Status =
  | { readonly kind: 'idle' | 'finished' | 'stopped' }
  | { readonly kind: 'running'; readonly text: string }
  | { readonly kind: 'unavailable' | 'failed'; readonly message: string };

export const chosenWorkloads = signal<readonly string[]>(usualComparisons);
export const chosenLibraries = signal<readonly string[]>(usualLibraries);
export const status = signal<Status>({ kind: 'idle' });
export const adapter = signal<{ readonly name: string; readonly software: boolean } | undefined>(undefined);
export const comparisonsDone = signal<readonly Comparison[]>([]);

let worker: Worker | undefined;

/** Begins anew, in a new worker. */
export function start(): void {
  stop();
  comparisonsDone.value = [];
  if (!('gpu' in navigator)) {
    status.value = { kind: 'unavailable', message: missingBecause() };
    return;
  }
  status.value = { kind: 'running', text: 'starts' };
  const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  worker = started;
  started.addEventListener('message', ({ data }: MessageEvent<BenchReply>) => {
    if (worker === started) receive(data);
  });
  started.addEventListener('error', (event) => {
    if (worker === started) end({ kind: 'failed', message: event.message || 'the worker did not start' });
  });
  const request: RunRequest = { workloads: chosenWorkloads.value, contenders: chosenLibraries.value };
  started.postMessage(request);
}

export function stop(): void {
  if (worker) end({ kind: 'stopped' });
}

function end(outcome: Status): void {
  worker?.terminate();
  worker = undefined;
  status.value = outcome;
}

function receive(reply: BenchReply): void {
  switch (reply.type) {
    case 'adapter':
      adapter.value = { name: reply.name, software: reply.software };
      break;
    case 'progress':
      status.value = { kind: 'running', text: reply.text };
      break;
    case 'results': {
      const { workload, models, results } = reply;
      const others = comparisonsDone.value.filter((each) => each.workload !== workload);
      comparisonsDone.value = [...others, { workload, models, results }];
      break;
    }
    case 'finished':
      end({ kind: 'finished' });
      break;
    default:
      end({ kind: reply.type, message: reply.message });
  }
}

const missingBecause = () =>
  globalThis.isSecureContext
    ? 'navigator.gpu is missing: this browser has no WebGPU'
    : 'this page did not come over https or from localhost, and browsers offer WebGPU to no other';

/** With `name` if it was not in the list, without if it was; in the order of `all`. */
export function toggled(list: readonly string[], name: string, all: readonly string[]): string[] {
  return all.filter((each) => (each === name ? !list.includes(each) : list.includes(each)));
}
