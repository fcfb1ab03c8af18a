/** Compressed bytes, by the platform's own decompressor, in parts and within limits. */

import { FileFormatError } from '../errors.ts';
import { partsOf, type Source } from './source.ts';

/** Whether bytes begin as gzip does (RFC 1952). */
export const isGzip = (start: Uint8Array): boolean => start[0] === 0x1f && start[1] === 0x8b;

/** What `source` holds, unpacked. Throws FileFormatError with the offset, in what was unpacked, of the fault. */
export async function* inflated(
  source: Source,
  kind: 'gzip' | 'deflate-raw',
  format: string,
): AsyncGenerator<Uint8Array> {
  const unpacker = new DecompressionStream(kind);
  const writer = unpacker.writable.getWriter();
  let failed: { readonly cause: unknown } | undefined;
  const pump = async (): Promise<void> => {
    const parts = partsOf(source);
    const encoder = new TextEncoder();
    const next = () =>
      parts.next().catch((cause: unknown) => {
        failed = { cause };
        throw cause;
      });
    try {
      for (let part = await next(); !part.done; part = await next()) {
        const bytes = typeof part.value === 'string' ? encoder.encode(part.value) : part.value;
        await writer.write(bytes as Uint8Array<ArrayBuffer>);
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
    } finally {
      await parts.return(undefined).catch(() => {});
    }
  };
  void pump();
  const reader = unpacker.readable.getReader();
  let offset = 0;
  try {
    for (;;) {
      const part = await reader.read().catch((cause: unknown) => {
        // What went wrong in the source is told as it is.
        if (failed) throw failed.cause;
        const message = 'the compressed data are damaged or cut off from here on';
        throw new FileFormatError(format, { offset }, message, { cause });
      });
      if (part.done) return;
      offset += part.value.length;
      yield part.value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
