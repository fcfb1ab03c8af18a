/** Seconds that go by, for the eye: a few times each, or once where less motion is wanted. */

import { type ReadonlySignal, signal } from '@preact/signals';

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
}
