/** Starts the worker of comparisons on one request, and hears it out. */

import type { BenchReply, BenchRequest, Outcome } from './protocol.ts';

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
