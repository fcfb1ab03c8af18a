import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ArchiveFile, filesOfTar } from '../../src/node/archive.ts';
import { thisProcess } from '../../src/node/process-identity.ts';
import { findSwiftShader } from '../../src/node/swiftshader.ts';
import { unpack } from '../../src/node/unpack.ts';

// The archives are for Linux x64.
const here = process.platform === 'linux' && process.arch === 'x64';

let folder = '';
let cache = '';
let temporary = '';
let round = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nalu-unpack-'));
  cache = join(folder, 'cache');
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Small archives; a text of another content each time, so that nothing is remembered of the time before. */
const unpackAgain = (text = 'same') =>
  unpack('small', ['fonts.tar.br'], { note: text, [`round-${round++}`]: '' });
/** As another process would find it: the folder is the same, and nothing is remembered. */
async function unpackFresh(): Promise<string> {
  vi.resetModules();
  const fresh = await import('../../src/node/unpack.ts');
  return (await fresh.unpack('small', ['fonts.tar.br'], { note: 'text' })) as string;
}
const names = (path: string) =>
  readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(path, name)).isFile())
    .sort();
const bytes = (path: string) =>
  new Map(names(path).map((name) => [name, readFileSync(join(path, name), 'base64')]));

if (here)
  describe('a folder that is unpacked', () => {
    it('is in the cache, readable to all, writable to none, and complete', async () => {
      const path = await unpackFresh();
      expect(path.startsWith(join(cache, 'nalu-webgpu', 'small-'))).toBe(true);
      expect(names(path)).toContain('manifest.json');
      expect(names(path).some((name) => name.endsWith('.ttf'))).toBe(true);
      expect(readFileSync(join(path, 'note'), 'utf8')).toBe('text');
      for (const name of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
        expect(statSync(join(path, name)).mode & 0o022, name).toBe(0);
        expect(name).not.toMatch(/\.part$/);
      }
      expect(readdirSync(temporary)).toEqual([]);
    });

    it('is used as it is, and repaired where it is damaged', async () => {
      const path = await unpackFresh();
      const whole = bytes(path);
      const [font] = names(path).filter((name) => name.endsWith('.ttf')) as [string];
      const inode = statSync(join(path, font)).ino;
      expect(await unpackFresh()).toBe(path);
      expect(statSync(join(path, font)).ino).toBe(inode);
      const damages: (() => void)[] = [
        () => truncateSync(join(path, font), 1000),
        () => {
          const changed = readFileSync(join(path, font));
          changed[changed.length - 1] = 255 - (changed.at(-1) as number);
          writeFileSync(join(path, font), changed);
        },
        () => rmSync(join(path, font)),
        () => rmSync(join(path, 'manifest.json')),
        () => truncateSync(join(path, 'manifest.json'), 40),
        () => writeFileSync(join(path, 'manifest.json'), '{"source":null}'),
        () => writeFileSync(join(path, 'note'), 'another text'),
        () => chmodSync(join(path, 'note'), 0o666),
        () => {
          rmSync(join(path, 'note'));
          writeFileSync(join(folder, 'elsewhere'), 'text', { mode: 0o600 });
          symlinkSync(join(folder, 'elsewhere'), join(path, 'note'));
        },
      ];
      for (const damage of damages) {
        damage();
        expect(await unpackFresh()).toBe(path);
        expect(bytes(path)).toEqual(whole);
        expect(lstatSync(join(path, 'note')).isFile()).toBe(true);
        expect(statSync(join(path, 'note')).mode & 0o022).toBe(0);
      }
      expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('text');
    });

    it('is whole however many unpack it at once', async () => {
      const all = await Promise.all(Array.from({ length: 4 }, unpackFresh));
      expect(new Set(all).size).toBe(1);
      const path = all[0] as string;
      const found = bytes(path);
      expect(await unpackFresh()).toBe(path);
      expect(bytes(path)).toEqual(found);
      expect(names(path).filter((name) => name.includes('.part'))).toEqual([]);
    });

    it('is another one for this process alone where others can write it, or a folder above it', async () => {
      mkdirSync(join(cache, 'nalu-webgpu'), { recursive: true });
      for (const open of [cache, join(cache, 'nalu-webgpu')]) {
        chmodSync(open, 0o777);
        const path = (await unpackAgain()) as string;
        expect(path.startsWith(temporary)).toBe(true);
        expect(statSync(path).mode & 0o777).toBe(0o700);
        expect(names(path).length).toBeGreaterThan(3);
        chmodSync(open, 0o755);
      }
    });

    if (process.getuid?.() === 0)
      it('is another one where another user owns it', async () => {
        const path = await unpackFresh();
        chownSync(join(path, 'note'), 65534, 65534);
        expect(await unpackFresh()).toBe(path);
        expect(statSync(join(path, 'note')).uid).toBe(0);
        chownSync(path, 65534, 65534);
        expect((await unpackFresh()).startsWith(temporary)).toBe(true);
      });

    it('is another one where the cache is no folder, or cannot be', async () => {
      writeFileSync(cache, '');
      expect((await unpackAgain())?.startsWith(temporary)).toBe(true);
      vi.stubEnv('XDG_CACHE_HOME', join(cache, 'below a file'));
      expect((await unpackAgain())?.startsWith(temporary)).toBe(true);
    });

    it('in a temporary folder removes those of processes that have ended', async () => {
      const { machine, pid, started } = thisProcess();
      const dead = join(temporary, `nalu-webgpu-${machine}-${2 ** 30}-1-00000000`);
      const alive = join(temporary, `nalu-webgpu-${machine}-${pid}-${started ?? ''}-00000000`);
      for (const path of [dead, alive]) {
        mkdirSync(path);
        writeFileSync(join(path, 'library'), '');
      }
      writeFileSync(cache, '');
      await unpackAgain();
      expect(existsSync(dead)).toBe(false);
      expect(existsSync(alive)).toBe(true);
    });

    it('is an error that says what to do where nothing can be written', async () => {
      writeFileSync(cache, '');
      vi.stubEnv('TMPDIR', join(cache, 'below a file'));
      await expect(unpackAgain()).rejects.toThrow(
        /cannot be unpacked .*: set XDG_CACHE_HOME or TMPDIR to a folder that/,
      );
    });
  });

describe('a folder named by NALU_SWIFTSHADER_DIR', () => {
  it('is refused where everyone can write it or what is loaded of it', async () => {
    vi.stubEnv('NALU_SWIFTSHADER_DIR', folder);
    const icd = join(folder, 'vk_swiftshader_icd.json');
    writeFileSync(icd, '{}');
    writeFileSync(join(folder, 'libvulkan.so.1'), '');
    expect(await findSwiftShader()).toEqual({ icd, directory: folder });
    for (const path of [folder, icd, join(folder, 'libvulkan.so.1')]) {
      const { mode } = statSync(path);
      chmodSync(path, mode | 0o002);
      await expect(findSwiftShader()).rejects.toThrow(
        `${path} can be written by everyone: run \`chmod o-w ${path}\``,
      );
      chmodSync(path, mode);
    }
  });
});

describe('a tar archive', () => {
  const entry = (name: string, type = '0', size = 3) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(size.toString(8).padStart(11, '0'), 124);
    header.write(type, 156);
    return Buffer.concat([header, Buffer.from('abc'.padEnd(512, '\0'))]);
  };

  it('gives its files, and none outside its folder', () => {
    const [file] = [...filesOfTar(entry('./a/b'))];
    expect(file).toMatchObject({ path: 'a/b', mode: 0o644 });
    expect(Buffer.concat([...((file as ArchiveFile).content as Iterable<Uint8Array>)]).toString()).toBe(
      'abc',
    );
    for (const name of ['../b', 'a/../../b', '/b', 'a/..']) {
      expect(() => [...filesOfTar(entry(name))]).toThrow(/lies outside/);
    }
  });

  it('is an error where it holds links, or ends early', () => {
    expect(() => [...filesOfTar(entry('a', '2'))]).toThrow('tar entry of type 2 is not supported');
    expect(() => [...filesOfTar(entry('a', '0', 4096))]).toThrow('ends in the middle of it');
  });
});
