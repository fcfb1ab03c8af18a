/** Seconds that may be used: a signal that aborts when they are over, or when the user's does. */

export class Timer {
  readonly #budget: number;
  readonly #controller = new AbortController();
  readonly #user: AbortSignal | undefined;
  readonly #abort = () => this.#controller.abort();
  #began = performance.now();
  #timeout: ReturnType<typeof setTimeout> | undefined;

  constructor(budget: number, user: AbortSignal | undefined) {
    this.#budget = budget;
    this.#user = user;
    if (user?.aborted) this.#abort();
    else user?.addEventListener('abort', this.#abort);
  }

  /** Counts the seconds from now on; before, only the user's signal ends anything. */
  begin(): void {
    this.#began = performance.now();
    // setTimeout takes no more milliseconds than this.
    this.#timeout = setTimeout(this.#abort, Math.min(1000 * this.#budget, 2 ** 31 - 1));
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

  dispose(): void {
    clearTimeout(this.#timeout);
    this.#user?.removeEventListener('abort', this.#abort);
  }
}
