/** NumPy's .npz: a zip archive of .npy files, one for each array that `np.savez` or `np.savez_compressed` was given. */

import { FileFormatError } from '../errors.ts';
import { checkOptions } from '../options/check.ts';
import { type Description, list, signal as signalKind, text } from '../options/kinds.ts';
import { asBytes, type Bytes } from './bytes.ts';
import { type NpyArray, readNpy } from './npy.ts';
import { isZip, zipEntries } from './zip.ts';

const FORMAT = 'npz';

/** What the reading of a .npz may be told. */
export interface NpzOptions {
  /** Which arrays to read; others may be of any type. Default: all. */
  names?: readonly string[];
  signal?: AbortSignal;
}

const npzDescription: Description<NpzOptions> = { fields: { names: list(text), signal: signalKind } };

/**
 * The arrays by name. Throws FileFormatError with the offset, and for an array of a type that `readNpy` does not read, unless
 * `names` leaves it out.
 */
export async function readNpz(file: Bytes, options: NpzOptions = {}): Promise<Map<string, NpyArray>> {
  const { names, signal } = checkOptions(npzDescription, options, 'readNpz()');
  const arrays = new Map<string, NpyArray>();
  for (const { name, bytes } of npzFiles(asBytes(file, 'the .npz file'))) {
    if (names && !names.includes(name)) continue;
    arrays.set(name, inArray(name, await bytes(signal), readNpy));
  }
  const missing = names?.find((name) => !arrays.has(name));
  if (missing !== undefined) {
    throw new FileFormatError(FORMAT, { path: missing }, 'there is no such array in the file');
  }
  return arrays;
}

/** The files of the archive by the names of their arrays. Throws FileFormatError for what is no .npz. */
export function npzFiles(bytes: Uint8Array) {
  if (!isZip(bytes)) throw new FileFormatError(FORMAT, { offset: 0 }, 'does not begin as a zip archive');
  return zipEntries(bytes, FORMAT)
    .filter(({ name }) => name.endsWith('.npy'))
    .map(({ name, ...entry }) => ({ ...entry, name: name.slice(0, -'.npy'.length) }));
}

/** Adds to what is wrong in an array which one it is. */
export function inArray<T>(name: string, bytes: Uint8Array, read: (bytes: Uint8Array) => T): T {
  try {
    return read(bytes);
  } catch (error) {
    if (!(error instanceof FileFormatError)) throw error;
    throw new FileFormatError(FORMAT, { path: name, ...error.position }, error.message, { cause: error });
  }
}
