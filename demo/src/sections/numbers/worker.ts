/** The section's worker: started when it is first needed, and again if it could not be loaded; and the clock of a search. */

import { type ReadonlySignal, signal } from '@preact/signals';
import type { FitReply, FitRequest } from '../../experiments/fit/plan.ts';

export class Stopwatch {
  readonly #seconds = signal(0);
  #ticking: ReturnType<typeof setInterval> | undefined;

  get seconds(): ReadonlySignal<number> {
    return this.#seconds;
  }

  /** From 0, and no further than `most`. */
  start(most: number, interval: number): void {
    this.stop();
    const began = performance.now();
    this.#seconds.value = 0;
    this.#ticking = setInterval(() => {
      this.#seconds.value = Math.min((performance.now() - began) / 1000, most);
    }, interval);
  }

  stop(): void {
    clearInterval(this.#ticking);
  }

  /** Back to 0. */
  reset(): void {
    this.stop();
    this.#seconds.value = 0;
  }
}

/** Who asks leaves the number to the worker. */
type Asked = FitRequest extends infer Each ? (Each extends FitRequest ? Omit<Each, 'id'> : never) : never;

export class FitWorker {
  readonly #onReply: (reply: FitReply) => void;
  #worker: Worker | undefined;
  #id = 0;

  /** Replies to an earlier request are left out. */
  constructor(onReply: (reply: FitReply) => void) {
    this.#onReply = onReply;
  }

  ask(asked: Exclude<Asked, { type: 'stop' | 'predict' }>): void {
    this.#id += 1;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...asked, id: this.#id });
  }

  /** Asks about the last search, whose outcome stays. */
  predict(row: readonly number[]): void {
    this.#worker?.postMessage({ type: 'predict', row, id: this.#id });
  }

  /** Ends the search under way: its outcome still comes. */
  stop(): void {
    this.#worker?.postMessage({ type: 'stop', id: this.#id });
  }

  /** The same, but nothing more is heard of it. */
  cancel(): void {
    this.#id += 1;
    this.stop();
  }

  #start(): Worker {
    const worker = new Worker(new URL('../../experiments/fit/worker.ts', import.meta.url), {
      type: 'module',
    });
    worker.addEventListener('message', ({ data }: MessageEvent<FitReply>) => {
      if (data.id === this.#id) this.#onReply(data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      worker.terminate();
      this.#worker = undefined;
      const message = event.message || 'the worker could not be loaded';
      this.#onReply({ id: this.#id, type: 'failed', fault: { code: 'other', message } });
    });
    return worker;
  }
}
