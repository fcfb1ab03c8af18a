/** One job of the worker as a section sees it: its phase, its numbers, and what can be done with it; and all that train now. */

import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { AnswerOf, JobName, OptionsOf, QuestionOf, ReportOf } from '../experiments/jobs.ts';
import type { JobReply } from '../worker/protocol.ts';
import { delist, engine, enlist, send } from './engine.ts';

interface Pausable {
  readonly busy: ReadonlySignal<boolean>;
  pause(): void;
}

const all = signal<readonly Pausable[]>([]);

export const underWay = computed(() => all.value.filter(({ busy }) => busy.value));

/** Gives the way out. */
export function register(training: Pausable): () => void {
  all.value = [...all.peek(), training];
  return () => {
    all.value = all.peek().filter((other) => other !== training);
  };
}

/** `closed`: there is nothing to train, because the device or a setting does not allow it, or nobody asked. */
export type Phase = 'closed' | 'opening' | 'ready' | 'training' | 'paused' | 'done' | 'diverged';

export interface Fault {
  readonly message: string;
  /** Another setting helps; else only another device may. */
  readonly setting: boolean;
}

/** That the device was lost, and from which step the run went on. */
export interface Recovery {
  readonly from: number;
}

export interface TrainingHandlers<Report> {
  /** A run begins, or begins again: forget what was told before. Step 0, unless a job went on from what it had saved. */
  onOpen(step: number): void;
  onReport(report: Report, step: number): void;
}

interface Expected<Answer> {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

interface Moment {
  readonly step: number;
  readonly seconds: number;
}

/** Milliseconds between reports: a dozen a second, or two for those who want less motion. */
const INTERVAL = { usual: 80, reduced: 500 };
/** Seconds over which the speed is averaged. */
const RATE_WINDOW = 2;

export class Training<Name extends JobName> {
  readonly kind: Name;
  readonly phase = signal<Phase>('closed');
  readonly step = signal(0);
  /** Spent training in this run; time in which other jobs had their turn does not count. */
  readonly seconds = signal(0);
  /** Steps per second: of late while training, on the whole after it. */
  readonly rate = signal<number | undefined>(undefined);
  readonly fault = signal<Fault | undefined>(undefined);
  readonly recovery = signal<Recovery | undefined>(undefined);
  /** What takes a while before a run is open; '' where nothing was said. */
  readonly opening = signal('');
  /** What the run was opened with. */
  readonly options = signal<OptionsOf<Name> | undefined>(undefined);
  /** Where the run ends. */
  readonly last = signal(0);
  readonly busy: ReadonlySignal<boolean> = computed(() => this.phase.value === 'training');
  readonly #handlers: TrainingHandlers<ReportOf<Name>>;
  readonly #job: number;
  readonly #stopFollowing: () => void;
  readonly #unregister: () => void;
  #run = 0;
  /** Step that was asked for last; 0 when nothing is wanted. */
  #until = 0;
  /** It was asked for before there was a device to train on. */
  #unsent = false;
  #recent: Moment[] = [];
  #tickets = 0;
  readonly #answers = new Map<number, Expected<AnswerOf<Name>>>();

  constructor(kind: Name, handlers: TrainingHandlers<ReportOf<Name>>) {
    this.kind = kind;
    this.#handlers = handlers;
    this.#job = enlist((reply) => {
      if (reply.run === this.#run) this.#receive(reply);
    });
    this.#stopFollowing = engine.subscribe((state) => {
      if (this.options.peek() === undefined) return;
      if (state.kind === 'lost' && state.recovering) this.phase.value = 'opening';
      else if (state.kind === 'ready' && state.recovered) return;
      else if (state.kind === 'lost') this.#close();
      else this.reset();
    });
    this.#unregister = register(this);
  }

  /** Begins a fresh run, up to step `last` once it is trained. The device may come later. */
  open(options: OptionsOf<Name>, last: number): void {
    this.options.value = options;
    this.last.value = last;
    this.#run += 1;
    this.#until = 0;
    this.fault.value = undefined;
    this.recovery.value = undefined;
    this.opening.value = '';
    this.#clear(0);
    this.phase.value = 'opening';
    if (!this.#heard) return; // it opens the run when it is
    send({ type: 'open', ...this.#address, kind: this.kind, options });
  }

  /** Back to the start of the same run: the same options, the same seed. */
  reset(): void {
    const options = this.options.peek();
    if (options !== undefined) this.open(options, this.last.peek());
  }

  /** Trains to the end of the run; may be called while it is opening. */
  train(): void {
    this.phase.value = 'training';
    this.#trainUntil(this.last.peek());
  }

  /** Trains `count` more steps, and pauses. */
  advance(count = 1): void {
    this.#trainUntil(Math.max(this.step.peek(), this.#until) + count);
  }

  pause(): void {
    this.#until = 0;
    if (this.phase.peek() === 'training') this.phase.value = 'paused';
    send({ type: 'pause', ...this.#address });
  }

  /** Moves the end of the run. */
  endAt(last: number): void {
    this.last.value = last;
    if (this.busy.peek()) this.train();
    else if (this.phase.peek() === 'paused' && this.#atEnd) this.phase.value = 'done';
    else if (this.phase.peek() === 'done' && !this.#atEnd) this.phase.value = 'paused';
  }

  /** Says why nothing can be trained with these settings. */
  refuse(message: string): void {
    this.#run += 1;
    this.options.value = undefined;
    this.#fail({ message, setting: true });
    send({ type: 'close', ...this.#address });
  }

  /** Asks the job something, between two turns. Rejects when the run is over or the job cannot say. */
  ask(question: QuestionOf<Name>): Promise<AnswerOf<Name>> {
    this.#tickets += 1;
    const ticket = this.#tickets;
    return new Promise((resolve, reject) => {
      this.#answers.set(ticket, { resolve, reject });
      send({ type: 'ask', ...this.#address, ticket, question });
    });
  }

  /** For good: nothing comes back any more. */
  dispose(): void {
    send({ type: 'close', ...this.#address });
    this.#dropAnswers();
    this.#stopFollowing();
    delist(this.#job);
    this.#unregister();
  }

  #trainUntil(until: number): void {
    this.#until = until;
    this.#unsent = !this.#heard;
    if (this.#unsent) return;
    const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    send({ type: 'train', ...this.#address, until, interval: reduced ? INTERVAL.reduced : INTERVAL.usual });
  }

  /** Whether somebody listens: a worker that has a device, or, where there is none, who plays what was recorded. */
  get #heard(): boolean {
    const { kind } = engine.peek();
    return kind === 'ready' || kind === 'unavailable';
  }

  get #atEnd(): boolean {
    return this.step.peek() >= this.last.peek();
  }

  get #address() {
    return { job: this.#job, run: this.#run } as const;
  }

  #receive(reply: JobReply): void {
    switch (reply.type) {
      case 'opening':
        this.opening.value = reply.doing;
        break;
      case 'opened':
        this.#opened(reply.step, reply.recovered);
        break;
      case 'report':
        this.step.value = reply.step;
        this.seconds.value = reply.seconds;
        this.rate.value = this.#rate(reply.step, reply.seconds);
        this.#handlers.onReport(reply.report as ReportOf<Name>, reply.step);
        break;
      case 'stopped':
        this.#stopped(reply.reason === 'diverged');
        break;
      case 'answer':
        this.#take(reply.ticket)?.resolve(reply.answer as AnswerOf<Name>);
        break;
      case 'failed':
        if (reply.ticket === undefined)
          this.#fail({ message: reply.message, setting: isSetting(reply.code) });
        else this.#take(reply.ticket)?.reject(new Error(reply.message));
    }
  }

  #opened(step: number, recovered: boolean): void {
    this.#clear(step);
    if (recovered) this.recovery.value = { from: step };
    if (this.#unsent && this.#until > 0) this.#trainUntil(this.#until);
    if (this.#until > 0) this.phase.value = 'training';
    else if (step === 0) this.phase.value = 'ready';
    else this.phase.value = this.#atEnd ? 'done' : 'paused';
  }

  #stopped(diverged: boolean): void {
    if (diverged) this.phase.value = 'diverged';
    else if (this.#atEnd) this.phase.value = 'done';
    // Else it was a step, or the answer to a request that a later one has overtaken.
    // A recorded run ends where it was recorded to.
    else if (this.step.peek() >= this.#until || engine.peek().kind === 'unavailable') {
      this.phase.value = 'paused';
    } else return;
    this.#until = 0;
  }

  #fail(fault: Fault): void {
    this.#until = 0;
    this.#clear(0);
    this.fault.value = fault;
    this.phase.value = 'closed';
  }

  #close(): void {
    this.#until = 0;
    this.#dropAnswers();
    this.phase.value = 'closed';
  }

  #clear(step: number): void {
    this.#recent = [];
    this.step.value = step;
    this.seconds.value = 0;
    this.rate.value = undefined;
    this.#dropAnswers();
    this.#handlers.onOpen(step);
  }

  #rate(step: number, seconds: number): number | undefined {
    if (seconds === 0) return undefined;
    if (!this.busy.peek() || step >= this.#until) return step / seconds;
    this.#recent.push({ step, seconds });
    while (seconds - (this.#recent[1]?.seconds ?? seconds) > RATE_WINDOW) this.#recent.shift();
    const first = this.#recent[0] as Moment;
    return seconds > first.seconds ? (step - first.step) / (seconds - first.seconds) : step / seconds;
  }

  #take(ticket: number): Expected<AnswerOf<Name>> | undefined {
    const answer = this.#answers.get(ticket);
    this.#answers.delete(ticket);
    return answer;
  }

  #dropAnswers(): void {
    for (const { reject } of this.#answers.values()) reject(new Error('the run is over'));
    this.#answers.clear();
  }
}

/** What the library says of bad options and data; anything else is no setting's fault. */
export const isSetting = (code: string) => ['option', 'data', 'limit', 'expression'].includes(code);
