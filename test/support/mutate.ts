/** Spoils files, the way transfers, editors and attackers do. */

import type { Random } from '../../src/random.ts';

/** What means something to one of the formats. */
const pieces = [
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '{',
  '}',
  '[',
  ']',
  ':',
  '\\',
  '\\u12',
  '\ufeff',
  '-',
  '+',
  '.',
  'e',
  'E9',
  '0',
  '1e999',
  '-1',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  'null',
  'true',
  "'",
  '(',
  ')',
  '<f4',
  '>f8',
  '|O',
  'F32',
  'F64',
  'U32',
  'I64',
  '__proto__',
  '__metadata__',
  'data_offsets',
  'shape',
  'constructor',
  'W_hat',
  ' ',
  'x',
  'ß',
  '\0',
].map((text) => new TextEncoder().encode(text));
const bytes = [0, 1, 0x22, 0x2c, 0x30, 0x39, 0x5b, 0x7b, 0x7f, 0x80, 0xc3, 0xfe, 0xff];

/** A copy of `file` with one to four changes: bytes replaced, cut, doubled, moved, or something of a format put in. */
export function mutate(file: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let result = Uint8Array.from(file);
  for (let changes = 1 + random.integer(4); changes > 0; changes--) result = change(result, random);
  return result;
}

function change(file: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const at = random.integer(file.length + 1);
  const until = Math.min(file.length, at + 1 + random.integer(random.integer(4) === 0 ? file.length + 1 : 8));
  const join = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)] as T;
  const [before, inside, after] = [file.subarray(0, at), file.subarray(at, until), file.subarray(until)];
  switch (random.integer(7)) {
    case 0:
      return join(before, Uint8Array.of(pick(bytes)), file.subarray(at + 1));
    case 1:
      return join(
        before,
        inside.map((byte) => byte ^ (1 << random.integer(8))),
        after,
      );
    case 2:
      return join(before, after);
    case 3:
      return join(before, inside, inside, after);
    case 4:
      return join(after, before, inside);
    case 5:
      return join(before);
    default:
      return join(before, pick(pieces), random.integer(2) === 0 ? file.subarray(at) : after);
  }
}
