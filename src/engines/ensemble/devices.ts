/** The device that a run is on, and those that take the place of lost ones. */

import { NaluError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { renewGpu } from '../../gpu/renew.ts';

/** Gives a new device; `false`: there is to be none; undefined: one like the lost one. */
export type Recover = false | ((error: NaluError) => Promise<Gpu>) | undefined;

/** Devices that may be lost in one run before it gives up. */
const MOST = 3;

export class Devices {
  readonly #recover: Recover;
  #current: Gpu;
  /** Asked for here, and so freed here. */
  #own: Gpu | undefined;
  #recoveries = 0;

  constructor(gpu: Gpu, recover: Recover) {
    this.#current = gpu;
    this.#recover = recover;
  }

  get current(): Gpu {
    return this.#current;
  }

  /** How many were lost. */
  get recoveries(): number {
    return this.#recoveries;
  }

  /**
   * Gets another device where this one can no longer be used after `error`; throws it where there is to be none. Resolves with
   * the device to go on with.
   */
  async recoverFrom(error: NaluError): Promise<Gpu> {
    try {
      this.#current.check();
      return this.#current; // memory ran out; the device can still be used
    } catch (failure) {
      if (!(failure instanceof NaluError) || this.#current.disposed) throw error;
    }
    if (this.#recover === false || this.#recoveries === MOST) throw error;
    if (!this.#recover && !this.#current.renew) throw error;
    this.#recoveries += 1;
    const lost = this.#own;
    if (this.#recover) this.#current = await this.#recover(error);
    else {
      this.#own = await renewGpu(this.#current);
      this.#current = this.#own;
    }
    lost?.dispose();
    return this.#current;
  }

  /** Frees what was asked for here. */
  dispose(): void {
    this.#own?.dispose();
  }
}
