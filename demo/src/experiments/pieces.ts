/** A training that is over in an instant on a graphics card goes in pieces that can be watched. */

/** Milliseconds after which other jobs that wait for the GPU get their turn. */
const NAP = 8;

/** Steps of the piece after step `step`: most changes in the first hundred, so that it is a tenth of all before it. */
export const pieceAfter = (step: number): number => Math.max(Math.ceil(step / 10), 1);

/** Lets a piece take at least so many milliseconds. */
export class Pieces {
  readonly #milliseconds: number;
  #began = Number.NEGATIVE_INFINITY;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Whether the next piece begins now; if not, a part of the time until then has passed. */
  async begin(): Promise<boolean> {
    const wait = this.#began + this.#milliseconds - performance.now();
    if (wait <= 0) this.#began = performance.now();
    else await nap(Math.min(wait, NAP));
    return wait <= 0;
  }
}

/** The step of several trainings: that of the foremost, but `until` is reached when all are there. */
export function commonStep(steps: readonly number[], until: number): number {
  const first = Math.max(...steps);
  return first === until && Math.min(...steps) < first ? first - 1 : first;
}

export const nap = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
