/** Bytes as programs hold them: what `fs` reads, what `fetch` gives. */

import { OptionError } from '../errors.ts';

/** `Uint8Array` (so Node's `Buffer`), an `ArrayBuffer`, or any other view of one. */
export type Bytes = ArrayBuffer | ArrayBufferView<ArrayBufferLike>;

/** The bytes of `data`, not copied. Throws OptionError, with what to do instead, for anything else. */
export function asBytes(data: Bytes, name = 'bytes'): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') return new Uint8Array(data);
  throw new OptionError(`${name} must be a Uint8Array or an ArrayBuffer; ${describe(data)}`);
}

function describe(data: unknown): string {
  if (data instanceof Promise) return 'this is a promise: await it';
  if (typeof data === 'string') return 'this is a text: read the file as bytes';
  if (data instanceof Blob) return 'this is a Blob: await its arrayBuffer()';
  if (typeof Response !== 'undefined' && data instanceof Response) {
    return 'this is a Response: await its arrayBuffer()';
  }
  return `this is ${data === null ? 'null' : typeof data}`;
}
