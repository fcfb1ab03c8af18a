/** The worker as the page sees it: what state it is in, and a way to talk to it. */

import { batch, signal } from '@preact/signals';
import type { AdapterNotice, JobReply, Reply, Request } from '../worker/protocol.ts';

export type EngineState =
  | { readonly kind: 'starting' }
  /** `recovered`: on another device than before, and jobs go on by themselves. */
  | { readonly kind: 'ready'; readonly adapter: AdapterNotice; readonly recovered: boolean }
  | { readonly kind: 'unavailable'; readonly cause: UnavailableCause; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string; readonly recovering: boolean };

export type UnavailableCause = 'insecure' | 'no-webgpu' | 'no-webgpu-in-workers' | 'no-adapter' | 'other';

export const engine = signal<EngineState>({ kind: 'starting' });

let worker: Worker | undefined;
/** Plays recorded runs where there is nothing to train on. */
let player: Promise<{ handle(request: Request): void }> | undefined;
const listeners = new Map<number, (reply: JobReply) => void>();
let jobs = 0;

/** A number for a job, under which `listener` hears its replies: a few times a second, before a frame is drawn. */
export function enlist(listener: (reply: JobReply) => void): number {
  jobs += 1;
  listeners.set(jobs, listener);
  return jobs;
}

export function delist(job: number): void {
  listeners.delete(job);
}

export function send(request: Request): void {
  if (player) void player.then((recorded) => recorded.handle(request));
  else worker?.postMessage(request);
}

/** Starts the worker, or a new one in place of one that is lost. */
export function startEngine(): void {
  worker?.terminate();
  worker = undefined;
  player = undefined;
  waiting = [];
  const cause = missing();
  if (cause) {
    giveUp(cause, '');
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
    if (worker === started) giveUp('other', message);
  });
}

/** Recorded runs are what is left. */
function giveUp(cause: UnavailableCause, message: string): void {
  player = import('../recordings/player.ts').then(({ Player }) => new Player(take));
  engine.value = { kind: 'unavailable', cause, message };
}

function missing(): UnavailableCause | undefined {
  if (!globalThis.isSecureContext) return 'insecure';
  return (navigator as { gpu?: GPU }).gpu ? undefined : 'no-webgpu';
}

function receive(reply: Reply): void {
  switch (reply.type) {
    case 'ready':
      engine.value = { kind: 'ready', adapter: reply.adapter, recovered: reply.recovered };
      break;
    case 'unavailable':
      giveUp(causeOf(reply.code), reply.message);
      break;
    case 'lost':
      engine.value = { kind: 'lost', message: reply.message, recovering: reply.recovering };
      break;
    default:
      take(reply);
  }
}

function take(reply: JobReply): void {
  if (waiting.length === 0) beforeFrame(deliver);
  waiting.push(reply);
}

/** Replies that came since the last frame. */
let waiting: JobReply[] = [];

function deliver(): void {
  const replies = waiting;
  waiting = [];
  batch(() => {
    for (const reply of replies) listeners.get(reply.job)?.(reply);
  });
  for (const { type, job, run } of replies) if (type === 'report') send({ type: 'shown', job, run });
}

/** Hidden pages draw no frames, but their numbers go on. */
function beforeFrame(callback: () => void): void {
  let done = false;
  const once = () => {
    if (!done) callback();
    done = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, 100);
}

/** The page has WebGPU, or the worker would not run; so it is the worker that has none. */
function causeOf(code: string): UnavailableCause {
  if (code === 'no-webgpu') return 'no-webgpu-in-workers';
  return code === 'no-adapter' ? code : 'other';
}
