import { describe, expect, it } from 'vitest';
import { FileFormatError, NaluError, OptionError } from '../../src/errors.ts';
import { readTable, type Table, tableBatches, tableOf, writeCsv } from '../../src/io/index.ts';

const listOf = ({ names, columns }: Table) =>
  Object.fromEntries(names.map((name, k) => [name, [...(columns[k] ?? [])]]));
const refusal = async (promise: Promise<unknown>): Promise<FileFormatError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileFormatError);
  return error as FileFormatError;
};
const encode = (text: string) => new TextEncoder().encode(text);

describe('CSV', () => {
  it.each([
    ['comma', 'a,b\n1,2\n3,4\n'],
    ['tab', 'a\tb\n1\t2\n3\t4\n'],
    ['semicolon', 'a;b\n1;2\n3;4'],
    ['bar', 'a|b\n1|2\n3|4\n'],
    ['carriage returns', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['lone carriage returns', 'a,b\r1,2\r3,4'],
    ['byte order mark', '\ufeffa,b\n1,2\n3,4\n'],
    ['quoted cells', '"a","b"\n"1",2\n3,"4"\n'],
    ['spaces and empty lines', ' a , b\n\n1, 2\n  \n3,4 \n\n'],
  ])('reads %s', async (_, text) => {
    expect(listOf(await readTable(text))).toEqual({ a: [1, 3], b: [2, 4] });
    expect(listOf(await readTable(encode(text)))).toEqual({ a: [1, 3], b: [2, 4] });
  });

  it('reads the same however the bytes are cut', async () => {
    const bytes = encode('\ufeff"größe, ""m""","two\nlines"\r\n1,-2.5e-3\r\n"3",.5\r\n');
    const whole = listOf(await readTable(bytes));
    expect(whole).toEqual({ 'größe, "m"': [1, 3], 'two\nlines': [-0.0025, 0.5] });
    for (const size of [1, 2, 3, 5, 7]) {
      const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) =>
        bytes.subarray(k * size, (k + 1) * size),
      );
      expect(listOf(await readTable(parts)), `${size} bytes at a time`).toEqual(whole);
    }
    const stream = new Blob([bytes]).stream() as ReadableStream<Uint8Array>;
    expect(listOf(await readTable(stream))).toEqual(whole);
  });

  it('reads UTF-16, as spreadsheets save it', async () => {
    const text = '\ufeffa\tb\r\n1\t2\r\n';
    const bytes = new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer);
    expect(listOf(await readTable(bytes))).toEqual({ a: [1], b: [2] });
  });

  it('finds out whether there is a line of names', async () => {
    expect((await readTable('1,2\n3,4\n')).names).toEqual(['x0', 'x1']);
    expect((await readTable('1,y\n3,4\n')).names).toEqual(['1', 'y']);
    expect((await readTable('1,2\n3,4\n', { header: true })).names).toEqual(['1', '2']);
    expect((await readTable(',y\n3,4\n')).names).toEqual(['column1', 'y']);
  });

  it('takes decimal commas by option, and then points for separators of thousands alone', async () => {
    const table = await readTable('a;b\n1,5;-2,25e3\n', { decimal: ',' });
    expect(listOf(table)).toEqual({ a: [1.5], b: [-2250] });
    expect(listOf(await readTable('a;b\n1.500;2\n', { decimal: ',' }))).toEqual({ a: [1500], b: [2] });
    const error = await refusal(readTable('a;b\n1.50;2\n3;4\n', { decimal: ',' }));
    expect(error.position).toEqual({ row: 1, column: 'a' });
    expect(listOf(await readTable('1,5\n2,5\n', { decimal: ',' }))).toEqual({ x0: [1.5, 2.5] });
  });

  it('says where cells are missing or no numbers, and how many', async () => {
    const text = 'a,b\n1,2\n,3\n4,NaN\nx,5\n6,1e999\n';
    const error = await refusal(readTable(text));
    expect(error.position).toEqual({ row: 2, column: 'a' });
    expect(error.message).toBe(
      "CSV, row 2, column 'a': 4 cells in 4 rows are missing or no number: row 2, column 'a' is missing; " +
        `row 3, column 'b' is missing; row 4, column 'a' holds "x"; row 5, column 'b' holds "1e999"`,
    );
    const dropped = await readTable(text, { onFault: 'drop' });
    expect(listOf(dropped)).toEqual({ a: [1], b: [2] });
    expect(dropped.faults).toMatchObject({ count: 4, rows: 4 });
    const kept = await readTable(text, { onFault: 'keep' });
    expect(kept.columns[0]).toEqual(Float64Array.of(1, Number.NaN, 4, Number.NaN, 6));
  });

  it('lists the first faults of many', async () => {
    const error = await refusal(readTable(`a,b\n1,2\n${'?,1\n'.repeat(500)}`));
    expect(error.message).toMatch(
      /500 cells in 500 rows.*row 2.*row 6, column 'a' is missing; and 495 more$/,
    );
  });

  it('leaves out columns of words, unless they are asked for', async () => {
    const table = await readTable('name,x\nfirst,1\nsecond,2\n');
    expect(listOf(table)).toEqual({ x: [1, 2] });
    expect(table.text).toEqual(['name']);
    expect((await refusal(readTable('name,x\nfirst,1\n', { columns: ['name'] }))).position.column).toBe(
      'name',
    );
    expect(listOf(await readTable('a,b,c\n1,x,3\n', { columns: ['c', 'a'] }))).toEqual({ c: [3], a: [1] });
    await expect(readTable('a,b\n1,2\n', { columns: ['z'] })).rejects.toThrow(
      "there is no column 'z'; the columns are 'a', 'b'",
    );
  });

  it.each([
    ['a row of another length', 'a,b\n1,2\n3\n', { row: 2 }, 'has 1 cells; there are 2 columns'],
    ['an open quotation mark', 'a,b\n1,2\n"3,4\n', { row: 3 }, 'a quotation mark has no end'],
    ['a quotation mark in a cell', 'a,b\n1,"2"3"\n4,5\n', { row: 2 }, 'it must be doubled'],
    ['a name twice', 'a,a\n1,2\n', { column: 2 }, "a second column is called 'a'"],
    ['nothing', '', { offset: 0 }, 'there are no rows'],
    ['words only', 'a,b\nx,y\n', { offset: 0 }, "no column holds a number; the columns are 'a', 'b'"],
    ['names only', 'a,b\n', { offset: 0 }, 'there are no rows'],
  ])('refuses %s', async (_, text, position, message) => {
    const error = await refusal(readTable(text));
    expect(error.position).toEqual(position);
    expect(error.message).toContain(message);
  });

  it('refuses bytes that are no text, and an endless record', async () => {
    const error = await refusal(readTable([encode('a,b\n1,2\n'), Uint8Array.of(0x33, 0xff, 0x0a)]));
    expect(error.position).toEqual({ offset: 8 });
    const endless = (function* () {
      yield 'a,b\n1,"';
      for (;;) yield 'x'.repeat(2 ** 16);
    })();
    expect((await refusal(readTable(endless))).message).toContain('longer than 262144 characters');
  });

  it.each([
    [{ delimiter: '' }],
    [{ delimiter: ',,' }],
    [{ delimiter: '"' }],
    [{ decimal: ',' as const, delimiter: ',' }],
  ])('refuses the options %o', async (options) => {
    await expect(readTable('1,2\n', options)).rejects.toBeInstanceOf(OptionError);
  });
});

describe('CSV in batches', () => {
  it('gives every row once, in order, from a source that is never held as a whole', async () => {
    let given = 0;
    const rows = 100_000;
    const source = (function* () {
      yield 'x,note,y\n';
      for (; given < rows; given++) yield `${given},"row ${given}",${2 * given}\n`;
    })();
    let [next, first, ahead] = [0, true, 0];
    for await (const { columns, rows: count } of tableBatches(source, { columns: ['y', 'x'], rows: 1000 })) {
      const [y, x] = columns as [Float64Array, Float64Array];
      if (first) expect(given).toBeLessThan(20_000);
      first = false;
      ahead = Math.max(ahead, given - next);
      for (let k = 0; k < count; k++, next++) {
        if (x[k] !== next || y[k] !== 2 * next) throw new Error(`row ${next} is ${x[k]}, ${y[k]}`);
      }
    }
    expect(next).toBe(rows);
    expect(ahead).toBeLessThan(10_000);
  });

  it('counts rows from the beginning of the file', async () => {
    const text = `a,b\n${'1,2\n'.repeat(25)}3,oops\n`;
    const read = async () => {
      for await (const _ of tableBatches(text, { rows: 10 }));
    };
    expect((await refusal(read())).position).toEqual({ row: 26, column: 'b' });
  });
});

describe('written CSV', () => {
  it('reads back to the bit', async () => {
    const values = [0.1, -0, 1 / 3, 5e-324, 1.7976931348623157e308, -123456.789, 2 ** 53];
    const table = tableOf({ 'a, "b"': values, c: values.map((v) => -v) });
    for (const options of [{}, { delimiter: ';', decimal: ',' as const }, { delimiter: '\t' }]) {
      const back = await readTable(writeCsv(table, options), options);
      expect(back.names).toEqual(table.names);
      back.columns.forEach((column, k) => {
        expect([...column].every((v, row) => Object.is(v, table.columns[k]?.[row]))).toBe(true);
      });
    }
  });

  it('has an empty cell for NaN and refuses infinity', () => {
    expect(writeCsv(tableOf({ a: [1, Number.NaN], b: [2, 3] }))).toBe('a,b\n1,2\n,3\n');
    expect(() => writeCsv(tableOf({ a: [Number.POSITIVE_INFINITY] }))).toThrow(NaluError);
  });
});
