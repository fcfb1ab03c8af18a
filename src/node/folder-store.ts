/** Bytes by name in a folder: each a file that is replaced as a whole or not at all. */

import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NaluError } from '../errors.ts';

/** What `ensembleCheckpoints` of nalu-webgpu/io keeps states in. Makes the folder with the first write. */
export function folderStore(folder: string) {
  const pathOf = (name: string): string => join(folder, name);
  return {
    async read(name: string): Promise<Uint8Array | undefined> {
      try {
        return await readFile(pathOf(name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failed(`${pathOf(name)} cannot be read`, error);
      }
    },
    async write(name: string, bytes: Uint8Array): Promise<void> {
      const partial = `${pathOf(name)}.partial`;
      try {
        await mkdir(folder, { recursive: true });
        const file = await open(partial, 'w');
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(partial, pathOf(name));
      } catch (error) {
        await rm(partial, { force: true }).catch(() => {});
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
