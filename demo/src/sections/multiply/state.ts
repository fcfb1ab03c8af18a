/** The two numbers that are asked about, and the two models: as they were recorded, until they are trained here. */

import { signal } from '@preact/signals';
import type { ProductReport } from '../../experiments/product/job.ts';
import { answers, type KindName, type Numbers, STEPS } from '../../experiments/product/plan.ts';
import trained from '../../experiments/product/trained.json' with { type: 'json' };
import { engine } from '../../state/engine.ts';
import { number } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { Training } from '../../state/training.ts';

const factor = (usual: number) => number(usual, { least: 0.001, most: 1e6 });

export const state = sectionState('multiply', { a: factor(27), b: factor(34) });

/** Of the first training; that of a recorded one, where nothing can be trained. */
const FIRST_SEED = 1;

class ProductRun {
  readonly training: Training<'product'>;
  /** Of what is shown. */
  readonly numbers = signal<Readonly<Record<KindName, Numbers>>>(trained);
  /** What was heard since Train was pressed. */
  readonly report = signal<ProductReport | undefined>(undefined);
  /** Train was pressed: from then on, what is shown was trained here. */
  readonly started = signal(false);
  #seed = FIRST_SEED;
  #latest: ProductReport | undefined;

  constructor() {
    this.training = new Training('product', {
      onOpen: () => {
        this.#latest = undefined;
      },
      onReport: (report) => {
        this.#latest = report;
        if (this.started.peek()) this.#show(report);
      },
    });
    // Kernels are compiled while the visitor reads: Train then begins at once.
    this.training.open({ seed: this.#seed }, STEPS);
  }

  train(): void {
    if (this.started.peek() && engine.peek().kind !== 'unavailable') {
      this.#seed = Math.floor(Math.random() * 1_000_000);
    }
    const again = this.started.peek() || this.training.phase.peek() === 'closed';
    this.started.value = true;
    this.report.value = undefined;
    if (again) this.training.open({ seed: this.#seed }, STEPS);
    else if (this.#latest) this.#show(this.#latest);
    this.training.train();
  }

  #show(report: ProductReport): void {
    this.report.value = report;
    this.numbers.value = { nalu: report.nalu.numbers, network: report.network.numbers };
  }
}

export const run = new ProductRun();

/** What a model answers with the weights that are shown. */
export const answerOf = (name: KindName, first: number, second: number): number =>
  answers[name](run.numbers.value[name], first, second);
