/** Seconds that may be used: a signal that aborts when they are over, or when the user's does. */

export class Timer {
  readonly #budget: number;
  readonly #began = performance.now();
  readonly #controller = new AbortController();
  readonly #user: AbortSignal | undefined;
  readonly #timeout: ReturnType<typeof setTimeout>;
  readonly #abort = () => this.#controller.abort();

  constructor(budget: number, user: AbortSignal | undefined) {
    this.#budget = budget;
    this.#user = user;
    // setTimeout takes no more milliseconds than this.
    this.#timeout = setTimeout(this.#abort, Math.min(1000 * budget, 2 ** 31 - 1));
    if (user?.aborted) this.#abort();
    else user?.addEventListener('abort', this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** Seconds that are left; none once the signal has aborted. */
  get left(): number {
    return this.signal.aborted ? 0 : this.#budget - this.seconds;
  }

  /** Runs `work` with a signal that aborts already when `share` of all seconds is over. */
  async within<T>(share: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const part = new Timer(Math.max(0.001, share * this.#budget), this.signal);
    try {
      return await work(part.signal);
    } finally {
      part.dispose();
    }
  }

  dispose(): void {
    clearTimeout(this.#timeout);
    this.#user?.removeEventListener('abort', this.#abort);
  }
}
