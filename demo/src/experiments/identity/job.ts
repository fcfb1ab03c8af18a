/** Small networks with chosen activations learn y = x, side by side. */

import { type EnsembleState, findTask, type Gpu } from '../../../../src/index.ts';
import { describeError, type Job, type JobKind, type Turn } from '../job.ts';
import { commonStep, nap, Pieces, pieceAfter } from '../pieces.ts';
import { Networks } from './networks.ts';
import type { Curve } from './report.ts';

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

/** Asks the job to compile its kernels, since training is likely to be wanted soon. */
export type IdentityQuestion = 'compile';

/** Why they cannot be compiled, as far as that is known at once. */
export type IdentityAnswer = { readonly fault: string | undefined };

type Saved = readonly (EnsembleState | undefined)[];

export const kind: JobKind<IdentityOptions, IdentityReport, IdentityQuestion, IdentityAnswer> = {
  async open(gpu, { units, seeds, learningRate, width, depth }, saved) {
    const settings = { hidden: width, depth };
    const networks = await Promise.all(
      units.map((unit) => {
        const request = { operation: 'identity', unit, seeds, learningRate, settings };
        return Networks.draw(gpu, findTask('identity').cell(request).options);
      }),
    );
    const job = new IdentityJob(gpu, networks);
    if (saved) await job.recover(saved as Saved);
    return job;
  },
};

class IdentityJob implements Job<IdentityReport, IdentityQuestion, IdentityAnswer> {
  readonly #gpu: Gpu;
  readonly #networks: readonly Networks[];
  /** In the order of the networks; none until it is known that they are to be trained. */
  #compiling: readonly Promise<void>[] | undefined;
  #until = 0;
  readonly #pieces = new Pieces(60);

  constructor(gpu: Gpu, networks: readonly Networks[]) {
    this.#gpu = gpu;
    this.#networks = networks;
  }

  async recover(saved: Saved): Promise<void> {
    try {
      await Promise.all(this.#compile(saved));
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get step(): number {
    return commonStep(
      this.#networks.map(({ step }) => step),
      this.#until,
    );
  }

  get saved(): Saved | undefined {
    const saved = this.#networks.map(({ state }) => state);
    return saved.some((state) => state !== undefined) ? saved : undefined;
  }

  async advance({ until, milliseconds }: Turn) {
    this.#until = until;
    const compiling = this.#compile();
    const behind = this.#networks.filter(({ step }) => step < until);
    const ready = behind.filter(({ compiled }) => compiled);
    if (ready.length === 0) {
      const pending = compiling.filter((_, index) => !this.#networks[index]?.compiled);
      await Promise.race([...pending, nap(milliseconds)]);
    } else if (await this.#pieces.begin()) {
      for (const each of ready) {
        await each.train(Math.min(pieceAfter(each.step), until - each.step), milliseconds / ready.length);
      }
    }
    return this.#networks.every(({ diverged }) => diverged) ? 'diverged' : undefined;
  }

  async report(): Promise<IdentityReport> {
    const curves: Curve[] = [];
    for (const each of this.#networks) curves.push(await each.curve());
    return { curves, compiled: this.#networks.map(({ compiled }) => compiled) };
  }

  async answer(): Promise<IdentityAnswer> {
    try {
      // Networks that are too large for the device are found before they are compiled.
      await Promise.race([...this.#compile(), nap(0)]);
      return { fault: undefined };
    } catch (error) {
      return { fault: describeError(error).message };
    }
  }

  transfer({ curves }: IdentityReport): Transferable[] {
    return curves.flatMap(({ y, errors }) => [y.buffer, errors.buffer]);
  }

  dispose(): void {
    for (const each of this.#networks) each.dispose();
  }

  /**
   * Compiling takes seconds on some devices, and several kernels at once keep all else waiting there. So it goes kind by
   * kind, and what is ready trains meanwhile. The last come first: they are the simpler ones, and soon ready.
   */
  #compile(saved: Saved = []): readonly Promise<void>[] {
    let previous = Promise.resolve();
    this.#compiling ??= this.#networks
      .map((each, index) => ({ each, state: saved[index] }))
      .reverse()
      .map(({ each, state }) => {
        previous = previous.then(() => each.compile(this.#gpu, state));
        previous.catch(() => {}); // the error reaches whoever trains
        return previous;
      })
      .reverse();
    return this.#compiling;
  }
}
