/** Text out of bytes: UTF-8, or UTF-16 where the byte order mark says so. */

import { FileFormatError } from '../errors.ts';
import { partsOf, type Source } from './source.ts';

/** The text of `source` in parts, without byte order mark. Throws FileFormatError with the offset for bytes that are no text. */
export async function* textOf(source: Source, format: string): AsyncGenerator<string> {
  const decoder = new Decoder(format);
  let first = true;
  for await (const part of partsOf(source)) {
    const text = typeof part === 'string' ? part : decoder.decode(part);
    if (text === '') continue;
    yield first && text.startsWith('\ufeff') ? text.slice(1) : text;
    first = false;
  }
  yield decoder.end();
}

/** The same with \n at the end of every line, where \r\n or \r stood. */
export async function* linesOf(source: Source, format: string): AsyncGenerator<string> {
  let afterReturn = false;
  for await (const text of textOf(source, format)) {
    // The two characters of \r\n may come in different parts.
    const rest = afterReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') afterReturn = text.endsWith('\r');
    yield rest.replace(/\r\n?/g, '\n');
  }
}

/** All of it. */
export async function wholeText(source: Source, format: string): Promise<string> {
  const parts: string[] = [];
  for await (const part of textOf(source, format)) parts.push(part);
  return parts.join('');
}

class Decoder {
  readonly #format: string;
  #decoder: TextDecoder | undefined;
  /** Bytes decoded so far; where a decoder fails, the fault is behind them. */
  #offset = 0;
  /** Of the first bytes, where they are too few to hold a byte order mark. */
  #first = new Uint8Array(0);

  constructor(format: string) {
    this.#format = format;
  }

  decode(part: Uint8Array): string {
    if (this.#decoder) return this.#run(this.#decoder, part, true);
    const start = new Uint8Array(this.#first.length + part.length);
    start.set(this.#first);
    start.set(part, this.#first.length);
    if (start.length < 2) {
      this.#first = start;
      return '';
    }
    this.#first = new Uint8Array(0);
    this.#decoder = decoderFor(start);
    return this.#run(this.#decoder, start, true);
  }

  end(): string {
    return this.#run(this.#decoder ?? decoderFor(this.#first), this.#first, false);
  }

  #run(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
    try {
      const text = decoder.decode(bytes, { stream });
      this.#offset += bytes.length;
      return text;
    } catch (cause) {
      throw new FileFormatError(
        this.#format,
        { offset: this.#offset },
        `the bytes from here on are not ${decoder.encoding.toUpperCase()}; save the file as UTF-8`,
        { cause },
      );
    }
  }
}

function decoderFor(start: Uint8Array): TextDecoder {
  const mark = (start[0] ?? 0) * 256 + (start[1] ?? 0);
  const encoding = mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true });
}
