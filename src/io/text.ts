/** Text out of bytes: in the encoding that is named, or else UTF-8, or UTF-16 where the first bytes say so. */

import { FileFormatError } from '../errors.ts';
import { partsOf, type Source } from './source.ts';

/** The text of `source` in parts, without byte order mark. Throws FileFormatError with the offset for bytes that are no text. */
export async function* textOf(source: Source, format: string, encoding?: string): AsyncGenerator<string> {
  const decoder = new Decoder(format, encoding);
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
export async function* linesOf(source: Source, format: string, encoding?: string): AsyncGenerator<string> {
  let afterReturn = false;
  for await (const text of textOf(source, format, encoding)) {
    // The two characters of \r\n may come in different parts.
    const rest = afterReturn && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') afterReturn = text.endsWith('\r');
    yield rest.replace(/\r\n?/g, '\n');
  }
}

/** All of it. Throws FileFormatError where it is longer than `most`. */
export async function wholeText(
  source: Source,
  format: string,
  { encoding, most = 2 ** 29 - 100 }: { encoding?: string | undefined; most?: number } = {},
): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const part of textOf(source, format, encoding)) {
    length += part.length;
    if (length > most) {
      const message = `longer than ${most} characters, which are the most that are read at once`;
      throw new FileFormatError(format, { offset: most }, message);
    }
    parts.push(part);
  }
  return parts.join('');
}

class Decoder {
  readonly #format: string;
  #decoder: TextDecoder | undefined;
  /** Bytes decoded so far; where a decoder fails, the fault is behind them. */
  #offset = 0;
  /** Of the first bytes, where they are too few to hold a byte order mark. */
  #first = new Uint8Array(0);

  readonly #encoding: string | undefined;

  constructor(format: string, encoding: string | undefined) {
    this.#format = format;
    this.#encoding = encoding;
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
    this.#decoder = decoderFor(start, this.#encoding);
    return this.#run(this.#decoder, start, true);
  }

  end(): string {
    return this.#run(this.#decoder ?? decoderFor(this.#first, this.#encoding), this.#first, false);
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
        `the bytes from here on are not ${decoder.encoding.toUpperCase()}; save the file as UTF-8, or say its encoding, such as windows-1252`,
        { cause },
      );
    }
  }
}

function decoderFor(start: Uint8Array, wanted: string | undefined): TextDecoder {
  return new TextDecoder(wanted ?? encodingOf(start), { fatal: true });
}

/** By the byte order mark, or by the zeros that letters and digits have in UTF-16. */
function encodingOf([first = 0, second = 0]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return 'utf-8';
}
