/** The worker as the page sees it: what state it is in, and a way to talk to it. A lost one is replaced by a new one. */

import { signal } from '@preact/signals';
import type { AdapterNotice, Reply, Request } from '../protocol.ts';

export type EngineState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly adapter: AdapterNotice }
  | { readonly kind: 'unavailable'; readonly cause: UnavailableCause; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string };

export type UnavailableCause = 'insecure' | 'no-webgpu' | 'no-webgpu-in-workers' | 'no-adapter' | 'other';

/** A reply that belongs to one run. */
export type RunReply = Extract<Reply, { readonly run: number }>;

export const engine = signal<EngineState>({ kind: 'starting' });

let worker: Worker | undefined;
const listeners = new Set<(reply: RunReply) => void>();

export function onReply(listener: (reply: RunReply) => void): void {
  listeners.add(listener);
}

export function send(request: Request): void {
  worker?.postMessage(request);
}

/** Starts the worker, or a new one in place of one that is lost. */
export function startEngine(): void {
  worker?.terminate();
  worker = undefined;
  const cause = missing();
  if (cause) {
    engine.value = { kind: 'unavailable', cause, message: '' };
    return;
  }
  engine.value = { kind: 'starting' };
  const started = new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module' });
  worker = started;
  started.addEventListener('message', ({ data }: MessageEvent<Reply>) => {
    if (worker === started) receive(data);
  });
  started.addEventListener('error', (event) => {
    event.preventDefault();
    const message = event.message || 'the worker could not be loaded';
    if (worker === started) engine.value = { kind: 'unavailable', cause: 'other', message };
  });
}

function missing(): UnavailableCause | undefined {
  if (!globalThis.isSecureContext) return 'insecure';
  return (navigator as { gpu?: GPU }).gpu ? undefined : 'no-webgpu';
}

function receive(reply: Reply): void {
  switch (reply.type) {
    case 'ready':
      engine.value = { kind: 'ready', adapter: reply.adapter };
      break;
    case 'unavailable':
      engine.value = { kind: 'unavailable', cause: causeOf(reply.code), message: reply.message };
      break;
    case 'lost':
      engine.value = { kind: 'lost', message: reply.message };
      break;
    default:
      for (const listener of listeners) listener(reply);
  }
}

/** The page has WebGPU, or the worker would not run; so it is the worker that has none. */
function causeOf(code: string): UnavailableCause {
  if (code === 'no-webgpu') return 'no-webgpu-in-workers';
  return code === 'no-adapter' ? code : 'other';
}
