/**
 * JSON from outside (RFC 8259), read strictly: a name twice in one object is an error, nesting and length are limited, and
 * errors say where. Objects have no prototype, so that no name in a file means anything but itself.
 */

import { FileFormatError } from '../errors.ts';

export type Json = null | boolean | number | string | Json[] | JsonObject;
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

/** The value that `text` holds, all of it. Throws FileFormatError with the offset. */
export function parseJson(text: string, limits: JsonLimits = {}): Json {
  const parser = new Parser(text, limits);
  return parser.document();
}

class Parser {
  readonly #text: string;
  readonly #limits: Required<JsonLimits>;
  #at = 0;
  #values = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = { format: 'JSON', from: 0, depth: 32, values: 1e8, ...limits };
  }

  document(): Json {
    const value = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail(`expected the end, found ${this.#found()}`);
    return value;
  }

  #value(depth: number): Json {
    const { depth: deepest, values } = this.#limits;
    if (depth > deepest) this.#fail(`nested more than ${deepest} deep`);
    this.#values += 1;
    if (this.#values > values) this.#fail(`more than ${values} values`);
    this.#space();
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(depth);
    if (next === '[') return this.#array(depth);
    if (next === '"') return this.#string();
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    const digits = this.#match(NUMBER);
    if (digits === '') this.#fail(`expected a value, found ${this.#found()}`);
    return Number(digits);
  }

  #object(depth: number): JsonObject {
    const object: JsonObject = Object.create(null);
    this.#at += 1;
    if (this.#take('}')) return object;
    do {
      this.#space();
      const start = this.#at;
      if (this.#text[start] !== '"') this.#fail(`expected a name in quotation marks, found ${this.#found()}`);
      const name = this.#string();
      if (name in object) this.#fail(`the name ${JSON.stringify(name)} stands twice in one object`, start);
      if (!this.#take(':')) this.#fail(`expected ':', found ${this.#found()}`);
      object[name] = this.#value(depth + 1);
    } while (this.#take(','));
    if (!this.#take('}')) this.#fail(`expected ',' or '}', found ${this.#found()}`);
    return object;
  }

  #array(depth: number): Json[] {
    const array: Json[] = [];
    this.#at += 1;
    if (this.#take(']')) return array;
    do array.push(this.#value(depth + 1));
    while (this.#take(','));
    if (!this.#take(']')) this.#fail(`expected ',' or ']', found ${this.#found()}`);
    return array;
  }

  #string(): string {
    const start = this.#at;
    let value = '';
    this.#at += 1;
    for (;;) {
      value += this.#match(PLAIN);
      const next = this.#text[this.#at];
      if (next === undefined) this.#fail('a string without an end', start);
      if (next === '"') break;
      if (next !== '\\') this.#fail('a control character in a string; write it as \\u and four digits');
      value += this.#escape();
    }
    this.#at += 1;
    return value;
  }

  #escape(): string {
    const letter = this.#text[this.#at + 1] ?? '';
    const plain = ESCAPES[letter];
    const code = letter === 'u' ? this.#text.slice(this.#at + 2, this.#at + 6) : '';
    if (plain === undefined && !/^[0-9a-fA-F]{4}$/.test(code)) this.#fail('no such escape in a string');
    this.#at += plain === undefined ? 6 : 2;
    return plain ?? String.fromCharCode(Number.parseInt(code, 16));
  }

  #space(): void {
    this.#match(SPACE);
  }

  /** Whether `mark` comes next; if so, goes behind it. */
  #take(mark: string): boolean {
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

  #found(): string {
    return this.#at < this.#text.length
      ? JSON.stringify(this.#text.slice(this.#at, this.#at + 12))
      : 'the end';
  }

  #fail(message: string, at = this.#at): never {
    const { format, from } = this.#limits;
    throw new FileFormatError(format, { offset: from + at }, message);
  }
}

/** Whether `value` is an object, not an array. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
