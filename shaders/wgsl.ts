/**
 * @file The `wgsl` template tag: `wgsl-preprocessor` (conditional compilation, from Brandon Jones) behind a
 * guard.
 *
 * The preprocessor treats what it does not understand as text, so a slip silently becomes wrong WGSL: `#if
 * ${a} && ${b}` means "if a", an `#elseif` branch vanishes, `${undefined}` and `${[1, 2]}` turn into text,
 * `${1.0}` into an integer literal. This tag throws on all of them. The rules it enforces:
 *
 * - a directive is `#if ${boolean}`, `#elif ${boolean}`, `#else` or `#endif`, alone on its line;
 * - `#` followed by a letter is always a directive, in comments too;
 * - any other `${}` holds a string (names, types, finished WGSL) or a non-negative integer;
 * - every real or negative number goes through {@link f32}, or {@link i32} if it is an integer.
 */

import { wgsl as preprocess } from 'wgsl-preprocessor/wgsl-preprocessor.js';
import { OptionError } from '../src/errors.ts';

/** A piece of WGSL all of whose declarations begin with `prefix_`, so that several copies fit in one module. */
export type Fragment = (prefix: string) => string;

/** What may stand between `${` and `}`: a boolean after `#if` and `#elif`, a string or an integer elsewhere. */
export type WgslValue = string | number | boolean;

/** Any directive, with the text before and after it on its line. */
const DIRECTIVE = /^(.*?)#([a-z]\w*)(.*)$/gim;
/** `#if` or `#elif` at the end of a piece: the next value is its condition. */
const CONDITION = /#(?:if|elif)[ \t]+$/;

/** Tagged template that yields WGSL text; throws an OptionError on anything `wgsl-preprocessor` would misread. */
export function wgsl(pieces: TemplateStringsArray, ...values: readonly WgslValue[]): string {
  if (!Array.isArray(pieces) || !pieces.every((piece) => typeof piece === 'string'))
    throw new OptionError('wgsl is a tag of templates: wgsl`fn f() { … }`');
  pieces.forEach((piece, index) => {
    const isLast = index === values.length;
    checkDirectives(piece, isLast);
    if (isLast) return;
    if (CONDITION.test(piece))
      checkCondition(values[index], pieces[index + 1] ?? '', index + 1 < values.length);
    else checkText(values[index]);
  });
  return preprocess(pieces, ...values);
}

function checkDirectives(piece: string, isLast: boolean): void {
  for (const match of piece.matchAll(DIRECTIVE)) {
    const [line, before = '', name = '', after = ''] = match;
    if (!['if', 'elif', 'else', 'endif'].includes(name))
      throw new OptionError(`wgsl: unknown directive #${name}`);
    if (before.trim() !== '')
      throw new OptionError(`wgsl: a directive must stand alone on its line: '${line.trim()}'`);
    if (after.trim() !== '') throw new OptionError(`wgsl: text after #${name}: '${after.trim()}'`);
    const touchesValue = !isLast && match.index + line.length === piece.length;
    if (name === 'if' || name === 'elif') {
      if (!touchesValue || after === '')
        throw new OptionError(`wgsl: #${name} needs a space and a condition, \${boolean}`);
    } else if (touchesValue) throw new OptionError(`wgsl: #${name} takes no value`);
  }
}

function checkCondition(value: unknown, next: string, valuesFollow: boolean): void {
  if (typeof value !== 'boolean')
    throw new OptionError(`wgsl: a condition must be a boolean, not ${show(value)}`);
  const rest = (next.split('\n', 1)[0] ?? '').trim();
  if (rest !== '' || (valuesFollow && !next.includes('\n'))) {
    throw new OptionError(`wgsl: text after a condition ('${rest}'): put the whole condition into one \${}`);
  }
}

function checkText(value: unknown): void {
  if (typeof value === 'string') return;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)) return;
  throw new OptionError(
    `wgsl: cannot insert ${show(value)}: use a string, a non-negative integer, f32() or i32()`,
  );
}

function show(value: unknown): string {
  return Array.isArray(value) ? `an array (${value.join()})` : `${String(value)} (${typeof value})`;
}

const F32_MAX = 2 ** 128 - 2 ** 104;

/** WGSL literal of the f32 nearest to `x`; reading it back gives the same bits. `f32(1)` is `1.0f`. */
export function f32(x: number): string {
  const rounded = typeof x === 'number' ? Math.fround(x) : Number.NaN;
  if (!Number.isFinite(rounded) || (rounded === 0 && x !== 0)) {
    throw new OptionError(`f32: ${String(x)} is not in the range of an f32`);
  }
  const text = pointed(shortest(Math.abs(rounded)));
  return rounded < 0 ? `(-${text}f)` : `${text}f`;
}

/** WGSL literal of an i32; `i32(-1)` is `(-1i)`. */
export function i32(x: number): string {
  if (!Number.isInteger(x) || Math.abs(x) > 2147483647)
    throw new OptionError(`i32: ${String(x)} is not an i32`);
  return x < 0 ? `(${x}i)` : `${x}i`;
}

/**
 * The decimal with the fewest digits that rounds to the f32 `x`. It may not lie above the largest f32, although it would
 * round to that: Tint rejects it.
 */
function shortest(x: number): number {
  for (let digits = 0; digits < 9; digits++) {
    const candidate = Number(x.toExponential(digits));
    if (Math.fround(candidate) === x && candidate <= F32_MAX) return candidate;
  }
  return x;
}

/** JavaScript's decimal with a point in it: `1` becomes `1.0`, `1e-7` becomes `1.0e-7`. */
function pointed(x: number): string {
  const [mantissa = '', exponent] = String(x).split('e');
  const decimal = mantissa.includes('.') ? mantissa : `${mantissa}.0`;
  return exponent === undefined ? decimal : `${decimal}e${exponent.replace('+', '')}`;
}
