/** A table and the search for the formula in it: what is read, what is chosen, and what came back so far. */

import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { FitProgress } from '../../../../src/fit/index.ts';
import type { FitFault, FitReply, ReadingOptions, TableFacts } from '../../experiments/fit/plan.ts';
import type { Outcome } from '../../experiments/fit/report.ts';
import { engine } from '../../state/engine.ts';
import { register } from '../../state/training.ts';
import { type Chosen, chosenOf } from './columns.ts';
import { sampleText } from './samples.ts';
import { fileSource, keep, kept, type NumbersState, state, type TableSource, typed } from './state.ts';
import { FitWorker, Stopwatch } from './worker.ts';

export type NumbersPhase =
  /** There is no table yet, or none that can be read. */
  | 'waiting'
  | 'reading'
  | 'ready'
  | 'searching'
  /** The best so far is on its way. */
  | 'stopping'
  | 'done'
  | 'failed';

/** Milliseconds between two reports of a search, and less often for those who want less motion. */
const INTERVAL = { usual: 150, reduced: 1000 };

/** Milliseconds without a keystroke after which a table that is typed is read. */
const PAUSE = 300;

const delimiters = { auto: undefined, comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const;

export class NumbersRun {
  readonly state: NumbersState;
  readonly source = signal<TableSource>(typed(''));
  readonly phase = signal<NumbersPhase>('waiting');
  readonly table = signal<TableFacts | undefined>(undefined);
  /** Of the table while there is none, else of the search. */
  readonly fault = signal<FitFault | undefined>(undefined);
  readonly chosen: ReadonlySignal<Chosen | undefined>;
  readonly progress = signal<FitProgress | undefined>(undefined);
  readonly outcome = signal<Outcome | undefined>(undefined);
  /** What the formula gives for the row that was asked last. */
  readonly prediction = signal<number | undefined>(undefined);
  /** The device was lost, and the search began again on another. */
  readonly restarted = signal(false);
  readonly #stopwatch = new Stopwatch();
  readonly #worker = new FitWorker((reply) => batch(() => this.#receive(reply)));
  /** The visitor's table, while a sample is looked at. */
  #own = kept();
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(state: NumbersState) {
    this.state = state;
    // It cannot pause: to make room for something else it is stopped, and keeps the best so far.
    register({ busy: computed(() => this.phase.value === 'searching'), pause: () => this.stop() });
    const { values } = state;
    const table = computed(() => values.value.table);
    const options = computed(() => readingOptions(values.value));
    const choice = computed(() => {
      const chosen = this.chosen.value;
      return chosen && JSON.stringify(chosen.choice);
    });
    this.chosen = computed(() => this.table.value && chosenOf(this.table.value, values.value));
    effect(() => {
      const name = table.value;
      this.source.value = name === 'own' ? this.#own : typed(sampleText(name));
    });
    effect(() => this.#read(this.source.value, JSON.parse(options.value)));
    effect(() => {
      if (choice.value === undefined) return;
      if (this.phase.peek() !== 'reading' && this.phase.peek() !== 'waiting') this.reset();
    });
  }

  /** Seconds of the search so far. */
  get seconds(): ReadonlySignal<number> {
    return this.#stopwatch.seconds;
  }

  /** What stands in the text area now. */
  type(text: string): void {
    this.#use({ ...typed(text), typing: true });
  }

  /** Another table of the visitor's, as a whole or in a file. */
  async take(table: File | string): Promise<void> {
    const source = typeof table === 'string' ? typed(table) : await fileSource(table);
    this.#forgetColumns();
    this.#use(source);
  }

  /** Another table: a sample, or the visitor's own as it was. */
  choose(table: NumbersState['values']['value']['table']): void {
    this.#forgetColumns();
    this.state.change({ table });
  }

  start(): void {
    const { choice } = this.chosen.peek() as Chosen;
    this.reset();
    this.phase.value = 'searching';
    this.#stopwatch.start(choice.seconds, interval());
    const gpu = engine.peek().kind !== 'unavailable';
    this.#worker.ask({ type: 'search', choice, interval: interval(), gpu });
  }

  /** Asks the formula that was found about other inputs. */
  predict(row: readonly number[]): void {
    this.#worker.predict(row);
  }

  /** The best so far counts. */
  stop(): void {
    this.phase.value = 'stopping';
    this.#worker.stop();
  }

  /** Back to the table, ready for the same search. */
  reset(): void {
    const { phase } = this;
    if (phase.peek() === 'searching' || phase.peek() === 'stopping') this.#worker.cancel();
    batch(() => {
      this.#clear();
      phase.value = 'ready';
    });
  }

  #use(source: TableSource): void {
    this.#own = source;
    batch(() => {
      this.state.change({ table: 'own' });
      this.source.value = source;
    });
  }

  /** What was chosen of a table means nothing for another; what a link chose, before there was any, stays. */
  #forgetColumns(): void {
    if (!this.table.peek()) return;
    const { split } = this.state.values.peek();
    const columns = { target: '', inputs: '', ...(split.startsWith('column:') && { split: 'magnitude' }) };
    this.state.change(columns);
  }

  #clear(): void {
    this.#stopwatch.reset();
    this.fault.value = undefined;
    this.progress.value = undefined;
    this.outcome.value = undefined;
    this.prediction.value = undefined;
    this.restarted.value = false;
  }

  #read(source: TableSource, options: ReadingOptions): void {
    const { content, typing } = source;
    const empty = typeof content === 'string' ? content.trim() === '' : content.size === 0;
    this.#worker.cancel();
    clearTimeout(this.#pause);
    this.#pause = setTimeout(
      () => {
        if (source === this.#own) keep(source);
        if (!empty) this.#worker.ask({ type: 'read', content, options });
      },
      typing ? PAUSE : 0,
    );
    batch(() => {
      this.#clear();
      this.phase.value = empty ? 'waiting' : 'reading';
      if (empty) this.table.value = undefined;
    });
  }

  #receive(reply: FitReply): void {
    switch (reply.type) {
      case 'table':
        this.table.value = reply.table;
        this.phase.value = 'ready';
        break;
      case 'progress':
        this.progress.value = reply.progress;
        break;
      case 'restarted':
        this.#stopwatch.start(this.chosen.peek()?.choice.seconds ?? 0, interval());
        this.progress.value = undefined;
        this.restarted.value = true;
        break;
      case 'outcome':
        this.#stopwatch.stop();
        this.outcome.value = reply.outcome;
        this.phase.value = 'done';
        break;
      case 'predicted':
        this.prediction.value = reply.value;
        break;
      case 'failed':
        if (this.phase.peek() === 'reading') this.table.value = undefined;
        this.#stopwatch.stop();
        this.fault.value = reply.fault;
        this.phase.value = this.table.peek() ? 'failed' : 'waiting';
    }
  }
}

function interval(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? INTERVAL.reduced : INTERVAL.usual;
}

/** As text, so that equal ones are the same. */
function readingOptions({ decimal, delimiter, missing }: NumbersState['values']['value']): string {
  const options: ReadingOptions = {
    decimal: ({ auto: undefined, point: '.', comma: ',' } as const)[decimal],
    delimiter: delimiters[delimiter],
    missing,
  };
  return JSON.stringify(options);
}

export const run = new NumbersRun(state);
