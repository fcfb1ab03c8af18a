/**
 * The files in a zip archive (PKWARE's APPNOTE, sections 4.3 and 4.4), stored or deflated, as `.npz` has them: the directory at
 * the end says where each begins. Archives beyond 4 GB, of several disks and with passwords are refused.
 */

import { FileFormatError } from '../errors.ts';
import { createPauses } from '../pauses.ts';
import { inflated } from './inflate.ts';

export interface ZipEntry {
  readonly name: string;
  /** Unpacked bytes. */
  readonly size: number;
  /** Unpacks it. Throws FileFormatError where it is damaged. */
  bytes(signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

const SIGNATURES = { file: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 };
/** Bytes of the last record and of the longest comment behind it. */
const END = { size: 22, comment: 0xffff };
/** Bytes of the fixed part of an entry of the directory, and of a file's header. */
const ENTRY = 46;
const HEADER = 30;

/** Whether bytes begin as an archive with files does. */
export const isZip = (start: Uint8Array): boolean =>
  start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;

/** The files in the archive, in the order of its directory; `format` stands in the messages. Throws FileFormatError. */
export function zipEntries(bytes: Uint8Array, format: string): ZipEntry[] {
  const fail = (offset: number, message: string): never => {
    throw new FileFormatError(format, { offset }, message);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end < 0) return fail(bytes.length, 'the directory at the end of the archive is missing; it is cut off');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) return fail(end, 'archives beyond 4 GB are not read');
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (let k = 0; k < count; k++) {
    if (at + ENTRY > end || view.getUint32(at, true) !== SIGNATURES.entry) {
      return fail(Math.min(at, bytes.length), `entry ${k + 1} of ${count} of the directory is damaged`);
    }
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    const next = at + ENTRY + nameLength + extra + comment;
    if (next > end) return fail(at, `entry ${k + 1} of ${count} of the directory is damaged`);
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY, at + ENTRY + nameLength));
    if (names.has(name)) return fail(at, `two files are called ${JSON.stringify(name.slice(0, 40))}`);
    names.add(name);
    const [flags, method] = [view.getUint16(at + 8, true), view.getUint16(at + 10, true)];
    const [checksum, packed, size, header] = [16, 20, 24, 42].map((place) =>
      view.getUint32(at + place, true),
    ) as [number, number, number, number];
    const file = { name, size, packed, checksum, header, method, encrypted: (flags & 1) === 1 };
    entries.push({ name, size, bytes: (signal) => unpack(bytes, view, file, format, signal) });
    at = next;
  }
  return entries;
}

/** Where the last record begins, or −1: searched from the end, since a comment may follow it. */
function endOf(view: DataView): number {
  const last = view.byteLength - END.size;
  for (let at = last; at >= Math.max(0, last - END.comment); at--) {
    if (view.getUint32(at, true) === SIGNATURES.end && view.getUint16(at + 20, true) === last - at) return at;
  }
  return -1;
}

interface PackedFile {
  readonly name: string;
  readonly size: number;
  readonly packed: number;
  readonly checksum: number;
  readonly header: number;
  readonly method: number;
  readonly encrypted: boolean;
}

async function unpack(
  archive: Uint8Array,
  view: DataView,
  { name, size, packed, checksum, header, method, encrypted }: PackedFile,
  format: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const fail = (offset: number, message: string): never => {
    throw new FileFormatError(format, { offset }, `${JSON.stringify(name.slice(0, 40))}: ${message}`);
  };
  if (header + HEADER > archive.length || view.getUint32(header, true) !== SIGNATURES.file) {
    return fail(Math.min(header, archive.length), 'does not begin where the directory says');
  }
  if (encrypted) return fail(header, 'is encrypted, which is not read');
  const start = header + HEADER + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  if (start + packed > archive.length) return fail(header, 'is cut off');
  const inside = archive.subarray(start, start + packed);
  const pauses = createPauses(signal);
  // Grown as data come: a directory may claim any size.
  let content = new Uint8Array(Math.min(size, 2 ** 16 + 2 * packed));
  let length = 0;
  const add = (part: Uint8Array): void => {
    if (length + part.length > size) fail(start, `holds more than the ${size} bytes that the directory says`);
    if (length + part.length > content.length) {
      const grown = new Uint8Array(Math.min(size, Math.max(2 * content.length, length + part.length)));
      grown.set(content.subarray(0, length));
      content = grown;
    }
    content.set(part, length);
    length += part.length;
  };
  if (method === 0) add(inside);
  else if (method !== 8) fail(header, `is packed by method ${method}; read are stored and deflated files`);
  else {
    for await (const part of inflated(inside, 'deflate-raw', format)) {
      add(part);
      await pauses.turn();
    }
  }
  if (length !== size) fail(start, `holds ${length} bytes; the directory says ${size}`);
  if ((await crc32(content, pauses)) !== checksum) fail(start, 'is damaged: its checksum is another');
  return content;
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The checksum of zip and gzip (ISO 3309). */
async function crc32(bytes: Uint8Array, pauses: ReturnType<typeof createPauses>): Promise<number> {
  const piece = 2 ** 20;
  let value = 0xffffffff;
  for (let from = 0; from < bytes.length; from += piece) {
    const until = Math.min(from + piece, bytes.length);
    for (let at = from; at < until; at++) {
      value = (table[(value ^ (bytes[at] as number)) & 0xff] as number) ^ (value >>> 8);
    }
    await pauses.turn();
  }
  return (value ^ 0xffffffff) >>> 0;
}
