/** Small networks with chosen activations learn y = x, each kind as an ensemble of its own. */

import {
  type Cell,
  createEnsemble,
  type Ensemble,
  type EnsembleState,
  findTask,
  type Gpu,
} from '../../../../src/index.ts';
import { type Curve, curveOf } from './identity-curves.ts';
import type { Job, JobKind, Turn } from './job.ts';

export interface IdentityOptions {
  /** Of the hidden layers: one kind of network each. */
  readonly units: readonly string[];
  /** Of the models of every kind. */
  readonly seeds: readonly number[];
  readonly learningRate: number;
  /** Of each hidden layer, and how many of those there are. */
  readonly width: number;
  readonly depth: number;
}

export interface IdentityReport {
  /** One per unit; undefined while its kernel is being compiled. */
  readonly curves: readonly (Curve | undefined)[];
}

/** Asks how things stand without training on. */
export type IdentityQuestion = 'report';

type Saved = readonly (EnsembleState | undefined)[];

/**
 * A curve moves most in the first hundred steps, which are over in an instant: so that they can be watched, each piece is a
 * tenth longer than all before it, and takes as many milliseconds as this at the least.
 */
const PIECE = { growth: 0.1, milliseconds: 60 };
/** Milliseconds after which those who wait for the GPU get their turn. */
const NAP = 8;

export const kind: JobKind<IdentityOptions, IdentityReport, IdentityQuestion, IdentityReport> = {
  async open(gpu, options, saved) {
    const networks = options.units.map((unit, index) => {
      const cell = findTask('identity').cell({
        ...{ operation: 'identity', unit, seeds: options.seeds, learningRate: options.learningRate },
        settings: { hidden: options.width, depth: options.depth },
      });
      return new Networks(gpu, cell, (saved as Saved | undefined)?.[index]);
    });
    try {
      // Compiling takes seconds on some devices: what is ready first need not wait for the others.
      const opening = networks.map(({ opened }) => opened);
      await (saved ? Promise.all(opening) : Promise.race(opening));
      return new IdentityJob(networks);
    } catch (error) {
      for (const each of networks) each.dispose();
      throw error;
    }
  },
};

class IdentityJob implements Job<IdentityReport, IdentityQuestion, IdentityReport> {
  readonly #networks: readonly Networks[];
  #pieceBegan = Number.NEGATIVE_INFINITY;

  constructor(networks: readonly Networks[]) {
    this.#networks = networks;
  }

  /** That of the kind which is behind, since each begins when it is compiled. */
  get step(): number {
    return Math.min(...this.#networks.map(({ step }) => step));
  }

  get saved(): Saved | undefined {
    const saved = this.#networks.map(({ state }) => state);
    return saved.some((state) => state !== undefined) ? saved : undefined;
  }

  async advance({ until, milliseconds }: Turn) {
    const behind = this.#networks.filter(({ step }) => step < until);
    const ready = behind.filter(({ compiled }) => compiled);
    const wait = this.#pieceBegan + PIECE.milliseconds - performance.now();
    if (ready.length === 0) await Promise.race([...behind.map(({ opened }) => opened), nap(milliseconds)]);
    else if (wait > 0) await nap(Math.min(wait, NAP));
    else {
      this.#pieceBegan = performance.now();
      for (const each of ready) await each.advance(until, milliseconds / ready.length);
    }
    return this.#networks.every(({ diverged }) => diverged) ? 'diverged' : undefined;
  }

  async report(): Promise<IdentityReport> {
    const curves: (Curve | undefined)[] = [];
    for (const each of this.#networks) curves.push(await each.curve());
    return { curves };
  }

  answer(): Promise<IdentityReport> {
    return this.report();
  }

  transfer({ curves }: IdentityReport): Transferable[] {
    return curves.flatMap((curve) => (curve ? [curve.y.buffer, curve.errors.buffer] : []));
  }

  dispose(): void {
    for (const each of this.#networks) each.dispose();
  }
}

/** The models of one unit. */
class Networks {
  readonly #cell: Cell;
  /** Settles when the kernel is compiled. */
  readonly opened: Promise<void>;
  #ensemble: Ensemble | undefined;
  #disposed = false;
  #perMillisecond = 0;
  /** When the curve was last computed. */
  state: EnsembleState | undefined;
  /** Every model. */
  diverged = false;

  constructor(gpu: Gpu, cell: Cell, saved: EnsembleState | undefined) {
    this.#cell = cell;
    this.opened = this.#open(gpu, saved);
    this.opened.catch(() => {}); // whoever waits for it is told
  }

  get compiled(): boolean {
    return this.#ensemble !== undefined;
  }

  get step(): number {
    return this.#ensemble?.step ?? 0;
  }

  async #open(gpu: Gpu, saved: EnsembleState | undefined): Promise<void> {
    // Nothing is read at log points: curves are computed when they are asked for.
    const ensemble = await createEnsemble(gpu, { ...this.#cell.options, logEvery: 1_000_000 });
    if (this.#disposed) return ensemble.dispose();
    if (saved) ensemble.importState(saved);
    this.#ensemble = ensemble;
  }

  /** Trains one piece, for about so many milliseconds at the most. */
  async advance(until: number, milliseconds: number): Promise<void> {
    const ensemble = this.#ensemble as Ensemble;
    const start = performance.now();
    const piece = Math.ceil(PIECE.growth * ensemble.step);
    const wanted = Math.min(piece, Math.round(this.#perMillisecond * milliseconds));
    const steps = Math.min(Math.max(wanted, 1), until - ensemble.step);
    await ensemble.run(steps);
    this.#perMillisecond = steps / (performance.now() - start);
  }

  async curve(): Promise<Curve | undefined> {
    const point = await this.#ensemble?.inspect();
    if (!point) return undefined;
    this.state = point.state;
    this.diverged = point.statuses.every((status) => status === 'diverged');
    return curveOf(this.#cell.options.model, point);
  }

  dispose(): void {
    this.#disposed = true;
    this.#ensemble?.dispose();
  }
}

const nap = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
