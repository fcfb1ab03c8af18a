/** Work under way, a few pieces at a time. No rejection goes unheard, whoever is waited for when it comes. */

export class InFlight<T = void> {
  readonly #most: number;
  readonly #pending: Promise<T>[] = [];

  /** At most `most` pieces at a time. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#pending.length;
  }

  get full(): boolean {
    return this.#pending.length >= this.#most;
  }

  add(work: Promise<T>): void {
    work.catch(() => {}); // it is awaited by `next`, or of no interest any more
    this.#pending.push(work);
  }

  /** What comes of the oldest piece. */
  next(): Promise<T> {
    return this.#pending.shift() as Promise<T>;
  }

  /** Waits until there is room for one more; rejects with what went wrong. */
  async room(): Promise<void> {
    while (this.full) await this.next();
  }

  /** Waits for everything; rejects with what went wrong first. */
  async finish(): Promise<void> {
    while (this.size > 0) await this.next();
  }

  /** Waits for everything, whatever comes of it. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#pending.splice(0));
  }
}
