/** The header of a .npy: a Python dictionary with 'descr', 'fortran_order' and 'shape', each once, in any order. */

import { FileFormatError } from '../errors.ts';

export interface NpyHeader {
  /** Type of the elements, such as '<f8'. */
  readonly descr: string;
  /** Column-major. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** NumPy has at most 64 dimensions. */
const MAX_DIMENSIONS = 64;

const TOKEN = /\s*(?:'([^'\\]*)'|"([^"\\]*)"|([0-9]+)L?|(True|False)|([{}():,[\]]))/y;

type Token =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: number }
  | { kind: 'truth'; value: boolean }
  | { kind: 'mark'; value: string };

const isMark = ({ kind, value }: Token, mark: string): boolean => kind === 'mark' && value === mark;

/** `from` is the offset of `text` in its file. Throws FileFormatError with the offset. */
export function parseNpyHeader(text: string, from: number): NpyHeader {
  let at = 0;
  let start = 0;
  const fail = (message: string): never => {
    throw new FileFormatError('npy', { offset: from + start }, message);
  };
  const next = (): Token => {
    TOKEN.lastIndex = at;
    start = at;
    const match = TOKEN.exec(text);
    if (!match) return fail('the header is not a dictionary of descr, fortran_order and shape');
    at = TOKEN.lastIndex;
    const [, single, double, digits, truth, mark] = match;
    if (digits !== undefined) return { kind: 'number', value: Number(digits) };
    if (truth !== undefined) return { kind: 'truth', value: truth === 'True' };
    if (mark !== undefined) return { kind: 'mark', value: mark };
    return { kind: 'text', value: single ?? double ?? '' };
  };
  const expect = (mark: string): void => {
    if (!isMark(next(), mark)) fail(`expected '${mark}'`);
  };
  const shape = (): number[] => {
    const sizes: number[] = [];
    expect('(');
    for (let token = next(); ; token = next()) {
      if (isMark(token, ')')) return sizes;
      if (token.kind !== 'number' || !Number.isSafeInteger(token.value))
        fail('a shape has whole numbers only');
      sizes.push(token.value as number);
      if (sizes.length > MAX_DIMENSIONS) fail(`more than ${MAX_DIMENSIONS} dimensions`);
      const mark = next();
      if (isMark(mark, ')')) return sizes;
      if (!isMark(mark, ',')) fail("expected ',' or ')'");
    }
  };

  const found: { descr?: string; fortran?: boolean; shape?: number[] } = {};
  expect('{');
  for (let token = next(); !isMark(token, '}'); token = next()) {
    const key = token.kind === 'text' ? token.value : fail('expected a name in quotation marks');
    const known = { descr: found.descr, fortran_order: found.fortran, shape: found.shape };
    if (!Object.hasOwn(known, key)) fail(`'${key}' is not part of the header`);
    if (known[key as keyof typeof known] !== undefined) fail(`'${key}' stands twice`);
    expect(':');
    if (key === 'shape') found.shape = shape();
    else {
      const { kind, value } = next();
      if (key === 'descr' && kind === 'text') found.descr = value;
      else if (key === 'fortran_order' && kind === 'truth') found.fortran = value;
      else if (key === 'descr') fail('records and other compound elements are not read');
      else fail('fortran_order must be True or False');
    }
    const mark = next();
    if (isMark(mark, '}')) break;
    if (!isMark(mark, ',')) fail("expected ',' or '}'");
  }
  start = at;
  if (text.slice(at).trim() !== '') fail('something stands behind the dictionary');
  start = 0;
  const { descr, fortran, shape: sizes } = found;
  if (descr === undefined || fortran === undefined || sizes === undefined) {
    return fail('descr, fortran_order and shape must all be there');
  }
  return { descr, fortran, shape: sizes };
}
