/** One job in the worker: opened, trained in turns with reports in between, asked, and opened again on another device. */

import { DeviceLostError, type Gpu } from '../../../src/index.ts';
import { describeError, type Job, type JobKind, type StopReason, wanted } from '../experiments/job.ts';
import { jobs } from '../experiments/jobs.ts';
import type { JobReply, Request } from './protocol.ts';

export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Who has a turn or waits for one. */
  get waiting(): number {
    return this.#waiting;
  }

  take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting += 1;
    const turn = this.#last.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** Who posts leaves the address to the session. */
type Content = JobReply extends infer Each
  ? Each extends JobReply
    ? Omit<Each, 'job' | 'run'>
    : never
  : never;
type Post = (message: JobReply, transfer?: Transferable[]) => void;
type Open = Extract<Request, { type: 'open' }>;
type Train = Extract<Request, { type: 'train' }>;
type AnyJob = Job<unknown, unknown, unknown>;

/** Milliseconds of a turn: short enough that every job moves several times a second, and a pause is heard at once. */
const TURN = { alone: 60, shared: 35 };

export class Session {
  readonly #number: number;
  readonly #turns: Turns;
  readonly #post: Post;
  #gpu: Gpu;
  #job: AnyJob | undefined;
  /** The run that is worked on; the one that is wanted, `#opened`, may be a later one. */
  #run = 0;
  #opened: Open | undefined;
  #training: Train | undefined;
  /** Requests are answered one after the other; each ends the training that is under way. */
  #queue: Promise<void> = Promise.resolve();
  #current = new AbortController();
  #seconds = 0;
  /** Whether the page has yet to show the last report. */
  #unseen = false;

  constructor(number: number, gpu: Gpu, turns: Turns, post: Post) {
    this.#number = number;
    this.#gpu = gpu;
    this.#turns = turns;
    this.#post = post;
  }

  handle(request: Request): void {
    switch (request.type) {
      case 'open':
        this.#opened = request;
        this.#training = undefined;
        this.#next(() => this.#open(request));
        break;
      case 'train':
        this.#training = request;
        this.#next((signal) => this.#train(request, signal));
        break;
      case 'pause':
        this.#training = undefined;
        this.#next(async () => {});
        break;
      case 'close':
        this.#opened = undefined;
        this.#training = undefined;
        this.#next(async () => this.#free());
        break;
      case 'ask':
        void this.#ask(request);
        break;
      case 'shown':
        this.#unseen = false;
    }
  }

  /** Opens again on another device what was open, and goes on training if it was. */
  recover(gpu: Gpu): void {
    this.#gpu = gpu;
    const opened = this.#opened;
    const training = this.#training;
    if (!opened) return;
    this.#next(async (signal) => {
      const saved = this.#run === opened.run ? this.#job?.saved : undefined;
      await this.#open(opened, saved, true);
      if (training) await this.#train(training, signal);
    });
  }

  #next(work: (signal: AbortSignal) => Promise<void>): void {
    this.#current.abort();
    this.#current = new AbortController();
    const { signal } = this.#current;
    this.#queue = this.#queue.then(async () => {
      try {
        await work(signal);
      } catch (error) {
        // Said once, for all jobs; or no longer wanted.
        if (error instanceof DeviceLostError || error === signal.reason) return;
        this.#training = undefined;
        this.#tell({ type: 'failed', ...describeError(error) });
      }
    });
  }

  async #open(request: Open, saved?: unknown, recovered = false): Promise<void> {
    this.#free();
    this.#run = request.run;
    const { kind } = (await jobs[request.kind]()) as { kind: JobKind<unknown, unknown, unknown, unknown> };
    if (this.#opened?.run !== request.run) return; // a later request has overtaken this one
    this.#job = await kind.open(this.#gpu, request.options, saved, (doing) => {
      if (this.#opened?.run === request.run) this.#tell({ type: 'opening', doing });
    });
    this.#tell({ type: 'opened', step: this.#job.step, recovered });
    await this.#report();
  }

  async #train({ until, interval }: Train, signal: AbortSignal): Promise<void> {
    const job = this.#job;
    if (!job) return; // opening it failed, and that was said
    wanted.add(job);
    try {
      await this.#trainWanted(job, { until, interval }, signal);
    } finally {
      wanted.delete(job);
    }
  }

  async #trainWanted(
    job: AnyJob,
    { until, interval }: Pick<Train, 'until' | 'interval'>,
    signal: AbortSignal,
  ) {
    let reported = performance.now();
    let toldAt = job.step;
    let reason: StopReason | undefined;
    while (!signal.aborted && !reason && job.step < until) {
      reason = await this.#turns.take(() => this.#advance(job, until, signal));
      const now = performance.now();
      // A job that waits for its kernels has nothing new to tell, and drawing it again would slow their compilation.
      if (now - reported < interval || this.#unseen || signal.aborted || job.step === toldAt) continue;
      toldAt = job.step;
      await this.#report();
      reported = now;
    }
    await this.#report();
    if (signal.aborted) return;
    this.#training = undefined;
    this.#tell({ type: 'stopped', reason: reason ?? 'done' });
  }

  async #advance(job: AnyJob, until: number, signal: AbortSignal): Promise<StopReason | undefined> {
    if (signal.aborted) return undefined;
    const milliseconds = this.#turns.waiting > 1 ? TURN.shared : TURN.alone;
    const start = performance.now();
    const reason = await job.advance({ until, milliseconds, signal });
    this.#seconds += (performance.now() - start) / 1000;
    return reason;
  }

  async #report(): Promise<void> {
    const job = this.#job as AnyJob;
    const report = await this.#turns.take(() => job.report());
    this.#unseen = true;
    const { step } = job;
    this.#tell({ type: 'report', step, seconds: this.#seconds, report }, job.transfer?.(report));
  }

  async #ask({ ticket, question, run }: Extract<Request, { type: 'ask' }>): Promise<void> {
    await this.#turns.take(async () => {
      try {
        const job = this.#run === run ? this.#job : undefined;
        if (!job?.answer) throw new Error('there is nothing to ask: the run is over');
        this.#tell({ type: 'answer', ticket, answer: await job.answer(question) });
      } catch (error) {
        this.#tell({ type: 'failed', ticket, ...describeError(error) });
      }
    });
  }

  #free(): void {
    this.#job?.dispose();
    this.#job = undefined;
    this.#seconds = 0;
    this.#unseen = false;
  }

  #tell(content: Content, transfer: Transferable[] = []): void {
    this.#post({ ...content, job: this.#number, run: this.#run } as JobReply, transfer);
  }
}
