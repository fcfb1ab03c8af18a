import {
  chmod,
  chown,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderStore } from '../../src/node/folder-store.ts';
import { thisProcess } from '../../src/node/process-identity.ts';
import { beginReplacement, replaceFile } from '../../src/node/replace-file.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-replace-'));
  path = join(folder, 'model.safetensors');
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file that is replaced', () => {
  it('is seen as it was until it is whole, and leaves nothing beside it', async () => {
    await writeFile(path, 'before');
    const replacement = await beginReplacement(path);
    await replacement.write('af');
    await replacement.write(Buffer.from('ter'));
    expect(await readFile(path, 'utf8')).toBe('before');
    await replacement.commit();
    expect(await readFile(path, 'utf8')).toBe('after');
    expect(await readdir(folder)).toEqual(['model.safetensors']);
    await replacement.discard();
    expect(await readFile(path, 'utf8')).toBe('after');
  });

  it('is left as it was when the new content is given up', async () => {
    await writeFile(path, 'before');
    const replacement = await beginReplacement(path);
    await replacement.write('after');
    await replacement.discard();
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['model.safetensors']);
  });

  it('keeps its mode', async () => {
    for (const mode of [0o600, 0o640, 0o666, 0o755]) {
      await writeFile(path, 'before');
      await chmod(path, mode);
      await replaceFile(path, 'after');
      expect((await stat(path)).mode & 0o7777).toBe(mode);
    }
  });

  if (process.getuid?.() === 0)
    it('keeps its owner', async () => {
      await writeFile(path, 'before');
      await chown(path, 65534, 65533);
      await replaceFile(path, 'after');
      expect(await stat(path)).toMatchObject({ uid: 65534, gid: 65533 });
      expect(await readFile(path, 'utf8')).toBe('after');
    });

  it('stays behind its symbolic links, though it is not there yet', async () => {
    await symlink('model.safetensors', join(folder, 'latest'));
    for (const content of ['first', 'second']) {
      await replaceFile(join(folder, 'latest'), content);
      expect((await lstat(join(folder, 'latest'))).isSymbolicLink()).toBe(true);
      expect((await lstat(path)).isSymbolicLink()).toBe(false);
      expect(await readFile(path, 'utf8')).toBe(content);
    }
  });

  it('has the mode that the user wants for new files', async () => {
    await writeFile(join(folder, 'plain'), '');
    await replaceFile(path, 'new');
    expect((await stat(path)).mode).toBe((await stat(join(folder, 'plain'))).mode);
  });

  it('loses the parts of processes that have ended, and of nobody else', async () => {
    const { machine, pid, started } = thisProcess();
    const living = `.model.safetensors.${machine}-${pid}-${started ?? ''}-00000000.part`;
    const elsewhere = '.model.safetensors.0123456789ab-1-17-00000000.part';
    const another = `.model.safetensors.b.${machine}-${2 ** 30}-1-00000000.part`;
    const dead = `.model.safetensors.${machine}-${2 ** 30}-1-00000000.part`;
    const used = `.model.safetensors.${machine}-${pid}-1-00000000.part`;
    const old = '.model.safetensors.0123456789ab-1-18-00000000.part';
    for (const name of [living, elsewhere, another, dead, used, old])
      await writeFile(join(folder, name), 'part');
    await utimes(join(folder, old), 1, 1);
    await replaceFile(path, 'after');
    expect(await readdir(folder)).toEqual([living, elsewhere, another, 'model.safetensors'].sort());
  });
});

describe('a store in a folder', () => {
  it('gives what one of the writers wrote, whole, however many write a name at once', async () => {
    const store = folderStore(join(folder, 'store'));
    const contents = Array.from({ length: 12 }, (_, at) => new Uint8Array(200_000 + at).fill(at));
    await Promise.all(contents.map((bytes) => store.write('state', bytes)));
    const read = (await store.read('state')) as Uint8Array;
    expect(new Set(read)).toEqual(new Set([read[0]]));
    expect(read.length).toBe(200_000 + (read[0] as number));
    expect(await readdir(join(folder, 'store'))).toEqual(['state']);
    expect(await store.read('none')).toBe(undefined);
  });

  it('says what is wrong, and leaves what was there', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = folderStore(join(folder, 'file', 'store'));
    await expect(store.write('a', new Uint8Array(1))).rejects.toThrow(
      /cannot be written; what was there before is untouched/,
    );
  });
});
