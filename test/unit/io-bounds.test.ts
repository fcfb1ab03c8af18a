/** Work within bounds: everything is linear in its input, so what is quadratic would end these tests by their time. */

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileFormatError } from '../../src/errors.ts';
import { parseExpression } from '../../src/expression/parse.ts';
import {
  predictCsv,
  readNpz,
  readTable,
  type Source,
  summarize,
  type TableOptions,
  tableBatches,
  tableOf,
  writeNpy,
} from '../../src/io/index.ts';
import { npzOf } from '../support/npz.ts';

const refusal = async (source: Source, options?: TableOptions): Promise<FileFormatError> => {
  const error = await readTable(source, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FileFormatError);
  return error as FileFormatError;
};

describe('one long cell', () => {
  const size = 260_000;
  it.each<[string, string]>([
    ['digits', '1'.repeat(size)],
    ['digits that are no number', `${'1'.repeat(size)}x`],
    ['digits and a point', `${'1'.repeat(size / 2)}.${'1'.repeat(size / 2)}.`],
    ['groups', '1,234'.repeat(size / 5)],
    ['blanks', `1${' '.repeat(size)}1`],
    ['signs', '-'.repeat(size)],
    ['brackets', '('.repeat(size)],
    ['minus signs of typesetters', '−'.repeat(size)],
    ['apostrophes', `1${"'".repeat(size)}`],
    ['exponents', '1e5'.repeat(size / 3)],
    ['letters', `1${'a'.repeat(size)}`],
    ['bars', '|'.repeat(size)],
    ['dashes', `|${'-'.repeat(size)}`],
    ['comment marks', '#'.repeat(size)],
    ['backslashes', '\\|'.repeat(size / 2)],
    ['stars', '**'.repeat(size / 2)],
  ])('of %s is read or refused', async (_, cell) => {
    for (const text of [
      `a,b\n1,2\n"${cell}",3\n4,5\n`,
      `a b\n1 2\n3 ${cell}\n`,
      `${cell}\n1,2\n`,
      `|a|b|\n|-|-|\n|1|${cell}|\n`,
    ]) {
      const outcome = await readTable(text, { onFault: 'keep' }).catch((reason: unknown) => reason);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(FileFormatError);
    }
    await refusal(`[{"a":"${cell.replaceAll('\\', '\\\\')}"}]`);
  });

  it('that is longer still is refused, and the limit is said', async () => {
    const message = 'longer than 262144 characters';
    expect((await refusal(`a,b\n1,${'1'.repeat(400_000)}\n`)).message).toContain(message);
    expect((await refusal(`a b\n1 ${'1'.repeat(400_000)}\n`)).message).toContain(message);
  });
});

describe('many columns', () => {
  it('are refused, and the limit is said', async () => {
    const message = '1000000 columns; at most 16384 are read';
    expect((await refusal(writeNpy(new Float32Array(1e6), [1, 1e6]))).message).toContain(message);
    expect((await refusal(npzOf({ a: writeNpy(new Float32Array(1e6), [1, 1e6]) }))).message).toContain(
      message,
    );
    expect((await refusal(`[[${'1,'.repeat(20_000)}1]]`)).message).toContain('20001 columns; at most 16384');
    expect((await refusal(`${'1,'.repeat(20_000)}1\n`)).message).toContain('20001 columns; at most 16384');
    const object = Array.from({ length: 20_000 }, (_, k) => `"c${k}":1`).join();
    expect((await refusal(`[{${object}}]`)).message).toContain('16385 columns; at most 16384');
    // Each row has a name of its own: a table of all would be as large as the square of the file.
    const names = Array.from({ length: 20_000 }, (_, k) => `{"c${k}":1}`).join('\n');
    expect((await refusal(names)).message).toMatch(/\d+ columns from here on, most of them without a value/);
    expect((await readTable(names, { columns: ['c7', 'c5'], onFault: 'keep' })).rows).toBe(20_000);
  });

  it('up to the limit are read and summarised in no time', async () => {
    const wide = await readTable(writeNpy(new Float64Array(4 * 16_384), [4, 16_384]));
    expect(wide.names).toHaveLength(16_384);
    // All equal, the worst case for finding twins.
    const { columns } = summarize(wide);
    expect(columns.at(-1)?.duplicateOf).toBe('x0');
    const nearly = tableOf(
      Object.fromEntries(Array.from({ length: 4000 }, (_, k) => [`c${k}`, [...Array(500).fill(0), k]])),
    );
    expect(summarize(nearly).columns.every(({ duplicateOf }) => duplicateOf === undefined)).toBe(true);
  });
});

describe('long names', () => {
  it('are refused, and the limit is said', async () => {
    const name = `a${'_'.repeat(100_000)}b`;
    const message = /the name of column a_+… has 100002 characters; at most 1000 are read/;
    expect((await refusal(`${name},b\n1,2\n`)).message).toMatch(message);
    expect((await refusal(`[{"${name}":1}]`)).message).toMatch(message);
    expect((await refusal(npzOf({ [name.slice(0, 60_000)]: writeNpy(Float64Array.of(1)) }))).message).toMatch(
      /60000/,
    );
    expect((await readTable(`${name},b\n1,2\n`, { columns: ['b'] })).names).toEqual(['b']);
  });
});

describe('packed data', () => {
  it('that unpack to more than they say are refused', async () => {
    const bomb = npzOf({ a: new Uint8Array(5e6) });
    const view = new DataView(bomb.buffer);
    // The size in the directory, 24 bytes into its only entry.
    const entry = new Uint8Array(bomb).findLastIndex(
      (_, at) => at + 4 <= bomb.length && view.getUint32(at, true) === 0x02014b50,
    );
    view.setUint32(entry + 24, 1000, true);
    await expect(readNpz(bomb)).rejects.toThrow('holds more than the 1000 bytes that the directory says');
    view.setUint32(entry + 24, 4e9, true);
    await expect(readNpz(bomb)).rejects.toThrow('holds 5000000 bytes; the directory says 4000000000');
  });

  it('that are cut off or damaged are refused', async () => {
    const packed = gzipSync('a,b\n1,2\n'.repeat(1000));
    expect((await refusal(packed.subarray(0, -10))).format).toBe('gzip');
    expect((await refusal(packed.fill(0xff, 20, 40))).format).toBe('gzip');
    const archive = npzOf({ a: writeNpy(Float64Array.of(1, 2)) });
    expect((await refusal(archive.subarray(0, -30))).message).toContain('it is cut off');
  });
});

describe('an interruption', () => {
  /** Aborts at the first turn that is given to others. */
  function soon(): AbortSignal {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('enough')), 0);
    return controller.signal;
  }
  const rows = 80_000;
  it.each<[string, () => Source | Promise<Source>]>([
    ['CSV', () => `a,b\n${'1,2\n'.repeat(rows)}`],
    ['CSV of words', () => `a,b\n${'x,"1,5 €"\n'.repeat(rows)}`],
    ['aligned columns', () => `a b\n${' 1  2\n'.repeat(rows)}`],
    ['JSON', () => `[${'[1],'.repeat(4 * rows)}[1]]`],
    ['JSON lines', () => '{"a":1}\n'.repeat(2 * rows)],
    ['a JSON of columns', () => `{"a":[${'1,'.repeat(8 * rows)}1]}`],
    ['.npy', () => writeNpy(new Float64Array(40 * rows), [20 * rows, 2])],
    ['.npz', () => npzOf({ a: writeNpy(new Float64Array(40 * rows)) })],
    ['.gz', () => gzipSync('1,2\n'.repeat(4 * rows))],
  ])('is heard while %s is read', async (_, sourceOf) => {
    const source = await sourceOf();
    await expect(readTable(source, { signal: soon() })).rejects.toThrow('enough');
  });

  it('is heard while batches are read, and before anything is', async () => {
    const source = `a,b\n${'1,2\n'.repeat(rows)}`;
    const batches = async () => {
      for await (const _ of tableBatches(source, { signal: soon() }));
    };
    await expect(batches()).rejects.toThrow('enough');
    const model = {
      inputs: 2,
      outputs: 1,
      async *predictBatches(parts: AsyncIterable<Float64Array>) {
        for await (const part of parts) yield part.filter((_, at) => at % 2 === 0);
      },
    };
    const saved = { model: { inputs: 2, layers: [{ unit: 'NAU' as const, outputs: 1 }] } };
    const predicted = async () => {
      for await (const _ of predictCsv(model, saved, source, { columns: ['a', 'b'], signal: soon() }));
    };
    await expect(predicted()).rejects.toThrow('enough');
    await expect(readTable('1', { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });
});

describe('expressions', () => {
  it.each(['1', '1.', '(', '-', 'x', ' ', '`', '1e', 'x0^'])('of many %j are read or refused', (piece) => {
    const text = piece.repeat(1e6);
    expect(() => parseExpression(text, ['x0'])).toThrow(/at most 20000 are allowed/);
    try {
      parseExpression(piece.repeat(20_000 / piece.length), ['x0']);
    } catch (error) {
      expect(error).toMatchObject({ code: 'expression' });
    }
  });
});
