/**
 * JSON from outside (RFC 8259), read strictly: a name twice in one object is an error, nesting and length are limited, and
 * errors say where. Objects have no prototype, so that no name in a file means anything but itself.
 */

import { FileFormatError } from '../errors.ts';
import { isExact } from './numbers.ts';

/** A bigint only where `bigints` asks for them. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

export interface JsonLimits {
  /** What stands in the messages. Default 'JSON'. */
  format?: string;
  /** Where the text begins in its file; added to the offsets of errors. Default 0. */
  from?: number;
  /** Default 32. */
  depth?: number;
  /** Values of all kinds, names of objects included. Default 1e8. */
  values?: number;
  /** Whether NaN, Infinity and -Infinity are values, as Python writes them. Default false. */
  nonFinite?: boolean;
  /** Whether whole numbers that float64 would round are bigints. Default false: they are rounded. */
  bigints?: boolean;
}

const SPACE = /[ \t\n\r]*/y;
/** No leading zeros, digits on both sides of the point. */
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Up to the next quotation mark, backslash or control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: strings in JSON may not hold them
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
const NON_FINITE: readonly (readonly [string, Json])[] = [
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

/** The value that `text` holds, all of it. Throws FileFormatError with the offset. */
export function parseJson(text: string, limits: JsonLimits = {}): Json {
  const reader = new JsonReader(text, limits);
  const value = reader.value();
  if (!reader.atEnd()) reader.fail(`expected the end, found ${reader.found()}`);
  return value;
}

/** Reads `text` value by value. Every method skips the space before what it looks at. */
export class JsonReader {
  readonly #text: string;
  readonly #limits: Required<JsonLimits>;
  readonly #words: typeof WORDS;
  #at = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits = {}) {
    this.#text = text;
    const defaults = { format: 'JSON', from: 0, depth: 32, values: 1e8, nonFinite: false, bigints: false };
    this.#limits = { ...defaults, ...limits };
    this.#words = this.#limits.nonFinite ? [...WORDS, ...NON_FINITE] : WORDS;
  }

  /** Whether nothing but space is left. */
  atEnd(): boolean {
    this.#space();
    return this.#at === this.#text.length;
  }

  /** The next character. */
  peek(): string | undefined {
    this.#space();
    return this.#text[this.#at];
  }

  /** What `look` finds; then all is as before. False where it meets what is no JSON. */
  ahead(look: (reader: JsonReader) => boolean): boolean {
    const [at, values] = [this.#at, this.#values];
    try {
      return look(this);
    } catch (error) {
      if (error instanceof FileFormatError) return false;
      throw error;
    } finally {
      [this.#at, this.#values] = [at, values];
    }
  }

  /** Goes behind `mark`, which must come next; `wanted` stands in the message if it does not. */
  expect(mark: string, wanted: string): void {
    if (!this.take(mark)) this.fail(`expected ${wanted}, found ${this.found()}`);
  }

  /** The next value, `depth` levels inside others. */
  value(depth = 0): Json {
    const { depth: deepest, values } = this.#limits;
    if (depth > deepest) this.fail(`nested more than ${deepest} deep`);
    this.#values += 1;
    if (this.#values > values) this.fail(`more than ${values} values, which are the most that are read`);
    this.#space();
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    const digits = this.#match(NUMBER);
    if (digits !== '') return this.#number(digits);
    for (const [word, value] of this.#words) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.fail(`expected a value, found ${this.found()}`);
  }

  #number(digits: string): number | bigint {
    const number = Number(digits);
    return this.#limits.bigints && digits.length > 15 && !isExact(digits, number) ? BigInt(digits) : number;
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = Object.create(null);
    this.#at += 1;
    if (this.take('}')) return object;
    do {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') this.fail(`expected a name in quotation marks, found ${this.found()}`);
      const name = this.#string();
      if (name in object) this.fail(`the name ${JSON.stringify(name)} stands twice in one object`, start);
      if (!this.take(':')) this.fail(`expected ':', found ${this.found()}`);
      object[name] = this.value(depth + 1);
    } while (this.take(','));
    if (!this.take('}')) this.fail(`expected ',' or '}', found ${this.found()}`);
    return object;
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    this.#at += 1;
    if (this.take(']')) return array;
    do array.push(this.value(depth + 1));
    while (this.take(','));
    if (!this.take(']')) this.fail(`expected ',' or ']', found ${this.found()}`);
    return array;
  }

  #string(): string {
    const start = this.#at;
    let value = '';
    this.#at += 1;
    for (;;) {
      value += this.#match(PLAIN);
      const next = this.#text[this.#at];
      if (next === undefined) this.fail('a string without an end', start);
      if (next === '"') break;
      if (next !== '\\') this.fail('a control character in a string; write it as \\u and four digits');
      value += this.#escape();
    }
    this.#at += 1;
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const plain = ESCAPES[letter];
    const code = letter === 'u' ? this.#text.slice(this.#at + 2, this.#at + 6) : '';
    if (plain === undefined && !/^[0-9a-fA-F]{4}$/.test(code)) this.fail('no such escape in a string');
    this.#at += plain === undefined ? 6 : 2;
    return plain ?? String.fromCharCode(Number.parseInt(code, 16));
  }

  #space(): void {
    this.#match(SPACE);
  }

  /** Whether `mark` comes next; if so, goes behind it. */
  take(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** What comes next, for a message. */
  found(): string {
    return this.#at < this.#text.length
      ? JSON.stringify(this.#text.slice(this.#at, this.#at + 12))
      : 'the end';
  }

  /** Throws FileFormatError for what is here. */
  fail(message: string, at = this.#at): never {
    const { format, from } = this.#limits;
    throw new FileFormatError(format, { offset: from + at }, message);
  }
}

/** Whether `value` is an object, not an array. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
