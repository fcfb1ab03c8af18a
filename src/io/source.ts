/** Where bytes come from: all at once, or in parts as a file, a response or a stream gives them. */

/** A text, bytes, a Blob (so a File), a web stream, or anything that iterates over parts, as Node's streams do. */
export type Source =
  | string
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>;

/** The parts of `source`, one after the other. */
export async function* partsOf(source: Source): AsyncGenerator<Uint8Array | string> {
  if (typeof source === 'string' || source instanceof Uint8Array) yield source;
  else if (source instanceof Blob) yield* partsOf(source.stream());
  else if ('getReader' in source) yield* read(source.getReader());
  else yield* source;
}

/** A web stream as an iterator, which not every browser has. */
async function* read(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel();
  }
}

/** All bytes of `source`; texts count as UTF-8. */
export async function bytesOf(source: Source): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const parts: Uint8Array[] = [];
  const encoder = new TextEncoder();
  for await (const part of partsOf(source))
    parts.push(typeof part === 'string' ? encoder.encode(part) : part);
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
