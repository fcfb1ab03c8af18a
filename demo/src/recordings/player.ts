/** Recorded runs: what the worker told the page and when, and who takes the worker's place with them where there is no GPU. */

import type { StopReason } from '../experiments/job.ts';
import type { JobName } from '../experiments/jobs.ts';
import type { JobReply, Request } from '../worker/protocol.ts';

export interface RecordedReport {
  /** Milliseconds since the run was started. */
  readonly at: number;
  readonly step: number;
  readonly seconds: number;
  readonly report: unknown;
}

export interface Recording {
  readonly kind: JobName;
  /** What the run was opened with. */
  readonly options: unknown;
  /** The first is of step 0. */
  readonly reports: readonly RecordedReport[];
  readonly reason: StopReason;
}

/** A file of `data/`: a recording, and who computed it. */
export interface RecordingFile {
  readonly kind: JobName;
  readonly adapter: string;
  /** gzip of JSON, as base64. */
  readonly gzip: string;
}

const arrays = { Float32Array, Float64Array, Int32Array, Uint32Array } as const;

interface PackedArray {
  readonly array: keyof typeof arrays;
  readonly base64: string;
}

/** As JSON. Needs nothing from outside itself, so that it can be carried into a page. */
export function pack(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (!ArrayBuffer.isView(each)) return each;
    const bytes = new Uint8Array(each.buffer, each.byteOffset, each.byteLength);
    const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    return { array: each.constructor.name, base64: btoa(text) };
  });
}

export function unpack(json: string): unknown {
  return JSON.parse(json, (_, each) => {
    if (each === null || typeof each !== 'object' || !('base64' in each)) return each;
    const { array, base64 } = each as PackedArray;
    return new arrays[array](bytesOf(base64).buffer);
  });
}

/** The recording of a file. */
export async function readRecording({ gzip }: RecordingFile): Promise<Recording> {
  const stream = new Blob([bytesOf(gzip)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return unpack(await new Response(stream).text()) as Recording;
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

type Load = () => Promise<{ default: unknown }>;

const files: Partial<Record<JobName, readonly Load[]>> = {
  article: [() => import('./data/addition.json'), () => import('./data/multiplication.json')],
  product: [() => import('./data/multiply.json')],
  identity: [() => import('./data/why.json')],
  ensemble: [() => import('./data/ensemble.json')],
};

export const recordingFiles = (kind: JobName): Promise<RecordingFile[]> =>
  Promise.all((files[kind] ?? []).map(async (load) => (await load()).default as RecordingFile));

type Open = Extract<Request, { type: 'open' }>;
type Train = Extract<Request, { type: 'train' }>;

/** What an error of the library says of a bad option, so that the page takes it as that. */
const SETTING = 'option';

export class Player {
  readonly #post: (reply: JobReply) => void;
  readonly #playbacks = new Map<number, Playback>();

  constructor(post: (reply: JobReply) => void) {
    this.#post = post;
  }

  handle(request: Request): void {
    const { job } = request;
    switch (request.type) {
      case 'open':
        this.#playbacks.get(job)?.stop();
        this.#playbacks.set(job, new Playback(request, this.#post));
        break;
      case 'train':
        this.#playbacks.get(job)?.play(request);
        break;
      case 'close':
        this.#playbacks.get(job)?.stop();
        this.#playbacks.delete(job);
        break;
      case 'pause':
        this.#playbacks.get(job)?.stop();
        break;
      case 'ask': {
        const { run, ticket } = request;
        const message = 'a recorded run cannot be asked; this needs a GPU';
        this.#post({ type: 'failed', job, run, ticket, code: 'recorded', message });
      }
    }
  }
}

/** Milliseconds between two reports: while it was recorded, something was compiled in longer ones. */
const LONGEST_PAUSE = 500;

/** One run of one job. */
class Playback {
  readonly #open: Open;
  readonly #post: (reply: JobReply) => void;
  readonly #recording: Promise<Recording | undefined>;
  /** Report that is shown. */
  #shown = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #playing = 0;

  constructor(open: Open, post: (reply: JobReply) => void) {
    this.#open = open;
    this.#post = post;
    this.#recording = this.#find();
    void this.#recording.then((recording) => {
      if (!recording) return;
      post({ ...this.#address, type: 'opened', step: 0, recovered: false });
      this.#show(recording);
    });
  }

  /** Shows report after report, up to the first that has reached step `until`. */
  play({ until }: Train): void {
    this.stop();
    const playing = this.#playing;
    void this.#recording.then((recording) => {
      if (recording && playing === this.#playing) this.#next(recording, until);
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#playing += 1;
  }

  get #address() {
    return { job: this.#open.job, run: this.#open.run } as const;
  }

  async #find(): Promise<Recording | undefined> {
    const { kind, options } = this.#open;
    const recordings = await Promise.all((await recordingFiles(kind)).map(readRecording));
    const wanted = JSON.stringify(options);
    const found = recordings.find((recording) => JSON.stringify(recording.options) === wanted);
    if (!found) {
      const message =
        recordings.length > 0
          ? 'Without a GPU only a recorded run can be shown, and it was one with the usual settings.'
          : 'This needs a GPU: no run of it was recorded.';
      this.#post({ ...this.#address, type: 'failed', code: SETTING, message });
    }
    return found;
  }

  #next(recording: Recording, until: number): void {
    const { reports, reason } = recording;
    const shown = reports[this.#shown];
    const next = reports[this.#shown + 1];
    if (!next || (shown && shown.step >= until)) {
      this.#post({ ...this.#address, type: 'stopped', reason });
      return;
    }
    this.#timer = setTimeout(
      () => {
        this.#shown += 1;
        this.#show(recording);
        this.#next(recording, until);
      },
      Math.min(next.at - (shown?.at ?? 0), LONGEST_PAUSE),
    );
  }

  #show({ reports }: Recording): void {
    const { step, seconds, report } = reports[this.#shown] as Recording['reports'][number];
    this.#post({ ...this.#address, type: 'report', step, seconds, report });
  }
}
