/** Tables as they are: the layouts and ways to write numbers that people come with. */

import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileFormatError, OptionError } from '../../src/errors.ts';
import { predictCsv, readTable, type Source, type TableOptions, tableBatches } from '../../src/io/index.ts';

const encode = (text: string) => new TextEncoder().encode(text);

async function read(source: Source, options: TableOptions = {}) {
  const table = await readTable(source, options);
  const columns = Object.fromEntries(table.names.map((name, k) => [name, [...(table.columns[k] ?? [])]]));
  return { ...table, columns };
}
const columnsOf = async (source: Source, options?: TableOptions) => (await read(source, options)).columns;
const refusal = async (source: Source, options?: TableOptions): Promise<FileFormatError> => {
  const error = await readTable(source, options).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FileFormatError);
  return error as FileFormatError;
};
const expected = { a: [1.5, 2.25, 3], b: [10, 20, 30] };
/** Names, then rows, with `mark` between the cells. */
const lines = (mark: string) => ['a', '1.5', '2.25', '3'].map((x, k) => `${x}${mark}${['b', 10, 20, 30][k]}`);

describe('layouts', () => {
  it.each<[string, string]>([
    ['blanks between cells', lines(' ').join('\n')],
    ['aligned columns', '    a     b\n  1.5    10\n 2.25    20\n    3    30\n'],
    ['tabs and blanks mixed', 'a \t b\n1.5 \t 10\n2.25\t20\n3   30\n'],
    ['tabs with quotes', '"a"\t"b"\r\n"1.5"\t"10"\r\n2.25\t20\r\n3\t30\r\n'],
    ['commas and blanks', lines(', ').join('\n')],
    ['bars', lines('|').join('\n')],
    ['bars and blanks', lines(' | ').join('\n')],
    ['a table of Markdown', `| a | b |\n|---|--:|\n| 1.5 | 10 |\n| 2.25 | 20 |\n| **3** | \`30\` |\n`],
    ['Markdown without outer bars', 'a | b\n--- | ---\n1.5 | 10\n2.25 | 20\n3 | 30'],
    ['a table of a database', '  a   | b\n------+----\n  1.5 | 10\n 2.25 | 20\n    3 | 30\n'],
    [
      'a table in a frame',
      '+---+---+\n| a | b |\n+---+---+\n| 1.5 | 10 |\n| 2.25 | 20 |\n| 3 | 30 |\n+---+---+\n',
    ],
    ['the delimiter in the first line', `sep=;\n${lines(';').join('\n')}`],
    ['the same of a comma', `sep=,\r\n${lines(',').join('\r\n')}\r\n`],
    ['names in a comment', `# a b\n${lines(' ').slice(1).join('\n')}`],
    ['names in the last of several comments', `# made by hand\n#\n# a, b\n${lines(',').slice(1).join('\n')}`],
    ['comments among the rows', `# a note\n${lines(',').join('\n# another\n')}`],
    ['comments of LaTeX and MATLAB', `% a b\n${lines(' ').slice(1).join('\n')}`],
    ['a mark glued to the first name', `#a\tb\n${lines('\t').slice(1).join('\n')}`],
    ['a title above the names', `Measured in May\n\n${lines(',').join('\n')}`],
    ['a comma at the end of every line', lines(',').join(',\n')],
    ['a comma at the end of every row but the names', `a,b\n${lines(',').slice(1).join(',\n')},\n`],
    ['empty columns and rows of a spreadsheet', `${lines(',').join(',,\n')},,\n,,,\n,,,\n`],
    ['blank lines between blocks', lines(' ').join('\n\n\n')],
    ['UTF-16 without a mark', lines('\t').join('\r\n')],
  ])('are read: %s', async (name, text) => {
    const source = name.startsWith('UTF-16')
      ? new Uint8Array(Uint16Array.from(text, (letter) => letter.charCodeAt(0)).buffer)
      : text;
    expect(await columnsOf(source)).toEqual(expected);
  });

  it('are read the same as bytes, compressed, and however they are cut', async () => {
    const text = `# first\n# a b\n${lines('  ').slice(1).join('\r\n')}\r\n`;
    for (const bytes of [encode(text), gzipSync(text)]) {
      expect(await columnsOf(bytes)).toEqual(expected);
      for (const size of [1, 3, 7]) {
        const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) =>
          bytes.subarray(k * size, (k + 1) * size),
        );
        expect(await columnsOf(parts)).toEqual(expected);
      }
      expect(await columnsOf(new Blob([new Uint8Array(bytes)]))).toEqual(expected);
    }
  });

  it('keep names of several words apart where two blanks part the columns', async () => {
    const text = 'wall time   unit price\n      1.5           10\n        2           20\n';
    expect(await columnsOf(text)).toEqual({ 'wall time': [1.5, 2], 'unit price': [10, 20] });
  });

  it('have no names, and blanks at the start of a line', async () => {
    expect(await columnsOf('  1.5   10\n  2.25  20\n  3     30\n')).toEqual({
      x0: expected.a,
      x1: expected.b,
    });
  });

  it('have words with blanks in them: the commas count', async () => {
    const table = await read('who,when,x\nAnn Lee,5 May 2020,1\nBo Ek,6 May 2020,2\n');
    expect(table).toMatchObject({ columns: { x: [1, 2] }, text: ['who', 'when'] });
  });

  it('say the units below the names', async () => {
    const units = await read('length,width,note,area\ncm,[m/s],,-\n1,2,x,3\n4,5,y,6\n');
    expect(units).toMatchObject({
      columns: { length: [1, 4], width: [2, 5], area: [3, 6] },
      units: ['cm', 'm/s', '-'],
    });
    expect(units.notes?.join(' ')).toContain("Units below the names: 'cm', '[m/s]'");
    // One word in a row of numbers is no row of units.
    expect((await refusal('a,b\n1,x\n3,4\n5,6\n')).position).toEqual({ row: 1, column: 'b' });
  });

  it('say that the last row is a total', async () => {
    const table = await read('item,n,price\nscrew,1,2\nnut,3,4\nTotal,4,6\n');
    expect(table.columns).toEqual({ n: [1, 3], price: [2, 4] });
    expect(table.notes).toContain('The last row, "Total", was left out as a total.');
    expect(await columnsOf('n,price\n1,2\n3,4\nSumme:,6\n')).toEqual({ n: [1, 3], price: [2, 4] });
    // Where the word stands in other rows too, it is a kind of row.
    expect((await read('kind,n\npart,1\npart,5\ntotal,2\npart,3\ntotal,4\n')).columns).toEqual({
      n: [1, 5, 2, 3, 4],
    });
  });

  it('have a column that numbers the rows under no name: it is left out', async () => {
    const pandas = await read(',a,b\n0,1.5,10\n1,2.25,20\n2,3,30\n');
    expect(pandas.columns).toEqual(expected);
    expect(pandas.notes).toEqual(['The column without a name has the numbers of the rows and was left out.']);
    // R writes one name fewer than a row has cells.
    expect(await columnsOf('"a" "b"\n"1" 1.5 10\n"2" 2.25 20\n"3" 3 30\n')).toEqual(expected);
    expect((await read('a,b\nVolvo,1.5,10\nFiat,2.25,20\nFord,3,30\n')).columns).toEqual(expected);
    // Other numbers are a column.
    expect(await columnsOf(',b\n3,1\n5,2\n9,3\n')).toEqual({ column1: [3, 5, 9], b: [1, 2, 3] });
  });

  it('have empty columns: no cell of them is missing', async () => {
    const table = await read('a,note,b\n1.5,,10\n2.25,NA,20\n3,,30\n');
    expect(table.columns).toEqual(expected);
    expect(table.notes).toEqual(["'note' is empty and was left out."]);
    expect((await refusal('a,note\n1,\n2,\n', { columns: ['a', 'note'] })).position.column).toBe('note');
  });
});

describe('the line of names', () => {
  it.each<[string, string, string[], number]>([
    ['years', '2019,2020,2021\n1.5,2.5,3.5\n4.5,5.5,6.5\n', ['2019', '2020', '2021'], 2],
    ['the numbers pandas gives', '0,1,2\n0.5,1.5,2.5\n3.5,4.5,5.5\n', ['0', '1', '2'], 2],
    ['years after a word', 'country,2019,2020\nA,1.5,2\nB,3,4.5\n', ['2019', '2020'], 2],
    ['brackets', '[a],[b]\n1,2\n3,4\n', ['[a]', '[b]'], 2],
    ['numbers in brackets', '[1],[2]\n1,2\n3,4\n', ['[1]', '[2]'], 2],
    ['braces', '{m},mass\n1,2\n3,4\n', ['{m}', 'mass'], 2],
    ['quoted braces', '"{""a""}",b\n1,2\n3,4\n', ['{"a"}', 'b'], 2],
  ])('is one of %s', async (_, text, names, rows) => {
    expect(await readTable(text)).toMatchObject({ names, rows });
  });

  it.each<[string, string, number]>([
    ['all numbers', '1,2\n3,4\n', 2],
    ['whole numbers that begin a table', '1,2,3\n0.5,2.5,9\n', 2],
    ['years in the rows', '2019,5\n2020,6\n2021,7\n', 3],
    ['a word before numbers', 'first,1.5\nsecond,2.5\nthird,3\n', 3],
  ])('is not there: %s', async (_, text, rows) => {
    expect((await readTable(text)).rows).toBe(rows);
  });

  it('is what the option says, and a guess that may be wrong is told', async () => {
    const years = '2019,2020\n1.5,2.5\n3.5,4.5\n';
    expect((await readTable(years)).notes?.[0]).toContain("The first line, '2019', '2020', counts as names");
    expect(await columnsOf(years, { header: false })).toEqual({ x0: [2019, 1.5, 3.5], x1: [2020, 2.5, 4.5] });
    expect(await columnsOf('1,2\n3,4\n', { header: true })).toEqual({ 1: [3], 2: [4] });
    expect((await readTable('first,1\nsecond,2\n')).notes?.[0]).toContain('counts as a row and not as names');
  });
});

describe('numbers', () => {
  const nbsp = '\u00a0';
  it.each<[string, string[], number[]]>([
    ['decimal commas', ['1,5', '-2,25', '3'], [1.5, -2.25, 3]],
    ['German', ['1.234,5', '12.345', '1.234.567'], [1234.5, 12345, 1234567]],
    ['English', ['1,234.5', '12,345', '1,234,567'], [1234.5, 12345, 1234567]],
    ['Indian', ['12,34,567.5', '1,00,000', '999'], [1234567.5, 100000, 999]],
    ['Swiss', ["1'234.5", '1’234’567', '12'], [1234.5, 1234567, 12]],
    ['French', [`1${nbsp}234,5`, '1\u202f234\u202f567', '12,75'], [1234.5, 1234567, 12.75]],
    ['blanks of three', ['1 234', '12 345 678', '5'], [1234, 12345678, 5]],
    ['scientific', ['1.5e3', '2E-2', '-3e+0'], [1500, 0.02, -3]],
    ['scientific with commas', ['1,5e3', '2E-2', '-3,25e0'], [1500, 0.02, -3.25]],
    ['three digits behind a point', ['1.234', '12.345', '0.5'], [1.234, 12.345, 0.5]],
    ['nothing but three digits behind a point', ['1.234', '12.345', '9.876'], [1.234, 12.345, 9.876]],
    ['three digits behind a comma that is no thousand', ['0,123', '1,234', '5'], [0.123, 1.234, 5]],
    ['signs of typesetters', ['−5', '–2.5', '+3'], [-5, -2.5, 3]],
    ['brackets of accountants', ['(13.81)', '2', '(1,000.5)'], [-13.81, 2, -1000.5]],
    ['a minus behind', ['13.81-', '2', '5-'], [-13.81, 2, -5]],
    ['dollars', ['$ 13.81', '-$2', '$-3.5'], [13.81, -2, -3.5]],
    ['dollars of accountants', ['$(13.81)', '($2,000.00)', '3'], [-13.81, -2000, 3]],
    ['euros behind', ['13,81 €', '2€', '1.000,5 €'], [13.81, 2, 1000.5]],
    ['codes of money', ['EUR 13.81', 'EUR 2', '3'], [13.81, 2, 3]],
    ['percent', ['45 %', '12.5%', '-3%'], [45, 12.5, -3]],
    ['units', ['8.2 cm', '1.5cm', '3 cm'], [8.2, 1.5, 3]],
    ['points without digits on one side', ['.5', '5.', '-.25'], [0.5, 5, -0.25]],
  ])('are read: %s', async (_, cells, values) => {
    const text = (mark: string) => `x${mark}y\n${cells.map((cell, k) => `${cell}${mark}${k}`).join('\n')}\n`;
    expect((await columnsOf(text(';'))).x).toEqual(values);
    expect((await columnsOf(text('\t'))).x).toEqual(values);
    const quoted = `x,y\n${cells.map((cell, k) => `"${cell}",${k}`).join('\n')}\n`;
    expect((await columnsOf(quoted)).x).toEqual(values);
  });

  it('are ambiguous where nothing tells: the option is named, and another column may tell', async () => {
    const text = 'a;b\n1,234;1\n5,678;2\n';
    const error = await refusal(text);
    expect(error.position).toEqual({ row: 1, column: 'a' });
    expect(error.message).toContain(
      "\"1,234\" may be 1234 or 1.234, and no other number tells: say thousands ',' for the first or decimal ','",
    );
    expect((await columnsOf(text, { thousands: ',' })).a).toEqual([1234, 5678]);
    expect((await columnsOf(text, { decimal: '.' })).a).toEqual([1234, 5678]);
    expect((await columnsOf(text, { decimal: ',' })).a).toEqual([1.234, 5.678]);
    expect((await columnsOf('a;b\n1,234;0.5\n5,678;2\n')).a).toEqual([1234, 5678]);
    expect((await columnsOf('a;b\n1,234;0,5\n5,678;2\n')).a).toEqual([1.234, 5.678]);
    // A column of its own is not asked for.
    expect(await columnsOf(text, { columns: ['b'] })).toEqual({ b: [1, 2] });
  });

  it('have points that separate thousands where other numbers have decimal commas', async () => {
    expect(await columnsOf('a;b\n1.500;2,5\n2.250;3,75\n')).toEqual({ a: [1500, 2250], b: [2.5, 3.75] });
    expect((await columnsOf('a;b\n1.500;2\n2.250;3\n', { thousands: '.' })).a).toEqual([1500, 2250]);
    expect((await columnsOf('a;b\n1.500;2\n2.250;3\n')).a).toEqual([1.5, 2.25]);
    expect((await read('a;b\n1.234,5;1\n', { thousands: 'none' })).text).toEqual(['a']);
    expect((await read('a;b\n1.234;1\n', { thousands: 'none', decimal: ',' })).text).toEqual(['a']);
  });

  it('do not change their convention in a column: the odd one is named', async () => {
    expect((await refusal('a;b\n1,5;1\n2,5;2\n2.75;3\n')).message).toContain(
      `row 3, column 'a' holds "2.75"`,
    );
    expect((await refusal('a\tb\n$5\t1\n€6\t2\n')).message).toContain('holds "€6"');
    expect((await refusal('a\tb\n5%\t1\n0.5\t2\n')).message).toContain('holds "0.5"');
    expect((await refusal('a\tb\n5\t1\n6 cm\t2\n')).message).toContain('holds "6 cm"');
  });

  it('tell in what they are', async () => {
    const { notes } = await read('price;rate;size\n1.234,5 €;5 %;3 cm\n2,5 €;7 %;4 cm\n');
    expect(notes).toEqual([
      "Decimal commas in 'price'.",
      "Digits in groups of thousands in 'price'.",
      "'price' is in €.",
      "'rate' is in %: 5 % counts as 5.",
      "'size' is in cm.",
    ]);
  });

  it('are refused where they would be rounded', async () => {
    const error = await refusal('id,y\n1,2\n1144919114294543778,3\n');
    expect(error.position).toEqual({ row: 2, column: 'id' });
    expect(error.message).toContain('1144919114294543778 is beyond ±2⁵³ and would be rounded');
    expect((await refusal('[{"id":9007199254740993}]')).position).toEqual({ row: 1, column: 'id' });
    expect((await refusal('id;y\n9.007.199.254.740.993;1,5\n')).position).toEqual({ row: 1, column: 'id' });
    expect(await columnsOf('id,y\n1144919114294543778,3\n', { columns: ['y'] })).toEqual({ y: [3] });
    // These are what float64 holds, or the shortest text for it.
    expect(await columnsOf('a,b\n9007199254740992,1152921504606847000\n')).toEqual({
      a: [2 ** 53],
      b: [2 ** 60],
    });
  });

  it('are no dates, times and truth values, which are words that are told by column', async () => {
    const { columns, text, notes } = await read(
      'day,at,ok,id,x\n2024-01-05,10:30,true,A1,1\n2024-01-06,11:30,false,B2,2\n',
    );
    expect(columns).toEqual({ x: [1, 2] });
    expect(text).toEqual(['day', 'at', 'ok', 'id']);
    expect(notes).toEqual([
      "'day' holds dates or times, which are not numbers: write days or seconds since the first.",
      "'at' holds dates or times, which are not numbers: write days or seconds since the first.",
      "'ok' holds 'true', 'false', which are not numbers: write 1 and 0.",
    ]);
    // Words with a number before them are words if there are others.
    expect((await read('street,x\n12 Main,1\nOak Avenue,2\n7 Elm,3\n')).text).toEqual(['street']);
  });

  it.each([
    '',
    'NA',
    'n/a',
    'NaN',
    'null',
    'None',
    '-',
    '--',
    '—',
    '?',
    '.',
    '#N/A',
    '#DIV/0!',
    '<NA>',
    '\\N',
  ])('are missing: %j', async (cell) => {
    const { position } = await refusal(`a,b\n1,2\n${cell},3\n`);
    expect(position).toEqual({ row: 2, column: 'a' });
    expect((await read(`a,b\n1,2\n${cell},3\n`, { onFault: 'drop' })).columns).toEqual({ a: [1], b: [2] });
  });
});

describe('JSON', () => {
  it('has one row a line, of objects or arrays', async () => {
    expect(await columnsOf('{"a": 1.5, "b": 10}\n{"b": 20, "a": 2.25}\r\n\n{"a": 3, "b": 30}\n')).toEqual(
      expected,
    );
    expect(await columnsOf('[1.5, 10]\n[2.25, 20]\n[3, 30]\n')).toEqual({ x0: expected.a, x1: expected.b });
    expect(await columnsOf('{"a": 1}')).toEqual({ a: [1] });
    const error = await refusal('{"a": 1}\n{"a": 2\n{"a": 3}\n');
    expect(error.message).toContain('offset 17');
  });

  it('has one list a column', async () => {
    expect(await columnsOf('{"a": [1.5, 2.25, 3], "b": [10, 20, 30]}')).toEqual(expected);
    expect((await refusal('{"a": [1, 2], "b": [1]}')).message).toContain(
      'this list has 1 values; the first has 2',
    );
  });

  it('has numbers in quotation marks, and what Python makes of a missing one', async () => {
    expect(await columnsOf('[{"a":"1,5"},{"a":"2,25"}]')).toEqual({ a: [1.5, 2.25] });
    const { columns, faults } = await read('[{"a":1},{"a":NaN},{"a":3}]', { onFault: 'drop' });
    expect(columns).toEqual({ a: [1, 3] });
    expect(faults?.first).toMatchObject([{ row: 2, column: 'a', kind: 'missing' }]);
  });

  it('has only the columns that are asked for', async () => {
    const text = '[{"a":1,"b":"x","id":9007199254740993},{"b":"y","a":2,"c":[]}]';
    expect(await columnsOf(text, { columns: ['a'] })).toEqual({ a: [1, 2] });
    await expect(readTable(text, { columns: ['z'] })).rejects.toThrow("the columns are 'a', 'b', 'id', 'c'");
    expect(await columnsOf('[[1,"x",3]]', { columns: ['x2', 'x0'] })).toEqual({ x2: [3], x0: [1] });
  });
});

describe('options', () => {
  it('override every guess', async () => {
    expect(await columnsOf('[1],[2]\n3,4\n', { format: 'csv' })).toEqual({ '[1]': [3], '[2]': [4] });
    expect(await columnsOf('1,2 3,4\n5,6 7,8\n', { format: 'whitespace' })).toEqual({
      x0: [1.2, 5.6],
      x1: [3.4, 7.8],
    });
    expect(await columnsOf('1,2 3\n4,5 6\n', { format: 'csv', delimiter: ' ' })).toEqual({
      x0: [1.2, 4.5],
      x1: [3, 6],
    });
    expect(await columnsOf('a;b\tc\n1;2\t3\n', { format: 'tsv', columns: ['c'] })).toEqual({ c: [3] });
    expect((await refusal('a,b\n1,2\n', { format: 'json' })).format).toBe('JSON');
    expect((await refusal('a,b\n1,2\n', { format: 'npy' })).format).toBe('npy');
    expect((await refusal('a,b\n1,2\n', { format: 'npz' })).format).toBe('npz');
    expect(await columnsOf('#,x\n1,2\n3,4\n', { comment: false })).toEqual({ '#': [1, 3], x: [2, 4] });
    expect(await columnsOf('!note\na,b\n!x\n1,2\n', { comment: '!' })).toEqual({ a: [1], b: [2] });
    const latin = Uint8Array.from(['g', 'r', 'ö', 'ß', 'e', '\n', '1', '\n'], (c) => c.charCodeAt(0));
    expect((await refusal(latin)).message).toContain('say its encoding, such as windows-1252');
    expect(await columnsOf(latin, { encoding: 'windows-1252' })).toEqual({ größe: [1] });
  });

  it.each<[object, string]>([
    [{ format: 'xlsx' }, "format is 'xlsx'; it must be 'csv', 'tsv'"],
    [{ seperator: ';' }, "reading a table has no option 'seperator'"],
    [{ constructor: 1 }, "reading a table has no option 'constructor'"],
    [{ thousands: '.', decimal: '.' }, 'decimal and thousands are both'],
    [{ header: 'yes' }, 'it must be true or false'],
    [{ encoding: 'latin-17' }, "encoding is 'latin-17', which is not known"],
    [{ columns: [] }, 'a list of at least 1'],
    [{ columns: 'a' }, 'a list of at least 1'],
    [{ comment: '' }, 'what lines of comment begin with'],
    [{ signal: true }, 'an AbortSignal'],
    [{ onFault: 'ignore' }, "'throw', 'drop' or 'keep'"],
  ])('are checked: %o', async (options, message) => {
    await expect(readTable('a,b\n1,2\n', options)).rejects.toThrow(OptionError);
    await expect(readTable('a,b\n1,2\n', options)).rejects.toThrow(message);
  });

  it.each<[unknown, string]>([
    [undefined, 'this is undefined'],
    [Promise.resolve(''), 'await it'],
    [new Response('a'), 'await its arrayBuffer()'],
    [[[1, 2]], 'a part of the source is object'],
  ])('and sources: %s', async (source, message) => {
    await expect(readTable(source as string)).rejects.toThrow(OptionError);
    await expect(readTable(source as string)).rejects.toThrow(message);
  });
});

describe('the same text, in batches and predicted', () => {
  const text = '# made by hand\nprice;rate\nEUR;%\n1.234,5 €;5 %\n2,5 €;7 %\n10 €;9 %\n';
  it('has the same numbers', async () => {
    const batches: number[][] = [];
    for await (const { columns } of tableBatches(text, { rows: 2 })) batches.push([...(columns[0] ?? [])]);
    expect(batches).toEqual([[1234.5, 2.5], [10]]);
    const packed: number[] = [];
    for await (const { columns } of tableBatches(gzipSync('{"a":1}\n{"a":2}\n{"a":3}\n'), { rows: 2 })) {
      packed.push(...(columns[0] ?? []));
    }
    expect(packed).toEqual([1, 2, 3]);
  });

  const model = {
    inputs: 2,
    outputs: 1,
    async *predictBatches(batches: AsyncIterable<Float64Array>) {
      for await (const batch of batches)
        yield batch.filter((_, at) => at % 2 === 0).map((value) => value / 4);
    },
  };
  const plain = (name: string) => ({ name, offset: 0, scale: 1 });
  async function predicted(source: Source, names = ['price', 'rate']) {
    const columns = { inputs: names.map(plain), targets: [plain('t')] };
    const saved = { model: { inputs: 2, layers: [{ unit: 'NAU' as const, outputs: 1 }] }, columns };
    let out = '';
    for await (const part of predictCsv(model, saved, source)) out += part;
    return out;
  }

  it('keeps the cells, the delimiter and the decimal sign', async () => {
    expect(await predicted(text)).toBe(
      'price;rate;t_predicted\n1.234,5 €;5 %;308,625\n2,5 €;7 %;0,625\n10 €;9 %;2,5\n',
    );
  });

  it('has commas where blanks or bars were, and from JSON and arrays', async () => {
    expect(await predicted('a b\n1 2\n3 4\n', ['a', 'b'])).toBe('a,b,t_predicted\n1,2,0.25\n3,4,0.75\n');
    expect(await predicted('| a | b |\n|---|---|\n| 1 | 2 |\n', ['a', 'b'])).toBe(
      'a,b,t_predicted\n1,2,0.25\n',
    );
    expect(await predicted('[{"b":2,"a":1,"c":3}]', ['a', 'b'])).toBe('b,a,c,t_predicted\n2,1,3,0.25\n');
    expect(await predicted('"1,5","2,5"\n"3,5","4,5"\n', ['x0', 'x1'])).toBe(
      'x0,x1,t_predicted\n"1,5","2,5","0,375"\n"3,5","4,5","0,875"\n',
    );
  });
});
