import { describe, expect, it } from 'vitest';
import { DataError, FileFormatError, OptionError } from '../../src/errors.ts';
import {
  chooseColumns,
  readNpy,
  readSafetensors,
  readTable,
  rowsOf,
  summarize,
  tableOf,
  tableOfRows,
  writeNpy,
  writeSafetensors,
} from '../../src/io/index.ts';
import { parseJson } from '../../src/io/json.ts';

const bytesOf = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const encode = (text: string) => new TextEncoder().encode(text);
const refusal = (act: () => unknown): FileFormatError => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(FileFormatError);
    return error as FileFormatError;
  }
  throw new Error('nothing was refused');
};

/** A file with this header, whatever it says, and `data` bytes of zeros. */
function safetensors(header: unknown, data = 0, length?: bigint): Uint8Array {
  const text = encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
}
const f32 = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('safetensors', () => {
  it('round-trips every type to the bit, NaN payloads included', () => {
    const floats = new Float32Array(4);
    new Uint32Array(floats.buffer).set([0x7fc12345, 0x80000000, 1, 0xff800000]);
    const tensors = new Map([
      ['b', { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 2, 255) }],
      ['a', { dtype: 'F32', shape: [2, 2], data: floats }],
      ['scalar', { dtype: 'F64', shape: [], data: Float64Array.of(0.1) }],
      ['none', { dtype: 'I32', shape: [0, 5], data: new Int32Array(0) }],
      ['weights, Ŵ "x"', { dtype: 'U32', shape: [1], data: Uint32Array.of(0xffffffff) }],
    ] as const);
    const metadata = { format: 'test', größe: 'ja\n"' };
    const file = writeSafetensors({ tensors, metadata });
    const back = readSafetensors(file);
    expect(back.metadata).toEqual(metadata);
    expect([...back.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
    for (const [name, { dtype, shape, data }] of tensors) {
      const found = back.tensors.get(name);
      expect(found).toMatchObject({ dtype, shape });
      expect(new Uint8Array(found?.data.buffer as ArrayBuffer)).toEqual(
        new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      );
    }
    const header = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect((8 + header) % 8).toBe(0);
    expect(new TextDecoder().decode(file.subarray(8, 9))).toBe('{');
  });

  it('reads what the format’s own library wrote', () => {
    // safetensors.numpy.save_file, metadata { x: 'é' }.
    const file =
      'wAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJ4Ijoiw6kifSwiYSI6eyJkdHlwZSI6IkYzMiIsInNoYXBlIjpbMSwyXSwiZGF0' +
      'YV9vZmZzZXRzIjpbMCw4XX0sInoiOnsiZHR5cGUiOiJJMzIiLCJzaGFwZSI6W10sImRhdGFfb2Zmc2V0cyI6WzgsMTJdfSwi' +
      'YiI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOlszXSwiZGF0YV9vZmZzZXRzIjpbMTIsMTVdfX0gICAAAMA/AAAAwAcAAAAAAQI=';
    const { tensors, metadata } = readSafetensors(bytesOf(file));
    expect(metadata).toEqual({ x: 'é' });
    expect(tensors.get('a')).toEqual({ dtype: 'F32', shape: [1, 2], data: Float32Array.of(1.5, -2) });
    expect(tensors.get('b')).toEqual({ dtype: 'U8', shape: [3], data: Uint8Array.of(0, 1, 2) });
    expect(tensors.get('z')).toEqual({ dtype: 'I32', shape: [], data: Int32Array.of(7) });
  });

  it('reads a part of a buffer, as Node gives files', () => {
    const tensors = new Map([
      ['a', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }],
      ['b', { dtype: 'U8', shape: [1], data: Uint8Array.of(3) }],
    ] as const);
    const file = writeSafetensors({ tensors, metadata: {} });
    const buffer = Buffer.concat([Buffer.from('ab'), file, Buffer.from('c')]).subarray(2, -1);
    const back = readSafetensors(buffer);
    buffer.fill(0);
    expect([...back.tensors.values()].map(({ data }) => [...data])).toEqual([[1, 2], [3]]);
    const npyFile = Buffer.concat([Buffer.from('abc'), writeNpy(Float64Array.of(5, 6))]).subarray(3);
    expect([...readNpy(npyFile).data]).toEqual([5, 6]);
  });

  it('reads what another program wrote: any order, spaces behind the header, no metadata', () => {
    const header = { b: f32(8, 12), a: f32(0, 8, [2, 1]) };
    const file = safetensors(`${JSON.stringify(header)}   `, 12);
    new DataView(file.buffer).setFloat32(file.length - 4, -1.5, true);
    const { tensors, metadata } = readSafetensors(file);
    expect(metadata).toEqual({});
    expect(tensors.get('b')?.data).toEqual(Float32Array.of(-1.5));
    expect(tensors.get('a')?.shape).toEqual([2, 1]);
  });

  it.each<[string, Uint8Array, number | { data: number }, string]>([
    ['nothing', new Uint8Array(0), 0, 'a header length of 8 bytes is needed'],
    ['a header of 2⁶³ bytes', safetensors('{}', 0, 2n ** 63n), 0, 'at most 100000000'],
    ['a header of 1 GB in a file of 10 bytes', safetensors('{}', 0, 10n ** 9n), 0, 'at most 100000000'],
    ['a header longer than the file', safetensors('{}', 0, 50n), 0, 'it is cut off'],
    ['a header that begins otherwise', safetensors(' {}'), 8, "must begin with '{'"],
    ['a header that is no JSON', safetensors('{"a":}'), 13, 'expected a value'],
    ['a header that is not text', safetensors('{}').fill(0xff, 9), 8, 'not UTF-8'],
    ['a name twice', safetensors('{"a":{},"a":{}}'), 16, 'the name "a" stands twice'],
    ['a deep header', safetensors(`{"a":${'['.repeat(1e5)}`), 16, 'nested more than 3 deep'],
    ['1 GB of data in a small file', safetensors({ a: f32(0, 1e9) }, 4), { data: 4 }, 'the file is cut off'],
    [
      'bytes that belong to nothing',
      safetensors({ a: f32(0, 4) }, 8),
      { data: 4 },
      'the rest belongs to none',
    ],
    ['a gap', safetensors({ a: f32(4, 8) }, 8), { data: 0 }, "4 bytes before tensor 'a' belong to none"],
    [
      'an overlap',
      safetensors({ a: f32(0, 8), b: f32(4, 12) }, 12),
      { data: 4 },
      "'b' overlaps the one before",
    ],
    ['a wrong size', safetensors({ a: f32(0, 6, [1]) }, 6), 8, 'hold 6 bytes; shape [1] of F32 has 4'],
    ['an end before the start', safetensors({ a: f32(4, 0, [1]) }, 4), 8, 'end before they begin'],
    ['a negative offset', safetensors({ a: f32(-4, 0, [1]) }, 4), 8, 'two whole numbers'],
    ['a broken shape', safetensors({ a: f32(0, 4, [1.5]) }, 4), 8, 'shape must be'],
    ['a huge shape', safetensors({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, 4), 8, 'shape [1099511627776,'],
    ['half a number', safetensors({ a: f32(0, 4, [1], 'BF16') }, 4), 8, 'shape [1] of BF16 has 2'],
    ['a type that is no name', safetensors({ a: f32(0, 4, [1], 3) }, 4), 8, 'must be the name of a type'],
    ['something else in a tensor', safetensors({ a: { ...f32(0, 4), x: 1 } }, 4), 8, '"x" is not part'],
    ['a tensor that is none', safetensors({ a: 3 }), 8, "tensor 'a': must be an object"],
    ['metadata of numbers', safetensors({ __metadata__: { a: 1 } }), 8, '__metadata__.a must be a text'],
  ])('refuses %s', (_, file, place, message) => {
    const error = refusal(() => readSafetensors(file));
    expect(error.message).toContain(message);
    const dataStart = () => 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(error.position.offset).toBe(typeof place === 'number' ? place : dataStart() + place.data);
  });

  it('refuses to write values that do not fit their shape', () => {
    const bad = new Map([['a', { dtype: 'F32' as const, shape: [3], data: new Float32Array(2) }]]);
    expect(() => writeSafetensors({ tensors: bad, metadata: {} })).toThrow(OptionError);
  });
});

/** Written by NumPy 2.4 with numpy.lib.format.write_array. */
const npy = {
  /** float64, row-major, version 1. */
  plain:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsIDMpLCB9ICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAAD4PwAAAAAAAADA' +
    'AAAAAAAACEAAAAAAAAAQQJqZmZmZmbk/AAAAAAAAAIA=',
  /** float64, big-endian, column-major. */
  fortran:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/+AAAAAAAAEAQAAAAAAAA' +
    'wAAAAAAAAAA/uZmZmZmZmkAIAAAAAAAAgAAAAAAAAAA=',
  /** float32, version 2. */
  second:
    'k05VTVBZAgB0AAAAeydkZXNjcic6ICc8ZjQnLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMiwgMyksIH0g' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAMA/AAAAwAAAQEAAAIBA' +
    'zczMPQAAAIA=',
  /** int16, one dimension, version 3. */
  third:
    'k05VTVBZAwB0AAAAeydkZXNjcic6ICc8aTInLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMywpLCB9ICAg' +
    'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoBAP7/LAE=',
};
const written = [1.5, -2, 3, 4, 0.1, -0];

/** Version 1 with this dictionary, then `data`. */
function npyFile(dictionary: string, data: ArrayBuffer | Uint8Array<ArrayBuffer> = new Uint8Array(0)) {
  const text = encode(dictionary);
  const bytes = new Uint8Array(data);
  return Uint8Array.from([0x93, ...encode('NUMPY'), 1, 0, text.length, 0, ...text, ...bytes]);
}
const header = (descr: string, shape = '(1,)') =>
  `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;

describe('.npy', () => {
  it.each([
    ['plain', '<f8', written],
    ['fortran', '>f8', written],
    ['second', '<f4', written.map(Math.fround)],
    ['third', '<i2', [1, -2, 300]],
  ] as const)('reads what NumPy wrote: %s', (name, dtype, values) => {
    const found = readNpy(bytesOf(npy[name]));
    expect(found).toMatchObject({ dtype, shape: name === 'third' ? [3] : [2, 3] });
    expect([...found.data].map((v, k) => Object.is(v, values[k]))).toEqual(values.map(() => true));
  });

  it('writes what NumPy wrote, to the byte', () => {
    expect(writeNpy(Float64Array.from(written), [2, 3])).toEqual(bytesOf(npy.plain));
    expect(readNpy(writeNpy(Float32Array.of(1, 2)))).toMatchObject({ dtype: '<f4', shape: [2] });
    expect(() => writeNpy(new Float64Array(5), [2, 3])).toThrow(OptionError);
  });

  it.each<[string, ArrayBuffer, number]>([
    ["'|i1'", Int8Array.of(-3).buffer, -3],
    ["'|u1'", Uint8Array.of(200).buffer, 200],
    ["'<u2'", Uint16Array.of(60_000).buffer, 60_000],
    ["'>u2'", Uint8Array.of(1, 2).buffer, 258],
    ["'<i4'", Int32Array.of(-5).buffer, -5],
    ["'=u4'", Uint32Array.of(4e9).buffer, 4e9],
    ["'<i8'", BigInt64Array.of(-(2n ** 53n) + 1n).buffer, -(2 ** 53) + 1],
    ["'<u8'", BigUint64Array.of(7n).buffer, 7],
  ])('reads whole numbers: %s', (descr, data, expected) => {
    expect([...readNpy(npyFile(header(descr), data)).data]).toEqual([expected]);
  });

  it('reads three dimensions in column-major order', () => {
    const dictionary = "{'shape': (2, 3, 2), 'fortran_order': True, 'descr': '|u1'}";
    const data = Uint8Array.from({ length: 12 }, (_, k) => k);
    expect([...readNpy(npyFile(dictionary, data)).data]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
  });

  it.each<[string, Uint8Array, string]>([
    ['another file', encode('PK\u0003\u0004 something'), 'does not begin with'],
    ['version 4', bytesOf(npy.plain).fill(4, 6, 7), 'version 4.0'],
    ['a header beyond the end', npyFile('').fill(200, 8, 9), 'it is cut off'],
    ['half a header', bytesOf(npy.second).subarray(0, 9), 'cut off'],
    ['float128', npyFile(header("'<f16'"), new Uint8Array(16)), "type '<f16' are not read"],
    ['complex numbers', npyFile(header("'<c16'")), "type '<c16'"],
    ['objects', npyFile(header("'|O'")), "type '|O'"],
    ['records', npyFile(header("[('a', '<f4')]")), 'records and other compound'],
    ['a number beyond 2⁵³', npyFile(header("'<i8'"), BigInt64Array.of(2n ** 53n).buffer), 'beyond ±2⁵³'],
    ['too few bytes', npyFile(header("'<f8'", '(2,)'), new Uint8Array(8)), 'has 16 bytes; the file has 8'],
    ['too many bytes', npyFile(header("'<f8'"), new Uint8Array(9)), 'has 8 bytes; the file has 9'],
    ['a claim of 2⁶⁰ values', npyFile(header("'<f8'", '(1073741824, 1073741824)')), 'the file has 0'],
    ['a negative shape', npyFile(header("'<f8'", '(-1,)')), 'dictionary'],
    ['a missing shape', npyFile("{'descr': '<f8', 'fortran_order': False}"), 'must all be there'],
    ['a name twice', npyFile("{'descr': '<f8', 'descr': '<f8'}"), 'stands twice'],
    ['another name', npyFile("{'toString': '<f8'}"), 'not part of the header'],
    ['something behind', npyFile(`${header("'|u1'")} x`, Uint8Array.of(1)), 'behind the dictionary'],
  ])('refuses %s', (_, file, message) => {
    const error = refusal(() => readNpy(file));
    expect(error.message).toContain(message);
    expect(error.position.offset).toBeTypeOf('number');
  });
});

describe('JSON', () => {
  it('is read as JSON.parse reads it', () => {
    const text = ' {"a":[1,-0.5e+3,true,null,"\\u00e9\\n\\ud83d\\ude00"],"":{"x":[]},"b":{}} ';
    expect(JSON.parse(JSON.stringify(parseJson(text)))).toEqual(JSON.parse(text));
    expect(Object.getPrototypeOf(parseJson('{"__proto__":{"a":1}}'))).toBeNull();
  });

  it.each<[string, number, string]>([
    ['', 0, 'expected a value, found the end'],
    ['[1,]', 3, 'expected a value, found "]"'],
    ['[1 2]', 3, "expected ',' or ']'"],
    ['{"a" 1}', 5, "expected ':'"],
    ['{a:1}', 1, 'expected a name in quotation marks'],
    ['{"a":1,"a":2}', 7, 'stands twice'],
    ['"abc', 0, 'without an end'],
    ['"a\nb"', 2, 'a control character'],
    ['"\\x"', 1, 'no such escape'],
    ['"\\u12g4"', 1, 'no such escape'],
    ['01', 1, 'expected the end'],
    ['1.', 1, 'expected the end'],
    ['NaN', 0, 'expected a value'],
    ['[[[[', 3, 'nested more than 2 deep'],
    ['[1,2,3,4,5,6]', 9, 'more than 5 values'],
  ])('refuses %s', (text, offset, message) => {
    const error = refusal(() => parseJson(text, { depth: 2, values: 5 }));
    expect(error.message).toContain(message);
    expect(error.position).toEqual({ offset });
  });
});

describe('a table of anything', () => {
  const listOf = async (source: string | Uint8Array, options = {}) => {
    const { names, columns, faults, text } = await readTable(source, options);
    return { names, columns: columns.map((column) => [...column]), faults, text };
  };

  it('comes from arrays of objects, with missing names as missing cells', async () => {
    const rows = '[{"a":1,"b":2},{"b":4,"a":3,"c":"x"},{"a":5,"b":null}]';
    const error = await readTable(rows).catch((reason: unknown) => reason as FileFormatError);
    expect(error).toMatchObject({ format: 'JSON', position: { row: 3, column: 'b' } });
    expect(await listOf(rows, { onFault: 'drop' })).toMatchObject({
      names: ['a', 'b'],
      columns: [
        [1, 3],
        [2, 4],
      ],
      text: ['c'],
      faults: { count: 1, rows: 1 },
    });
  });

  it('comes from arrays of arrays and from .npy', async () => {
    const columns = [
      [1.5, 4],
      [-2, 0.1],
      [3, -0],
    ];
    const names = ['x0', 'x1', 'x2'];
    expect(await listOf('[[1.5,-2,3],[4,0.1,-0]]')).toMatchObject({ names, columns });
    expect(await listOf(bytesOf(npy.fortran))).toMatchObject({ names, columns });
    expect(await listOf(bytesOf(npy.plain), { columns: ['x2'] })).toMatchObject({ columns: [[3, -0]] });
    expect(await listOf(bytesOf(npy.third))).toMatchObject({ names: ['x0'], columns: [[1, -2, 300]] });
    expect(await listOf('1,2\n3,4')).toMatchObject({ names: ['x0', 'x1'] });
    expect(await listOf('1;2\t3', { format: 'tsv', header: false, columns: ['x1'] })).toMatchObject({
      columns: [[3]],
    });
  });

  it.each<[string, string | Uint8Array, object, string]>([
    ['an object of lists of other lengths', '{"a":[1],"b":[]}', { path: 'b' }, 'this list has 0 values'],
    ['no rows', '[]', { offset: 0 }, 'there are no rows'],
    ['rows of both kinds', '[{"a":1},[1]]', { row: 2 }, 'expected an object, found an array'],
    ['rows of other lengths', '[[1,2],[1]]', { row: 2 }, 'expected an array of 2 as in the first row'],
    ['a cell that is a list', '[[1],[[1]]]', { row: 2, column: 'x0' }, 'holds "an array"'],
    ['NaN in .npy', writeNpy(Float64Array.of(1, Number.NaN)), { row: 2, column: 'x0' }, 'is missing'],
    ['a cube', writeNpy(new Float64Array(8), [2, 2, 2]), { offset: 0 }, 'is no table'],
    ['an empty array', writeNpy(new Float64Array(0), [0, 2]), { offset: 0 }, 'is no table'],
  ])('is not %s', async (_, source, position, message) => {
    const error = await readTable(source).catch((reason: unknown) => reason as FileFormatError);
    expect(error).toBeInstanceOf(FileFormatError);
    expect(error).toMatchObject({ position });
    expect((error as FileFormatError).message).toContain(message);
  });

  it('has rows in row-major order, by name', () => {
    const table = tableOf({ a: [1, 2], b: [3, 4], c: [5, 6] });
    expect([...rowsOf(table, ['c', 'a'])]).toEqual([5, 1, 6, 2]);
    expect(tableOfRows([[1, 2]]).names).toEqual(['x0', 'x1']);
    expect(() => rowsOf(table, ['d'])).toThrow("there is no column 'd'; the columns are 'a', 'b', 'c'");
    expect(() => tableOf({ a: [1], b: [1, 2] })).toThrow(DataError);
    expect(() => tableOfRows([[1, 2], [3]])).toThrow('row 1: has 1 values; there are 2 columns');
  });

  it('has targets and inputs', () => {
    const names = ['a', 'b', 'c'];
    expect(chooseColumns(names)).toEqual({ inputs: ['a', 'b'], targets: ['c'] });
    expect(chooseColumns(names, { targets: ['a'], inputs: ['c'] })).toEqual({
      inputs: ['c'],
      targets: ['a'],
    });
    expect(() => chooseColumns(names, { targets: ['z'] })).toThrow(
      "target 'z' is not a column; the columns are",
    );
    expect(() => chooseColumns(['area [m^2]', 'force [N]'], { targets: ['force'] })).toThrow(
      "target 'force' is not a column; did you mean 'force [N]'? The columns are 'area [m^2]', 'force [N]'",
    );
    expect(() => chooseColumns(names, { targets: ['a'], inputs: ['a'] })).toThrow(
      'both an input and a target',
    );
    expect(() => chooseColumns(['a'])).toThrow('no column is left as input');
  });

  it('is summarised', () => {
    const summary = summarize(
      tableOf({ a: [1, -2, 0, 1], b: [7, 7, 7, 7], c: [1, -2, 0, 1], d: [0.5, 2, 3, 0.5] }),
    );
    expect(summary).toMatchObject({ rows: 4, duplicateRows: 1 });
    const [a, b, c, d] = summary.columns;
    expect(a).toEqual({
      name: 'a',
      min: -2,
      max: 1,
      mean: 0,
      negative: 1,
      zero: 1,
      positive: 2,
      whole: true,
      magnitude: [1, 2],
      constant: false,
    });
    expect([b?.constant, c?.duplicateOf, d?.whole]).toEqual([true, 'a', false]);
  });
});
