import { describe, expect, it } from 'vitest';
import { DataError, FileFormatError, OptionError } from '../../src/errors.ts';
import {
  type ForeignTensor,
  importParameters,
  loadModel,
  readNpy,
  readNpz,
  readSafetensors,
  type SafeTensor,
  saveModel,
  tensorValues,
  writeNpy,
} from '../../src/io/index.ts';
import { toMatrix } from '../../src/model/data.ts';
import { type ModelDescription, resolveModel } from '../../src/model/description.ts';
import { predict64 } from '../../src/model/evaluate.ts';
import { joinParameters } from '../../src/model/weights.ts';
import { createRandom } from '../../src/random.ts';

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

type Kind = 'F32' | 'F64' | 'F16' | 'BF16' | 'I64';

/** The upper 16 bits, and binary16 of what is exact in it. */
const bits: Record<'F16' | 'BF16', (value: number) => number> = {
  BF16: (value) => (new Uint32Array(Float32Array.of(value).buffer)[0] as number) >>> 16,
  F16(value) {
    if (value === 0) return 0;
    const exponent = Math.floor(Math.log2(Math.abs(value)));
    const fraction = Math.abs(value) / 2 ** exponent - 1;
    return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | (fraction * 1024);
  },
};

const encoders: Record<Kind, (values: readonly number[]) => ArrayBufferView> = {
  F32: (values) => Float32Array.from(values),
  F64: (values) => Float64Array.from(values),
  F16: (values) => Uint16Array.from(values, bits.F16),
  BF16: (values) => Uint16Array.from(values, bits.BF16),
  I64: (values) => BigInt64Array.from(values, BigInt),
};

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

const entry = (dtype: Kind, shape: readonly number[], values: readonly number[]): Entry => {
  const { buffer, byteOffset, byteLength } = encoders[dtype](values);
  return { dtype, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
};

/** A file as `safetensors.torch.save_file` lays it out. */
function torchFile(entries: Readonly<Record<string, Entry>>): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const data: number[] = [];
  for (const [name, { dtype, shape, bytes }] of Object.entries(entries)) {
    header[name] = { dtype, shape, data_offsets: [data.length, data.length + bytes.length] };
    data.push(...bytes);
  }
  const text = new TextEncoder().encode(JSON.stringify(header).replace(/.{0}$/, ''));
  const padded = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + padded + data.length).fill(0x20);
  new DataView(file.buffer).setBigUint64(0, BigInt(padded), true);
  file.set(text, 8);
  file.set(data, 8 + padded);
  return file;
}

/** Of a parameter of PyTorch: [outputs, inputs], values that BF16 holds. */
const weights = (outputs: number, inputs: number, seed: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: outputs * inputs }, () => (random.integer(63) - 31) / 16);
};
const row = (matrix: readonly number[], inputs: number, output: number) =>
  matrix.slice(output * inputs, (output + 1) * inputs);
/** As torch.nn.functional.linear. */
const linear = (x: readonly number[], matrix: readonly number[]) =>
  Array.from({ length: matrix.length / x.length }, (_, output) =>
    row(matrix, x.length, output).reduce((sum, weight, k) => sum + weight * (x[k] as number), 0),
  );
const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));
const nacWeight = (w: readonly number[], m: readonly number[]) =>
  w.map((value, k) => Math.tanh(value) * sigmoid(m[k] as number));

/** What the model computes of `x` with these parameters, in float64. */
function predicted(
  model: ModelDescription,
  parameters: ReturnType<typeof importParameters>,
  x: readonly number[],
) {
  const resolved = resolveModel(model);
  const parts = resolved.layers.map((layer, k) => joinParameters(layer, parameters[k] ?? {}, `layer ${k}`));
  const flat = Float32Array.from(parts.flatMap((part) => [...part]));
  return [...(predict64(resolved, flat, toMatrix('x', [x], x.length)) ?? [])];
}

/** Names of stable-nalu: a GeneralizedLayer holds its unit as `layer`, and a NALU its NAC as `nac_add`. */
const stableNalu = (name: string): string | undefined => {
  const found = /^layer_(\d+)\.layer\.(?:nac_add\.)?(W|W_hat|M_hat|G)$/.exec(name);
  return found ? `layers.${Number(found[1]) - 1}.${found[2]}` : undefined;
};
const close = (values: readonly number[], expected: readonly number[]) => {
  expect(values).toHaveLength(expected.length);
  for (const [k, value] of values.entries()) expect(value).toBeCloseTo(expected[k] as number, 9);
};
const x = [1.5, -2, 0.75];

describe('parameters of PyTorch', () => {
  it.each<Kind>(['F32', 'F64', 'F16', 'BF16'])('make a NALU of stable-nalu: %s', (dtype) => {
    const [w, m, g] = [weights(2, 3, 1), weights(2, 3, 2), weights(2, 3, 3)];
    const file = torchFile({
      'layer_1.layer.G': entry(dtype, [2, 3], g),
      'layer_1.layer.nac_add.W_hat': entry(dtype, [2, 3], w),
      'layer_1.layer.nac_add.M_hat': entry(dtype, [2, 3], m),
      'layer_1.layer.num_batches_tracked': entry('I64', [], [12]),
    });
    const model = { inputs: 3, layers: [{ unit: 'NALU' as const, outputs: 2, options: { epsilon: 1e-7 } }] };
    const { tensors } = readSafetensors(file.buffer);
    const parameters = importParameters(model, tensors, { rename: stableNalu, transpose: true });
    const gate = linear(x, g).map(sigmoid);
    const sum = linear(x, nacWeight(w, m));
    const logs = x.map((value) => Math.log(Math.abs(value) + 1e-7));
    const product = linear(logs, nacWeight(w, m)).map(Math.exp);
    const expected = gate.map(
      (share, k) => share * (sum[k] as number) + (1 - share) * (product[k] as number),
    );
    close(predicted(model, parameters, x), expected);
    // And they are what a file of this package holds.
    expect(loadModel(saveModel({ model, parameters })).parameters).toEqual(parameters);
  });

  it('make a NAC with an NMU behind it', () => {
    const [w, m, nmu] = [weights(2, 3, 4), weights(2, 3, 5), [0.25, 1]];
    const file = torchFile({
      'layer_2.layer.W': entry('F32', [1, 2], nmu),
      'layer_1.layer.M_hat': entry('F32', [2, 3], m),
      'layer_1.layer.W_hat': entry('F32', [2, 3], w),
    });
    const model = {
      inputs: 3,
      layers: [
        { unit: 'NAC' as const, outputs: 2 },
        { unit: 'NMU' as const, outputs: 1 },
      ],
    };
    const { tensors } = readSafetensors(file);
    const parameters = importParameters(model, tensors, { rename: stableNalu, transpose: true });
    const hidden = linear(x, nacWeight(w, m));
    const expected = hidden.reduce((product, z, k) => {
      const weight = nmu[k] as number;
      return product * (weight * z + 1 - weight);
    }, 1);
    close(predicted(model, parameters, x), [expected]);
  });

  it('come out of .npz as well, names by an object, other arrays left alone', async () => {
    // np.savez_compressed of NumPy 2.4: layer_1.layer.W of float32 [1, 3], epoch of int64 [], who of <U1 [1].
    const file = fromBase64(
      'UEsDBC0AAAAIAAAAIQCi0BJS//////////8TABQAbGF5ZXJfMS5sYXllci5XLm5weQEAEACMAAAAAAAAAFEAAAAAAAAAm+wX' +
        '6hsQychQxlCtnpJanFykbqWgbpNmoq6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjoKxpo6CrUKZAMuBoYGOwYG' +
        'BnsgbQ8AUEsDBC0AAAAIAAAAIQAjuPBs//////////8JABQAZXBvY2gubnB5AQAQAIgAAAAAAAAARgAAAAAAAACb7BfqGxDJ' +
        'yFDGUK2eklqcXKRupaBuk2mhrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RqaOgq1ChQBLnYGCAAAUEsDBC0AAAAI' +
        'AAAAIQAqpCg2//////////8HABQAd2hvLm5weQEAEACEAAAAAAAAAEgAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgbhNq' +
        'qK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkahjqaOgq1ChQArkQGBgYAUEsBAi0DLQAAAAgAAAAhAKLQElJRAAAA' +
        'jAAAABMAAAAAAAAAAAAAAIABAAAAAGxheWVyXzEubGF5ZXIuVy5ucHlQSwECLQMtAAAACAAAACEAI7jwbEYAAACIAAAACQAA' +
        'AAAAAAAAAAAAgAGWAAAAZXBvY2gubnB5UEsBAi0DLQAAAAgAAAAhACqkKDZIAAAAhAAAAAcAAAAAAAAAAAAAAIABFwEAAHdo' +
        'by5ucHlQSwUGAAAAAAMAAwCtAAAAmAEAAAAA',
    );
    const arrays = await readNpz(file, { names: ['layer_1.layer.W', 'epoch'] });
    expect(arrays.get('epoch')).toMatchObject({ shape: [], data: Float64Array.of(7) });
    const model = { inputs: 3, layers: [{ unit: 'NMU' as const, outputs: 1 }] };
    const options = { rename: { 'layer_1.layer.W': 'layers.0.W' }, transpose: true };
    expect(importParameters(model, arrays, options)).toEqual([
      { W: { shape: [3, 1], data: Float32Array.of(0.25, 0.5, 1) } },
    ]);
    await expect(readNpz(file)).rejects.toThrow(/npz, offset \d+, who: npy, .*type '<U1'/);
    await expect(readNpz(file, { names: ['none'] })).rejects.toThrow('npz, none: there is no such array');
  });

  const model = { inputs: 3, layers: [{ unit: 'NMU' as const, outputs: 2 }] };
  const six = [1, 2, 3, 4, 5, 6];
  it('need no transposing where they are [inputs, outputs], and some may', () => {
    const tensors = { 'layers.0.W': { shape: [3, 2], data: six } };
    expect(importParameters(model, tensors)[0]?.W?.data).toEqual(Float32Array.from(six));
    const turned = { 'layers.0.W': { shape: [2, 3], data: six } };
    const transpose = (name: string) => name.endsWith('W');
    expect(importParameters(model, turned, { transpose })[0]?.W?.data).toEqual(
      Float32Array.of(1, 4, 2, 5, 3, 6),
    );
  });

  const bytes: SafeTensor = { dtype: 'F8_E4M3', shape: [3, 2], data: new Uint8Array(6) };
  it.each<[string, Record<string, ForeignTensor>, object, typeof DataError, string]>([
    [
      'a name that is not there',
      { W: { shape: [3, 2], data: six } },
      {},
      DataError,
      "rename one of 'W' to it",
    ],
    [
      'matrices of PyTorch unsaid',
      { 'layers.0.W': { shape: [2, 3], data: six } },
      {},
      DataError,
      'shape [2,3]; expected is [3,2]; if its matrices are [outputs, inputs], as in PyTorch, say transpose: true',
    ],
    [
      'two of one name',
      { a: { shape: [], data: [] }, b: { shape: [], data: [] } },
      { rename: () => 'layers.0.W' },
      DataError,
      "'a' and 'b' are both renamed",
    ],
    [
      'too few values',
      { 'layers.0.W': { shape: [3, 2], data: [1] } },
      {},
      DataError,
      'has 1 values; shape [3,2] needs 6',
    ],
    [
      'values beyond float32',
      { 'layers.0.W': { shape: [3, 2], data: [1, 2, 3, 4, 5, 1e39] } },
      {},
      DataError,
      'has 1e+39 at index 5',
    ],
    ['a type without numbers', { 'layers.0.W': bytes }, {}, DataError, 'is of F8_E4M3'],
    [
      'an unknown option',
      {},
      { transposed: true },
      OptionError,
      "no option 'transposed'; did you mean transpose?",
    ],
  ])('are refused with %s', (_, tensors, options, kind, message) => {
    expect(() => importParameters(model, tensors, options)).toThrow(kind);
    expect(() => importParameters(model, tensors, options)).toThrow(message);
  });
});

describe('numbers of other types', () => {
  it('come out of safetensors to the bit', () => {
    // Bits as NumPy 2.4 has them, and the values it makes of them.
    const half = [15872, 49152, 1023, 1, 31743, 31744, 11878];
    const values = [1.5, -2, 1023 * 2 ** -24, 2 ** -24, 65504, Infinity, 0.0999755859375];
    expect([...tensorValues({ dtype: 'F16', shape: [7], data: Uint16Array.from(half) })]).toEqual(values);
    expect(tensorValues({ dtype: 'F16', shape: [1], data: Uint16Array.of(0x7e00) })[0]).toBeNaN();
    expect([...tensorValues({ dtype: 'BF16', shape: [2], data: Uint16Array.of(0x3fc0, 0xff80) })]).toEqual([
      1.5,
      -Infinity,
    ]);
    expect([
      ...tensorValues({ dtype: 'I64', shape: [1], data: BigInt64Array.of(-(2n ** 53n) + 1n) }),
    ]).toEqual([-(2 ** 53) + 1]);
    expect(() => tensorValues({ dtype: 'U64', shape: [1], data: BigUint64Array.of(2n ** 53n) }, 'x')).toThrow(
      'x has 9007199254740992 at index 0, beyond ±2⁵³',
    );
  });

  it('do not make a file unreadable that has one of them', () => {
    const { tensors } = readSafetensors(
      torchFile({
        a: entry('F32', [1], [2]),
        scale: { dtype: 'F8_E5M2', shape: [3], bytes: Uint8Array.of(1, 2, 3) },
        mask: { dtype: 'BOOL', shape: [2], bytes: Uint8Array.of(0, 1) },
      }),
    );
    expect(tensors.get('a')?.data).toEqual(Float32Array.of(2));
    expect(tensors.get('scale')).toMatchObject({ dtype: 'F8_E5M2', data: Uint8Array.of(1, 2, 3) });
    expect(tensors.get('mask')?.data).toEqual(Uint8Array.of(0, 1));
  });

  it('come out of .npy: float16', async () => {
    // np.savez of NumPy 2.4, stored: a is arange(3) of float16.
    const file = fromBase64(
      'UEsDBC0AAAAAAAAAIQDtgI1B//////////8FABQAYS5ucHkBABAAhgAAAAAAAACGAAAAAAAAAJNOVU1QWQEAdgB7J2Rlc2NyJz' +
        'ogJzxmMicsICdmb3J0cmFuX29yZGVyJzogRmFsc2UsICdzaGFwZSc6ICgzLCksIH0gICAgICAgICAgICAgICAgICAgICAgICAg' +
        'ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAKAAAAPABAUEsBAi0DLQAAAAAAAAAhAO2AjUGGAAAAhgAAAAUAAA' +
        'AAAAAAAAAAAIABAAAAAGEubnB5UEsFBgAAAAABAAEAMwAAAL0AAAAAAA==',
    );
    expect((await readNpz(file.buffer)).get('a')).toEqual({
      dtype: '<f2',
      shape: [3],
      data: Float64Array.of(0, 1, 2),
    });
    file[200] = (file[200] as number) ^ 1;
    await expect(readNpz(file)).rejects.toThrow(FileFormatError);
  });
});

describe('files as fetch and fs give them', () => {
  it('are read from an ArrayBuffer and from any view', () => {
    const npy = writeNpy(Float64Array.of(1, 2));
    expect([...readNpy(npy.buffer).data]).toEqual([1, 2]);
    expect([...readNpy(new DataView(npy.buffer)).data]).toEqual([1, 2]);
    const model = { inputs: 1, layers: [{ unit: 'NMU' as const, outputs: 1 }] };
    const file = saveModel({ model, parameters: [{ W: { data: [0.5] } }] });
    expect(loadModel(file.buffer)).toMatchObject({ model });
    expect(readSafetensors(file.buffer).tensors.size).toBe(1);
  });

  it.each<[unknown, string]>([
    ['text', 'read the file as bytes'],
    [Promise.resolve(new Uint8Array(0)), 'this is a promise: await it'],
    [new Blob([]), 'await its arrayBuffer()'],
    [new Response(''), 'await its arrayBuffer()'],
    [undefined, 'this is undefined'],
    [[1, 2], 'this is object'],
  ])('are not %s', (source, message) => {
    for (const read of [readNpy, readSafetensors, loadModel]) {
      expect(() => read(source as Uint8Array)).toThrow(OptionError);
      expect(() => read(source as Uint8Array)).toThrow(message);
    }
  });
});
