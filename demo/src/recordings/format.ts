/** A recorded run: what the worker told the page, and when. In its file it is compressed JSON, with arrays of numbers as base64. */

import type { StopReason } from '../experiments/job.ts';
import type { JobName } from '../experiments/jobs.ts';

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
