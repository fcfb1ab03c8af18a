/** The section's worker: started when it is first needed, and again if it could not be loaded. */

import type { FitReply, FitRequest } from '../../worker/fit/protocol.ts';

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

  ask(asked: Exclude<Asked, { type: 'stop' }>): void {
    this.#id += 1;
    this.#worker ??= this.#start();
    this.#worker.postMessage({ ...asked, id: this.#id });
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
    const worker = new Worker(new URL('../../worker/fit/main.ts', import.meta.url), { type: 'module' });
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
