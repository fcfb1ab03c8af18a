/** Files in an archive compressed with Brotli: a tar archive, or one file alone. */

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';

export interface ArchiveFile {
  /** Below the folder it is unpacked to, with `/` between names. */
  readonly path: string;
  readonly mode: number;
  readonly content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** The files of `archive`, which ends in `.tar.br`, or the file that it is (`NAME.br`), which can be run. */
export async function* filesOf(archive: string): AsyncGenerator<ArchiveFile> {
  if (archive.endsWith('.tar.br')) {
    yield* filesOfTar(await promisify(brotliDecompress)(await readFile(archive)));
    return;
  }
  const content = createBrotliDecompress({ chunkSize: 2 ** 20 });
  createReadStream(archive)
    .on('error', (error) => content.destroy(error))
    .pipe(content);
  yield { path: basename(archive, '.br'), mode: 0o755, content };
}

/** Plain files of a ustar archive, which with folders is all that these archives hold. */
export function* filesOfTar(tar: Buffer): Generator<ArchiveFile> {
  const field = (at: number, length: number) =>
    tar
      .toString('utf8', at, at + length)
      .replace(/\0.*$/s, '')
      .trim();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const prefix = field(at + 345, 155);
    const path = pathOf(prefix ? `${prefix}/${field(at, 100)}` : field(at, 100));
    const mode = Number.parseInt(field(at + 100, 8), 8);
    const size = Number.parseInt(field(at + 124, 12), 8);
    const type = field(at + 156, 1);
    const content = tar.subarray(at + 512, at + 512 + size);
    if (content.length !== size) throw new Error(`${path}: the archive ends in the middle of it`);
    if (type === '' || type === '0') yield { path, mode, content: [content] };
    else if (type !== '5') throw new Error(`${path}: tar entry of type ${type} is not supported`);
    at += 512 + 512 * Math.ceil(size / 512);
  }
}

/** A path of an archive without `.`; throws for one that leads out of the folder it is unpacked to. */
function pathOf(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..'))
    throw new Error(`${name} lies outside the archive's folder`);
  return parts.join('/');
}
