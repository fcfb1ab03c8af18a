/** Bytes by name in a folder: each a file that is replaced as a whole or not at all. */

import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NaluError } from '../errors.ts';
import { checkArguments } from '../options/check.ts';
import { text } from '../options/kinds.ts';
import { isMissing } from './file-identity.ts';
import { replaceFile } from './replace-file.ts';

/**
 * What `ensembleCheckpoints` of nalu-webgpu/io keeps states in. Makes the folder with the first write. Any number of
 * processes may write one name at once: whoever reads it gets what one of them wrote.
 */
export function folderStore(folder: string) {
  checkArguments('folderStore()', { folder }, { folder: text });
  const pathOf = (name: string): string => join(folder, name);
  return {
    async read(name: string): Promise<Uint8Array | undefined> {
      try {
        return await readFile(pathOf(name));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw failed(`${pathOf(name)} cannot be read`, error);
      }
    },
    async write(name: string, bytes: Uint8Array): Promise<void> {
      try {
        await mkdir(folder, { recursive: true });
        await replaceFile(pathOf(name), bytes);
      } catch (error) {
        throw failed(`${pathOf(name)} cannot be written; what was there before is untouched`, error);
      }
    },
    async remove(name: string): Promise<void> {
      await rm(pathOf(name), { force: true });
    },
  };
}

const failed = (what: string, cause: unknown): NaluError =>
  new NaluError('file', `${what} (${(cause as Error).message})`, { cause });
