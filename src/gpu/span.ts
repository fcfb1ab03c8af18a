/** Buffers of the caller, whole or from an offset on: where numbers come from and go to without leaving the GPU. */

import { DataError } from '../errors.ts';
import { such } from '../options/kinds.ts';

/** A buffer of 32-bit floats, row-major; as WebGPU's own bindings, with an offset and a size in bytes if it is not all of it. */
export type BufferSpan = GPUBuffer | GPUBufferBinding;

/** A part of a buffer, in bytes. */
export interface Span {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Values of `GPUBufferUsage`, spelt out because runtimes differ in where they keep the constants. */
const usages = { COPY_SRC: 0x4, COPY_DST: 0x8, STORAGE: 0x80 } as const;

const isBuffer = (value: unknown): value is GPUBuffer =>
  typeof (value as GPUBuffer | null | undefined)?.mapAsync === 'function';

/** Whether a value is a buffer, or a part of one, and not an array of numbers. */
export const isSpan = (value: unknown): value is BufferSpan =>
  isBuffer(value) || isBuffer((value as GPUBufferBinding | null | undefined)?.buffer);

export const spanKind = such<BufferSpan>('a GPUBuffer, or { buffer, offset, size }', isSpan);

/**
 * The rows in a span, and where they are: as many as `rows` says, or as there are. `name` stands in messages. Throws DataError for
 * offsets and sizes that no rows of `columns` floats can have.
 */
export function toRows(
  name: string,
  given: BufferSpan,
  columns: number,
  rows?: number,
): { span: Span; rows: number } {
  const { buffer, offset = 0, size } = isBuffer(given) ? { buffer: given } : given;
  const available = size ?? buffer.size - offset;
  if (!(Number.isInteger(offset) && offset >= 0 && offset % 4 === 0)) {
    throw new DataError(`${name}.offset is ${String(offset)}; it must be a multiple of 4, in bytes`);
  }
  if (!(available > 0 && offset + available <= buffer.size)) {
    throw new DataError(
      `${name} is ${String(available)} bytes from ${offset} on, but its buffer has only ${buffer.size}`,
    );
  }
  const bytes = 4 * columns;
  const count = rows ?? available / bytes;
  if (!Number.isInteger(count)) {
    throw new DataError(
      `${name} has ${available} bytes, which is not a multiple of ${bytes}, the bytes of a row; give rows, or a size`,
    );
  }
  if (count < 1 || count * bytes > available) {
    throw new DataError(
      `${name} has ${available} bytes; ${count} rows of ${columns} numbers need ${count * bytes}`,
    );
  }
  return { span: { buffer, offset, size: count * bytes }, rows: count };
}

/** Throws DataError unless the buffer was made for `usage`. */
export function checkUsage(name: string, { buffer }: Span, usage: keyof typeof usages): void {
  if ((buffer.usage & usages[usage]) !== 0) return;
  throw new DataError(`${name} was made without GPUBufferUsage.${usage}, which is needed here`);
}

/** Whether kernels can bind a span as it is. */
export const isBindable = (device: GPUDevice, { buffer, offset, size }: Span): boolean =>
  (buffer.usage & usages.STORAGE) !== 0 &&
  offset % device.limits.minStorageBufferOffsetAlignment === 0 &&
  size <= device.limits.maxStorageBufferBindingSize;

/** `count` bytes of a span from byte `from` of it on. */
export const partOf = ({ buffer, offset }: Span, from: number, size: number): Span => ({
  buffer,
  offset: offset + from,
  size,
});

/** A whole buffer. */
export const wholeOf = (buffer: GPUBuffer): Span => ({ buffer, offset: 0, size: buffer.size });

/** Records a copy, for which `from` needs COPY_SRC and `to` COPY_DST. */
export function copySpan(encoder: GPUCommandEncoder, from: Span, to: Span): void {
  encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, from.size);
}
