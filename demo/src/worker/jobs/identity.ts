/** Small networks with chosen activations learn y = x, side by side. */

import { type EnsembleState, findTask } from '../../../../src/index.ts';
import type { Curve } from './identity-curves.ts';
import { Networks } from './identity-networks.ts';
import type { Job, JobKind, Turn } from './job.ts';

export interface IdentityOptions {
  /** Of the hidden layers: one kind of network each. */
  readonly units: readonly string[];
  /** Of the networks of every kind. */
  readonly seeds: readonly number[];
  readonly learningRate: number;
  /** Of each hidden layer, and how many of those there are. */
  readonly width: number;
  readonly depth: number;
}

export interface IdentityReport {
  /** One per unit. */
  readonly curves: readonly Curve[];
  /** Whether each can be trained already. */
  readonly compiled: readonly boolean[];
}

type Saved = readonly (EnsembleState | undefined)[];

/**
 * Curves move most in the first hundred steps, which are over in an instant. So that they can be watched, a piece is a tenth
 * of all steps before it, and takes at least so many milliseconds.
 */
const PIECE = { growth: 0.1, milliseconds: 60 };
/** Milliseconds after which others who wait for the GPU get their turn. */
const NAP = 8;

export const kind: JobKind<IdentityOptions, IdentityReport> = {
  async open(gpu, { units, seeds, learningRate, width, depth }, saved) {
    const networks: Networks[] = [];
    try {
      for (const unit of units) {
        const settings = { hidden: width, depth };
        const { options } = findTask('identity').cell({
          ...{ operation: 'identity', unit, seeds, learningRate, settings },
        });
        networks.push(await Networks.draw(gpu, options));
      }
      // Compiling takes seconds on some devices, and several kernels at once keep all else waiting there. So it goes kind
      // by kind, and what is ready trains meanwhile. The last come first: they are the simpler ones, and soon ready.
      let previous = Promise.resolve();
      const compiling = [...networks.entries()].reverse().map(([index, each]) => {
        previous = previous.then(() => each.compile(gpu, (saved as Saved | undefined)?.[index]));
        previous.catch(() => {}); // the job waits for it, too
        return previous;
      });
      if (saved) await previous;
      // Networks that are too large for the device are told before they are compiled.
      else await Promise.race([...compiling, new Promise((resolve) => setTimeout(resolve))]);
      return new IdentityJob(networks, compiling);
    } catch (error) {
      for (const each of networks) each.dispose();
      throw error;
    }
  },
};

class IdentityJob implements Job<IdentityReport> {
  readonly #networks: readonly Networks[];
  readonly #compiling: readonly Promise<void>[];
  #until = 0;
  #pieceBegan = Number.NEGATIVE_INFINITY;

  constructor(networks: readonly Networks[], compiling: readonly Promise<void>[]) {
    this.#networks = networks;
    this.#compiling = compiling;
  }

  /** That of the foremost; but the step that was asked for is reached when all are there. */
  get step(): number {
    const steps = this.#networks.map(({ step }) => step);
    const first = Math.max(...steps);
    return first === this.#until && Math.min(...steps) < first ? first - 1 : first;
  }

  get saved(): Saved | undefined {
    const saved = this.#networks.map(({ state }) => state);
    return saved.some((state) => state !== undefined) ? saved : undefined;
  }

  async advance({ until, milliseconds }: Turn) {
    this.#until = until;
    const behind = this.#networks.filter(({ step }) => step < until);
    const ready = behind.filter(({ compiled }) => compiled);
    const wait = this.#pieceBegan + PIECE.milliseconds - performance.now();
    if (ready.length === 0) await this.#compiled(milliseconds);
    else if (wait > 0) await nap(Math.min(wait, NAP));
    else {
      this.#pieceBegan = performance.now();
      for (const each of ready) {
        const piece = Math.max(Math.ceil(PIECE.growth * each.step), 1);
        await each.train(Math.min(piece, until - each.step), milliseconds / ready.length);
      }
    }
    return this.#networks.every(({ diverged }) => diverged) ? 'diverged' : undefined;
  }

  async report(): Promise<IdentityReport> {
    const curves: Curve[] = [];
    for (const each of this.#networks) curves.push(await each.curve());
    return { curves, compiled: this.#networks.map(({ compiled }) => compiled) };
  }

  transfer({ curves }: IdentityReport): Transferable[] {
    return curves.flatMap(({ y, errors }) => [y.buffer, errors.buffer]);
  }

  dispose(): void {
    for (const each of this.#networks) each.dispose();
  }

  /** Waits for the next kernel, but no longer than so many milliseconds. Throws what went wrong with any of them. */
  async #compiled(milliseconds: number): Promise<void> {
    const pending = this.#compiling.filter((_, index) => !this.#networks.at(-1 - index)?.compiled);
    await Promise.race([...pending, nap(milliseconds)]);
  }
}

const nap = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
