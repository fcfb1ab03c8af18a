/** Where bytes come from: all at once, or in parts as a file, a response or a stream gives them. */

import { FileFormatError, OptionError } from '../errors.ts';
import { asBytes, type Bytes } from './bytes.ts';

/** A text, bytes, a Blob (so a File), a web stream, or anything that iterates over parts, as Node's streams do. */
export type Source =
  | string
  | Bytes
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** Bytes or characters of the largest part, so that work on one is short. */
const PART = 2 ** 18;

/** The parts of `source`, one after the other, none of them long. Throws OptionError for what is no source. */
export async function* partsOf(source: Source): AsyncGenerator<Uint8Array | string> {
  for await (const part of roughPartsOf(source)) {
    if (part.length <= PART) yield part;
    else if (typeof part === 'string') {
      for (let from = 0; from < part.length; from += PART) yield part.slice(from, from + PART);
    } else for (let from = 0; from < part.length; from += PART) yield part.subarray(from, from + PART);
  }
}

async function* roughPartsOf(source: Source): AsyncGenerator<Uint8Array | string> {
  if (typeof source === 'string') yield source;
  else if (source instanceof Blob) yield* roughPartsOf(source.stream());
  else if (typeof source !== 'object' || source === null) yield asBytes(source, 'the source');
  else if ('getReader' in source) yield* read(source.getReader());
  else if (!ArrayBuffer.isView(source) && (Symbol.asyncIterator in source || Symbol.iterator in source)) {
    for await (const part of source) {
      if (typeof part !== 'string' && !(part instanceof Uint8Array)) {
        throw new OptionError(`a part of the source is ${typeof part}; it must be text or a Uint8Array`);
      }
      yield part;
    }
  } else yield asBytes(source, 'the source');
}

/** A web stream as an iterator, which not every browser has. */
async function* read(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/**
 * All bytes of `source`; texts count as UTF-8. Throws FileFormatError, in the name of `format`, where there are more than
 * `most`.
 */
export async function bytesOf(source: Source, format: string, most = 2 ** 31): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  let length = 0;
  for await (const part of partsOf(source)) {
    const bytes = typeof part === 'string' ? encoder.encode(part) : part;
    length += bytes.length;
    if (length > most) {
      throw new FileFormatError(
        format,
        { offset: most },
        `longer than ${most} bytes, which are the most that are read`,
      );
    }
    parts.push(bytes);
  }
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The beginning of `source`, up to `count` bytes or characters, and all of it again. */
export async function peek(
  source: Source,
  count: number,
): Promise<{ readonly start: Uint8Array | string; readonly whole: AsyncGenerator<Uint8Array | string> }> {
  const parts = partsOf(source);
  const taken: (Uint8Array | string)[] = [];
  let length = 0;
  try {
    while (length < count) {
      const next = await parts.next();
      if (next.done) break;
      taken.push(next.value);
      length += next.value.length;
    }
  } catch (error) {
    await parts.return(undefined);
    throw error;
  }
  async function* whole() {
    try {
      yield* taken;
      yield* parts;
    } finally {
      await parts.return(undefined);
    }
  }
  return { start: joined(taken, count), whole: whole() };
}

function joined(parts: readonly (Uint8Array | string)[], count: number): Uint8Array | string {
  if (parts.every((part) => typeof part === 'string')) return parts.join('').slice(0, count);
  const encoder = new TextEncoder();
  const bytes = parts.flatMap((part) => [
    ...(typeof part === 'string' ? encoder.encode(part) : part).subarray(0, count),
  ]);
  return Uint8Array.from(bytes.slice(0, count));
}
