/** Cuts the text of an expression into numbers, names and symbols, and says where something is wrong. */

import { ExpressionError } from '../errors.ts';

export type TokenKind = 'number' | 'name' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As it counts: a quoted name without its quotes, − as -, × and · as *. */
  readonly text: string;
  /** Code units before it. */
  readonly position: number;
  /** Whether a name was quoted: then it is a variable. */
  readonly quoted?: boolean;
}

/** Longest expression, in code units. */
export const MAX_LENGTH = 20_000;

const SPACE = /\s*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const NAME = /[\p{L}_][\p{L}\p{N}_]*/uy;
const QUOTED = /`([^`]+)`/y;
const SYMBOL = /[-−+*×·/^(),]/uy;
const ALIASES: Readonly<Record<string, string>> = { '−': '-', '×': '*', '·': '*' };

/** All tokens of `text`, the last of kind `end`. Throws ExpressionError. */
export function tokenize(text: string): readonly Token[] {
  if (text.length > MAX_LENGTH) {
    throw fault(text, MAX_LENGTH, `it has ${text.length} characters; at most ${MAX_LENGTH} are allowed`);
  }
  const tokens: Token[] = [];
  let position = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = position;
    return pattern.exec(text);
  };
  for (;;) {
    position += match(SPACE)?.[0].length ?? 0;
    if (position === text.length) break;
    const number = match(NUMBER);
    const quoted = match(QUOTED);
    const found = number ?? match(NAME) ?? quoted ?? match(SYMBOL);
    if (!found) throw fault(text, position, `${shown(text, position)} has no meaning here`);
    const [raw] = found;
    if (quoted) tokens.push({ kind: 'name', text: quoted[1] as string, position, quoted: true });
    else {
      const kind = number ? 'number' : SYMBOL_START.test(raw) ? 'symbol' : 'name';
      tokens.push({ kind, text: (Object.hasOwn(ALIASES, raw) && ALIASES[raw]) || raw, position });
    }
    position += raw.length;
  }
  return [...tokens, { kind: 'end', text: '', position }];
}

const SYMBOL_START = /^[-−+*×·/^(),]/u;

/** The error `what` at `position`, with the text around it and a mark below. */
export function fault(text: string, position: number, what: string): ExpressionError {
  const start = Math.max(0, position - 30);
  const excerpt = text.slice(start, position + 30).replace(/\s/g, ' ');
  return new ExpressionError(
    `expression, character ${position + 1}: ${what}\n  ${excerpt}\n  ${' '.repeat(position - start)}^`,
    position,
  );
}

const shown = (text: string, position: number): string =>
  `'${String.fromCodePoint(text.codePointAt(position) as number)}'`;
