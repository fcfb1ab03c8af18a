/** Every error this package throws on purpose: what is wrong, where, and what to do about it. */

/** Base class; `code` is stable and meant for programs, `message` for people. */
export class NaluError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** This runtime has no WebGPU at all (no `navigator.gpu`, no Dawn package). */
export class NoWebGpuError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('no-webgpu', message, options);
  }
}

/** WebGPU is there, but it offered no adapter. */
export class NoAdapterError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('no-adapter', message, options);
  }
}

/** The device was lost or destroyed; everything that lived on it is gone. */
export class DeviceLostError extends NaluError {
  readonly reason: 'unknown' | 'destroyed';

  constructor(reason: 'unknown' | 'destroyed', message: string, options?: ErrorOptions) {
    super('device-lost', message, options);
    this.reason = reason;
  }
}

/** WebGPU rejected a call: a defect of this package, or of a unit defined outside it. */
export class GpuValidationError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('gpu-validation', message, options);
  }
}

/** The device ran out of memory while allocating. */
export class OutOfMemoryError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('out-of-memory', message, options);
  }
}

/** A shader did not compile; the message shows the lines around the fault, `source` (not enumerable) is all of it. */
export class ShaderError extends NaluError {
  declare readonly source: string;

  constructor(message: string, source: string, options?: ErrorOptions) {
    super('shader', message, options);
    Object.defineProperty(this, 'source', { value: source });
  }
}

/** What was asked for exceeds a limit of the adapter; names the limit, its value and what was asked. */
export class LimitError extends NaluError {
  readonly limit: string;
  readonly available: number;
  readonly requested: number;

  constructor(limit: string, available: number, requested: number, advice: string) {
    super('limit', `${limit} is ${available} on this adapter, but ${requested} is needed: ${advice}`);
    this.limit = limit;
    this.available = available;
    this.requested = requested;
  }
}

/** Data with a wrong shape or a value that is not a finite number; names the argument, row and column. */
export class DataError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('data', message, options);
  }
}

/** A line of a benchmark's results that is not a record, or does not fit those before it; says where, and what to do. */
export class RecordError extends NaluError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The field that is wrong; undefined where the line as a whole is. */
  readonly field: string | undefined;

  constructor({ file, line }: { file: string; line: number }, field: string | undefined, message: string) {
    super('record', `${file}:${line}: ${message}`);
    this.file = file;
    this.line = line;
    this.field = field;
  }
}

/** An option that is unknown, of the wrong type or out of range; names the option and what is allowed. */
export class OptionError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('option', message, options);
  }
}

/** A formula that cannot be read: what was expected, and where. `position` counts UTF-16 code units from 0. */
export class ExpressionError extends NaluError {
  readonly position: number;

  constructor(message: string, position: number, options?: ErrorOptions) {
    super('expression', message, options);
    this.position = position;
  }
}

/** A model, run or device was used after it was disposed. */
export class DisposedError extends NaluError {
  constructor(what: string) {
    super('disposed', `${what} was disposed and can no longer be used; create a new one`);
  }
}

/** What was asked for is under way already, and can only be done once at a time. */
export class BusyError extends NaluError {
  constructor(message: string) {
    super('busy', message);
  }
}

/** A training was ended by its signal, whose reason is the `cause`. */
export class AbortedError<Report = unknown> extends NaluError {
  /** What came of it so far. */
  readonly report: Report;

  constructor(report: Report, options: { readonly cause: unknown }) {
    const { cause } = options;
    super(
      'aborted',
      `the training was aborted: ${cause instanceof Error ? cause.message : String(cause)}`,
      options,
    );
    this.report = report;
  }
}

/** A browser that headless runs need was not found, or did not start. */
export class BrowserError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('browser', message, options);
  }
}

/** Where in a file: an offset in bytes (in text, in UTF-16 code units), a row and a column, or the name of a part. */
export interface FilePosition {
  readonly offset?: number;
  /** From 1, without the line of names. */
  readonly row?: number;
  /** The column's name, or its number from 1 where it has none. */
  readonly column?: string | number;
  /** Name of a tensor, or what leads to a value: `layers[0].outputs`. */
  readonly path?: string;
}

/** A file, or what stands for one, that is not what its format says; names the format and the position. */
export class FileFormatError extends NaluError {
  readonly format: string;
  readonly position: FilePosition;

  constructor(format: string, position: FilePosition, message: string, options?: ErrorOptions) {
    super('file-format', `${[format, ...placesOf(position)].join(', ')}: ${message}`, options);
    this.format = format;
    this.position = position;
  }
}

function placesOf({ offset, row, column, path }: FilePosition): string[] {
  return [
    ...(offset === undefined ? [] : [`offset ${offset}`]),
    ...(row === undefined ? [] : [`row ${row}`]),
    ...(column === undefined ? [] : [`column ${typeof column === 'number' ? column : `'${column}'`}`]),
    ...(path === undefined ? [] : [path]),
  ];
}

/** A trained model that cannot be written as a formula, or a formula that cannot be computed; says which part. */
export class FormulaError extends NaluError {
  constructor(message: string, options?: ErrorOptions) {
    super('formula', message, options);
  }
}
