import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { FileFormatError, OptionError } from '../../src/errors.ts';
import {
  loadCheckpoint,
  loadModel,
  modelFromJson,
  modelToJson,
  predictCsv,
  readNpy,
  readNpz,
  readSafetensors,
  readTable,
  saveCheckpoint,
  saveModel,
  type Table,
  writeNpy,
} from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import { mutate } from '../support/mutate.ts';
import { npzOf } from '../support/npz.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

interface Target {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  /** Values that came out of `file`. */
  readonly read: (file: Uint8Array) => number | Promise<number>;
  /** Bytes of a file that one value takes at least: more values than that came from nowhere. */
  readonly bytesPerValue: number;
  /** Offsets are in what is unpacked. */
  readonly packed?: true;
}

/** Lets typed errors by. */
const notTyped = (error: unknown): void => {
  if (!(error instanceof FileFormatError)) throw error;
};
const cells = ({ rows, columns }: Table): number => rows * columns.length;
const model = {
  inputs: 2,
  layers: [
    { unit: 'NALU', outputs: 2, options: { epsilon: 1e-5 } },
    {
      unit: 'Linear',
      outputs: 1,
      initialization: {
        W: { kind: 'uniform', low: -1, high: 1 },
        b: { kind: 'constant', value: 0 },
      },
    },
  ],
} as const;
const modelFile = saveModel({
  model,
  parameters: [
    { W_hat: { data: [1, 2, 3, 4] }, M_hat: { data: [1, 2, 3, 4] }, G: { data: [1, 2, 3, 4] } },
    { W: { data: [1, 2] }, b: { data: [0] } },
  ],
  columns: {
    inputs: [
      { name: 'a', offset: 0, scale: 1 },
      { name: 'b', offset: 0, scale: 2 },
    ],
    targets: [{ name: 'c', offset: 1, scale: 1 }],
  },
});
const checkpoint = saveCheckpoint({
  version: 2,
  models: 2,
  lanes: 4,
  step: 10,
  logged: -1,
  floats: Float32Array.of(1, 2, 3, 4),
  trainStates: new Uint32Array(10),
  losses: Float32Array.of(0.5, 0.25),
  monitor: { errors: [1, Number.POSITIVE_INFINITY], histories: [[[1, 2]], []], draws: [0, 0] },
});
const tensorValues = (file: Uint8Array): number =>
  [...readSafetensors(file).tensors.values()].reduce((sum, { data }) => sum + data.length, 0);
const csvFiles = [
  'a,b,c\n1,2,3\n4,5.5,-6e-3\n',
  '"a";"b, ""c"""\r\n"1";2\r\n3;"4"\r\n',
  '1\t2\n3\t4\n5\tNA\n',
  '\ufeffx|y\n1|\n2|3\n',
].map(encode);
const jsonFiles = [
  '[{"a":1,"b":-2.5e3},{"a":null,"b":"x\\u00e9"}]',
  '[[1,2,3],[4,5,6]]',
  '[{"a":true,"c":[1,{}]},{"b":1}]',
].map(encode);
const writtenFiles = [
  'price;rate\nEUR;%\n1.234,5 €;5 %\n(2,5) €;7 %\nTotal;12 %\n',
  '# made by hand\n# a b\n  1.5   -2\n 2.25   30\n# x\n 3.75    4\n',
  '| a | **b** |\n|---|:-:|\n| 1 | 2 cm |\n| 3 | 4 cm |\n',
  'sep=;\n"a";"b"\n1,234;5\n6,5;7\n',
  ",a,2020\n0,1'234.5,2\n1,$2,3\n2,3,4\n",
].map(encode);
const jsonLines = [
  '{"a":1,"b":"2,5"}\n{"b":"3,5","a":NaN}\n',
  '[1,2]\n[3,4]\n',
  '{"a":[1,2],"b":[3,"x"]}',
].map(encode);
const npyFiles = [writeNpy(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]), writeNpy(Float32Array.of(1, 2, 3))];
const oneByteNpy = Uint8Array.from([
  ...[0x93, ...encode('NUMPY'), 3, 0, 64, 0, 0, 0],
  ...encode("{'fortran_order': True, 'shape': (2, 2), 'descr': '|i1'}".padEnd(64)),
  ...[1, 2, 3, 255],
]);

/** A model that gives the first input back. */
const echo = {
  inputs: 2,
  outputs: 1,
  async *predictBatches(batches: AsyncIterable<Float64Array>) {
    for await (const batch of batches) yield batch.filter((_, at) => at % 2 === 0);
  },
};
async function predictedValues(file: Uint8Array): Promise<number> {
  const plain = (name: string) => ({ name, offset: 0, scale: 1 });
  const columns = { inputs: ['a', 'b'].map(plain), targets: [plain('c')] };
  const saved = { model: { inputs: 2, layers: [{ unit: 'NAC' as const, outputs: 1 }] }, columns };
  let rows = 0;
  try {
    for await (const _ of predictCsv(echo, saved, file, { onRows: (count) => (rows = count) }));
  } catch (error) {
    // Another name in the first line: the column that was asked for is not there.
    if (!(error instanceof OptionError)) throw error;
    throw new FileFormatError('CSV', { row: 1 }, error.message, { cause: error });
  }
  return rows;
}

const targets: readonly Target[] = [
  {
    name: 'CSV',
    files: csvFiles,
    read: async (file) => cells(await readTable(file, { format: 'csv' })),
    bytesPerValue: 0.5,
  },
  {
    name: 'CSV that is predicted',
    files: [encode('b,"a note",a\n2.50,"x, ""y""",3\n-1,,  4e0\n'), encode('a\tb\n1\t2\n3\t4\n')],
    read: (file) => predictedValues(file),
    bytesPerValue: 0.5,
  },
  {
    name: 'CSV with decimal commas, keeping what is missing',
    files: csvFiles,
    read: async (file) => cells(await readTable(file, { decimal: ',', onFault: 'keep' })),
    bytesPerValue: 0.5,
  },
  {
    name: 'JSON rows',
    files: jsonFiles,
    read: async (file) => cells(await readTable(file, { format: 'json' })),
    bytesPerValue: 1,
  },
  {
    name: 'tables of any format',
    files: [...csvFiles, ...jsonFiles, ...npyFiles],
    read: async (file) => cells(await readTable(file, { onFault: 'drop' })),
    bytesPerValue: 0.5,
  },
  {
    name: 'tables as people write them',
    files: writtenFiles,
    read: async (file) => cells(await readTable(file, { onFault: 'keep' })),
    bytesPerValue: 0.5,
  },
  {
    name: 'aligned columns and Markdown by name',
    files: writtenFiles,
    async read(file) {
      await readTable(file, { format: 'markdown', onFault: 'keep' }).catch(notTyped);
      return cells(await readTable(file, { format: 'whitespace', onFault: 'keep' }));
    },
    bytesPerValue: 0.5,
  },
  {
    name: 'JSON lines',
    files: jsonLines,
    read: async (file) => cells(await readTable(file, { format: 'jsonl', onFault: 'drop' })),
    bytesPerValue: 0.5,
  },
  {
    name: 'compressed tables',
    files: [...csvFiles, ...jsonLines].map((file) => Uint8Array.from(gzipSync(file))),
    // What is packed may hold more than there are bytes.
    read: async (file) => Math.min(1, cells(await readTable(file, { onFault: 'keep' }))),
    bytesPerValue: 0.5,
    packed: true,
  },
  {
    name: '.npz',
    files: [npzOf({ a: writeNpy(Float64Array.of(1, 2, 3)), b: writeNpy(new Float32Array(6), [3, 2]) })],
    async read(file) {
      await readNpz(file).catch(notTyped);
      return Math.min(1, cells(await readTable(file, { format: 'npz', onFault: 'keep' })));
    },
    bytesPerValue: 1,
    packed: true,
  },
  {
    name: '.npy',
    files: [...npyFiles, oneByteNpy],
    read: (file) => readNpy(file).data.length,
    bytesPerValue: 1,
  },
  { name: 'safetensors', files: [modelFile, checkpoint], read: tensorValues, bytesPerValue: 1 },
  {
    name: 'models',
    files: [modelFile],
    read(file) {
      loadModel(file);
      return tensorValues(file);
    },
    bytesPerValue: 1,
  },
  {
    name: 'checkpoints',
    files: [checkpoint],
    read(file) {
      loadCheckpoint(file);
      return tensorValues(file);
    },
    bytesPerValue: 1,
  },
  {
    name: 'descriptions of models',
    files: [encode(modelToJson(model))],
    read: (file) => modelFromJson(decode(file)).layers.length,
    bytesPerValue: 1,
  },
];

/** What came of it: values, or a typed error with a position. Anything else is thrown. */
async function outcome({ read, packed }: Target, file: Uint8Array): Promise<number | 'refused'> {
  try {
    return await read(file);
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw new Error(`not typed: ${error}`, { cause: error });
    const { offset, row, column, path } = error.position;
    const known =
      [offset, row].some((place) => Number.isSafeInteger(place)) || (column ?? path) !== undefined;
    if (!known) throw new Error(`without a position: ${error.message}`);
    if (offset !== undefined && !packed && !(offset >= 0 && offset <= file.length)) {
      throw new Error(`offset ${offset} in a file of ${file.length} bytes: ${error.message}`);
    }
    if (error.message.length > 2000) throw new Error(`${error.message.length} characters in a message`);
    return 'refused';
  }
}

const MUTANTS = 400;

describe.each(targets)('spoilt $name', (target) => {
  it('are read or refused with a position, and never hold more than there is', async () => {
    const random = createRandom(42, 7);
    let refused = 0;
    for (let draw = 0; draw < MUTANTS; draw++) {
      const file = mutate(target.files[draw % target.files.length] as Uint8Array, random);
      const found = await outcome(target, file).catch((error: unknown) => {
        throw new Error(`mutant ${draw}, ${JSON.stringify(decode(file)).slice(0, 500)}: ${error}`, {
          cause: error,
        });
      });
      if (found === 'refused') refused += 1;
      else expect(found).toBeLessThanOrEqual(file.length / target.bytesPerValue);
    }
    // Otherwise the changes were too small, or too large, to say anything.
    expect(refused).toBeGreaterThan(MUTANTS / 10);
    expect(refused).toBeLessThan(MUTANTS);
  });

  it('are refused when they are no such file at all', async () => {
    const random = createRandom(43);
    for (let draw = 0; draw < 100; draw++) {
      const noise = Uint8Array.from({ length: random.integer(200) }, () => random.integer(256));
      await outcome(target, noise);
    }
    expect(await outcome(target, new Uint8Array(0))).toBe('refused');
  });

  it('are refused at length: thirty thousand bytes of one kind', async () => {
    for (const piece of [
      '"',
      '""',
      '",',
      '"a" ',
      '[',
      '[[',
      '{"',
      '{"a":',
      '\n',
      ',',
      '\\',
      '1',
      '-',
      ' ',
      '\r',
      "'",
    ]) {
      await outcome(target, encode(piece.repeat(30_000 / piece.length)));
    }
  });
});
