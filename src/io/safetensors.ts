/**
 * safetensors: named tensors in one file. Eight bytes of header length N (unsigned, little-endian), N bytes of JSON that
 * begins with `{` and may end in spaces, then the tensors' bytes, little-endian, row-major, one after the other without gap
 * or overlap. `__metadata__` maps names to texts. Values come back to the bit, NaN and −0 included.
 */

import { DataError, FileFormatError, OptionError } from '../errors.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import { type Description, isNumbers, map, needed, such, text } from '../options/kinds.ts';
import { asBytes, type Bytes } from './bytes.ts';
import { fromBfloat, fromHalf } from './half.ts';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';

/** What holds the elements of each type. F16 and BF16 stay the bits they are; `tensorValues` makes numbers of them. */
const arrays = {
  F64: Float64Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  F32: Float32Array,
  I32: Int32Array,
  U32: Uint32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

/** The types of elements that have an array in JavaScript, or bits in one. */
export type Dtype = keyof typeof arrays;

/** What holds the elements of a tensor. */
export type TensorData = InstanceType<(typeof arrays)[Dtype]>;

/** A tensor as safetensors holds it. */
export interface SafeTensor {
  /** One of `Dtype`, or a type that this package does not know, such as `F8_E4M3`. */
  readonly dtype: Dtype | (string & {});
  /** `[]` is a single number. */
  readonly shape: readonly number[];
  /** The elements in row-major order; of a type that is not known, the bytes. */
  readonly data: TensorData;
}

/** What a file of safetensors holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, SafeTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

const FORMAT = 'safetensors';
const LENGTH_BYTES = 8;
/** Longest header the format allows. */
const MAX_HEADER = 100_000_000;
/** More values than the header of any file needs that this package writes; keeps what a hostile one can allocate small. */
const MAX_VALUES = 1_000_000;

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

const fail = (offset: number, message: string): never => {
  throw new FileFormatError(FORMAT, { offset }, message);
};

/**
 * Reads a file. Nothing is allocated on the word of the file alone, and a tensor of a type that is not known is handed on
 * as bytes. Throws FileFormatError with the offset in bytes.
 */
export function readSafetensors(file: Bytes): Safetensors {
  const bytes = asBytes(file, 'the safetensors file');
  const { header, dataStart } = readHeader(bytes);
  const metadata = readMetadata(header.__metadata__);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let place = 0;
  for (const { name, begin, end } of entries) {
    if (begin < place)
      fail(dataStart + begin, `tensor '${name}' overlaps the one before, which ends at ${place}`);
    if (begin > place)
      fail(dataStart + place, `${begin - place} bytes before tensor '${name}' belong to none`);
    place = end;
  }
  const available = bytes.length - dataStart;
  if (place !== available) {
    const what =
      place > available ? 'the file is cut off, or its header is wrong' : 'the rest belongs to none';
    fail(
      dataStart + Math.min(place, available),
      `the tensors have ${place} bytes, the file ${available}: ${what}`,
    );
  }
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => {
      // A copy, which `slice` would not be of Node's buffers.
      const copy = new Uint8Array(bytes.subarray(dataStart + begin, dataStart + end));
      const Elements = isDtype(dtype) ? arrays[dtype] : Uint8Array;
      return [name, { dtype, shape, data: new Elements(copy.buffer) }];
    }),
  );
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { header: JsonObject; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    fail(0, `${bytes.length} bytes; a header length of ${LENGTH_BYTES} bytes is needed`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER))
    fail(0, `a header of ${length} bytes; the format allows at most ${MAX_HEADER}`);
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.length)
    fail(0, `a header of ${length} bytes in a file of ${bytes.length}; it is cut off`);
  if (bytes[LENGTH_BYTES] !== 0x7b) fail(LENGTH_BYTES, "the header must begin with '{'");
  const text = decode(bytes.subarray(LENGTH_BYTES, dataStart));
  const header = parseJson(text, {
    format: FORMAT,
    from: LENGTH_BYTES,
    depth: 3,
    values: MAX_VALUES,
  });
  return { header: header as JsonObject, dataStart };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FileFormatError(FORMAT, { offset: LENGTH_BYTES }, 'the header is not UTF-8', { cause });
  }
}

function readMetadata(value: Json | undefined): Record<string, string> {
  if (value === undefined) return {};
  if (!isObject(value)) return fail(LENGTH_BYTES, '__metadata__ must be an object of texts');
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [
      name,
      typeof text === 'string' ? text : fail(LENGTH_BYTES, `__metadata__.${name} must be a text`),
    ]),
  );
}

function readEntry(name: string, value: Json): Entry {
  const refuse = (message: string) => fail(LENGTH_BYTES, `tensor '${name}': ${message}`);
  if (!isObject(value)) return refuse('must be an object with dtype, shape and data_offsets');
  const { dtype, shape, data_offsets: offsets, ...others } = value;
  const [other] = Object.keys(others);
  if (other !== undefined) refuse(`${JSON.stringify(other)} is not part of the format`);
  if (typeof dtype !== 'string' || dtype === '') return refuse('dtype must be the name of a type');
  if (!Array.isArray(shape) || !shape.every(isSize)) return refuse('shape must be a list of whole numbers');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    return refuse('data_offsets must be two whole numbers');
  }
  const [begin, end] = offsets as [number, number];
  if (end < begin) refuse(`data_offsets [${offsets}] end before they begin`);
  if (isDtype(dtype)) {
    const bytes = shape.reduce((product, size) => product * size, arrays[dtype].BYTES_PER_ELEMENT);
    if (end - begin !== bytes) {
      refuse(
        `data_offsets [${offsets}] hold ${end - begin} bytes; shape [${shape}] of ${dtype} has ${bytes}`,
      );
    }
  }
  return { name, dtype, shape, begin, end };
}

const isDtype = (name: string): name is Dtype => Object.hasOwn(arrays, name);

const isSize = (value: Json): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isTensor = (value: unknown): value is SafeTensor => {
  const { dtype, shape, data } = (value ?? {}) as Partial<SafeTensor>;
  return typeof dtype === 'string' && isNumbers(shape) && isTyped(data);
};

const isTyped = (data: unknown): boolean => ArrayBuffer.isView(data) && !(data instanceof DataView);

const fileDescription: Description<Safetensors> = {
  fields: {
    tensors: needed(
      such<Safetensors['tensors']>(
        'a Map of tensors { dtype, shape, data } by name, data a typed array',
        (value) =>
          value instanceof Map &&
          [...value].every(([name, tensor]) => typeof name === 'string' && isTensor(tensor)),
      ),
    ),
    metadata: needed(map(text)),
  },
};

const tensorKind = such<SafeTensor>(
  'a tensor { dtype, shape, data }, as readSafetensors() has them',
  isTensor,
);

/**
 * Writes a file, the tensors in the order of their element size, largest first, then by name, so that each is aligned.
 * Throws OptionError where a tensor's values do not fit its shape, or where it has the name of the metadata.
 */
export function writeSafetensors(file: Safetensors): Uint8Array<ArrayBuffer> {
  const { tensors, metadata } = checkOptions(fileDescription, file, 'writeSafetensors()');
  const sorted = [...tensors].sort(
    ([nameA, { data: a }], [nameB, { data: b }]) =>
      b.BYTES_PER_ELEMENT - a.BYTES_PER_ELEMENT || (nameA < nameB ? -1 : 1),
  );
  const header: [string, unknown][] = [['__metadata__', metadata]];
  let place = 0;
  for (const [name, { dtype, shape, data }] of sorted) {
    const values = shape.reduce((product, size) => product * size, 1);
    if (name === '__metadata__') throw new OptionError('no tensor may be called __metadata__');
    if (!isDtype(dtype)) {
      throw new OptionError(`tensor '${name}' is of ${dtype}, which is not written`);
    }
    if (data.length !== values || !(data instanceof arrays[dtype])) {
      throw new OptionError(
        `tensor '${name}' has ${data.length} values of ${data.constructor.name}; ` +
          `shape [${shape}] of ${dtype} needs ${values} of ${arrays[dtype].name}`,
      );
    }
    header.push([name, { dtype, shape, data_offsets: [place, place + data.byteLength] }]);
    place += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + place);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(text, LENGTH_BYTES);
  place = LENGTH_BYTES + headerLength;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), place);
    place += data.byteLength;
  }
  return bytes;
}

/** A tensor of float32. */
export const float32 = (shape: readonly number[], data: Float32Array<ArrayBuffer>): SafeTensor => ({
  dtype: 'F32',
  shape,
  data,
});

/**
 * The elements of `tensor` as numbers: F16 and BF16 exactly, whole numbers of 64 bits where float64 holds them. Throws
 * DataError for a whole number beyond ±2⁵³ and for a type that is not known; `name` stands in the message.
 */
export function tensorValues(tensor: SafeTensor, name = 'the tensor'): Float64Array<ArrayBuffer> {
  checkArguments('tensorValues()', { tensor, name }, { tensor: tensorKind, name: text });
  const { dtype, data } = tensor;
  if (!isDtype(dtype)) throw new DataError(`${name} is of ${dtype}, which has no numbers here`);
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    return Float64Array.from({ length: data.length }, (_, index) => {
      const number = Number(data[index]);
      if (Number.isSafeInteger(number)) return number;
      throw new DataError(`${name} has ${data[index]} at index ${index}, beyond ±2⁵³: it would be rounded`);
    });
  }
  if (dtype === 'F16') return Float64Array.from(data, fromHalf);
  return dtype === 'BF16' ? Float64Array.from(data, fromBfloat) : Float64Array.from(data);
}
