/**
 * NumPy's .npy, versions 1 to 3: magic, version, header length, a Python dictionary with the type of the elements, their
 * order and the shape, then the elements. NEP 1.
 */

import { FileFormatError, OptionError } from '../errors.ts';
import { checkArguments } from '../options/check.ts';
import { list, number, optional, such } from '../options/kinds.ts';
import { asBytes, type Bytes } from './bytes.ts';
import { fromHalf } from './half.ts';
import { parseNpyHeader } from './npy-header.ts';

/** An array of NumPy, its elements as float64. */
export interface NpyArray {
  /** Of what the file held, such as '<f4'. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Row-major, whatever the order in the file. */
  readonly data: Float64Array<ArrayBuffer>;
}

type Read = (view: DataView, at: number, little: boolean) => number | bigint;

/** By kind and bytes: floating-point numbers, signed and unsigned integers. */
const readers: Readonly<Record<string, Read>> = {
  f2: (view, at, little) => fromHalf(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => view.getBigInt64(at, little),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => view.getBigUint64(at, little),
};

const FORMAT = 'npy';
const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

const fail = (offset: number, message: string): never => {
  throw new FileFormatError(FORMAT, { offset }, message);
};

/** Whether `bytes` begin as a .npy does. */
export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, at) => bytes[at] === byte);

/** A .npy whose header was read, and whose elements are read as they are needed. */
export interface NpyElements {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Column-major. */
  readonly fortran: boolean;
  readonly count: number;
  /** Element `index` in the order of the file. Throws FileFormatError for a whole number that float64 does not hold. */
  at(index: number): number;
}

/**
 * Reads an array of float16, float32, float64 or integers up to 64 bits. Throws FileFormatError with the offset in bytes
 * for any other type, for whole numbers beyond ±2⁵³, which float64 does not hold, and for a length that is not the shape's.
 */
export function readNpy(file: Bytes): NpyArray {
  const { dtype, shape, fortran, count, at } = openNpy(asBytes(file, 'the .npy file'));
  const data = new Float64Array(count);
  for (let index = 0; index < count; index++) data[index] = at(index);
  return { dtype, shape, data: fortran ? rowMajor(data, shape) : data };
}

/** Whether the elements are numbers of a type that is read. Throws FileFormatError for what is no .npy. */
export function hasNumbers(bytes: Uint8Array): boolean {
  const { text, textStart } = headerOf(bytes);
  return readerOf(parseNpyHeader(text, textStart).descr) !== undefined;
}

function readerOf(descr: string): Read | undefined {
  const [, order, kind = ''] = /^([<>|=])([a-z][0-9]+)$/.exec(descr) ?? [];
  return order === '|' && !kind.endsWith('1') ? undefined : readers[kind];
}

/** Reads and checks the header; as `readNpy` but for the elements. */
export function openNpy(bytes: Uint8Array): NpyElements {
  const { text, textStart, dataStart } = headerOf(bytes);
  const { descr, fortran, shape } = parseNpyHeader(text, textStart);
  const read = readerOf(descr);
  if (!read) {
    return fail(
      textStart,
      `elements of type '${descr}' are not read; read are float16, float32, float64 and integers of up to 64 bits`,
    );
  }
  const size = Number(descr.slice(2));
  const count = shape.reduce((product, length) => product * length, 1);
  const available = bytes.length - dataStart;
  if (count * size !== available) {
    fail(
      dataStart,
      `shape (${shape.join(', ')}) of ${descr} has ${count * size} bytes; the file has ${available}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart, available);
  const little = !descr.startsWith('>');
  return {
    dtype: descr,
    shape,
    fortran,
    count,
    at(index) {
      const value = read(view, index * size, little);
      if (typeof value === 'number') return value;
      const number = Number(value);
      if (!Number.isSafeInteger(number)) {
        fail(dataStart + index * size, `${value} is beyond ±2⁵³ and would be rounded`);
      }
      return number;
    },
  };
}

function headerOf(bytes: Uint8Array) {
  if (!isNpy(bytes)) fail(0, 'does not begin with \\x93NUMPY');
  const version = bytes[6] ?? 0;
  const lengthBytes = version === 1 ? 2 : 4;
  const textStart = 8 + lengthBytes;
  if (bytes.length < textStart) fail(bytes.length, 'the header is cut off');
  if (version < 1 || version > 3 || bytes[7] !== 0) {
    fail(6, `version ${version}.${bytes[7]}; read are 1.0, 2.0 and 3.0`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = textStart + length;
  if (dataStart > bytes.length)
    fail(8, `a header of ${length} bytes in a file of ${bytes.length}; it is cut off`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(
    bytes.subarray(textStart, dataStart),
  );
  return { text, textStart, dataStart };
}

/** From column-major to row-major. */
function rowMajor(data: Float64Array<ArrayBuffer>, shape: readonly number[]): Float64Array<ArrayBuffer> {
  const result = new Float64Array(data.length);
  const place = shape.map(() => 0);
  for (let index = 0; index < data.length; index++) {
    result[place.reduce((at, k, axis) => at * (shape[axis] as number) + k, 0)] = data[index] as number;
    for (let axis = 0; axis < shape.length; axis++) {
      place[axis] = ((place[axis] as number) + 1) % (shape[axis] as number);
      if (place[axis] !== 0) break;
    }
  }
  return result;
}

const floatsKind = such<Float64Array | Float32Array>(
  'a Float64Array or a Float32Array',
  (value) => value instanceof Float64Array || value instanceof Float32Array,
);
const sizesKind = list(number({ whole: true, least: 0 }));

/** Writes float64 ('<f8') or float32 ('<f4', Float32Array), version 1, row-major. Throws OptionError where `data` does not fit. */
export function writeNpy(
  data: Float64Array | Float32Array,
  wanted?: readonly number[],
): Uint8Array<ArrayBuffer> {
  checkArguments('writeNpy()', { data, shape: wanted }, { data: floatsKind, shape: optional(sizesKind) });
  const shape = wanted ?? [data.length];
  const count = shape.reduce((product, size) => product * size, 1);
  if (count !== data.length) {
    throw new OptionError(`shape [${shape}] has ${count} values; the data has ${data.length}`);
  }
  const descr = data instanceof Float32Array ? '<f4' : '<f8';
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Padded so that the elements are aligned to 64 bytes.
  const headerLength = Math.ceil((10 + dictionary.length + 1) / 64) * 64 - 10;
  const file = new Uint8Array(10 + headerLength + data.byteLength);
  file.set([...MAGIC, 1, 0, headerLength & 0xff, headerLength >> 8]);
  file.set(new TextEncoder().encode(`${dictionary.padEnd(headerLength - 1)}\n`), 10);
  file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + headerLength);
  return file;
}
