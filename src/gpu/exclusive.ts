/** What only one may do at a time. */

import { BusyError } from '../errors.ts';

export class Exclusive {
  readonly #what: string;
  #taken = false;

  /** `what` begins the message of who comes second: 'this model is already being trained'. */
  constructor(what: string) {
    this.#what = what;
  }

  get taken(): boolean {
    return this.#taken;
  }

  /** Throws BusyError while something is under way. */
  check(): void {
    if (this.#taken) throw new BusyError(`${this.#what}; wait for it or abort it first`);
  }

  /** Runs `action` alone; throws BusyError, at once, while another is under way. */
  async run<T>(action: () => Promise<T>): Promise<T> {
    this.check();
    this.#taken = true;
    try {
      return await action();
    } finally {
      this.#taken = false;
    }
  }
}
