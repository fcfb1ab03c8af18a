/** Long work on the CPU that lets others have a turn, so that a page stays alive and an interruption is heard. */

/** Milliseconds between turns of the event loop. */
const INTERVAL = 40;

/** Whoever does long work calls `turn` between pieces of it that take far less than `INTERVAL`. */
export interface Pauses {
  /** Whether it is time to await `turn()`. Cheap enough to be asked for every row. */
  readonly due: boolean;
  /** Gives way to the event loop if that is due. Rejects with the signal's reason once it was aborted. */
  turn(): Promise<void>;
}

/** Calls of `due` for one look at the clock. */
const CALLS = 64;

export function createPauses(signal?: AbortSignal): Pauses {
  let last = performance.now();
  let calls = 0;
  return {
    get due() {
      calls = (calls + 1) % CALLS;
      return calls === 0 && performance.now() - last > INTERVAL;
    },
    async turn() {
      signal?.throwIfAborted();
      if (performance.now() - last <= INTERVAL) return;
      await new Promise((resolve) => setTimeout(resolve, 0));
      last = performance.now();
      signal?.throwIfAborted();
    },
  };
}
