/** The GPU is shared: who wants it queues up, and is served one at a time, in order. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Who has a turn or waits for one. */
  get waiting(): number {
    return this.#waiting;
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}
