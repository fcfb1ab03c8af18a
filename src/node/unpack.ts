/**
 * Unpacks parts of the npm package `@sparticuz/chromium` (Linux x64) into the user's cache folder, once per version.
 * The folder appears under its final name only when it is complete, so any number of processes may do this at once.
 */

import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';

const PACKAGE = '@sparticuz/chromium';

/** What `npm` has to be told where the package is missing. */
export const installCommand = `npm install ${PACKAGE}@147.0.0`;

/** Folder and version of the installed package; undefined where it is not installed or not made for this machine. */
export async function chromiumPackage(): Promise<{ directory: string; version: string } | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  let entry: string;
  try {
    const require = createRequire(import.meta.url);
    // It is an optional peer: beside this package, or in the project that runs it.
    entry = require.resolve(PACKAGE, { paths: [dirname(import.meta.filename), process.cwd()] });
  } catch {
    return undefined;
  }
  // Its package.json is not among its exports: walk up to it.
  for (let directory = dirname(entry); directory !== dirname(directory); directory = dirname(directory)) {
    const text = await readFile(join(directory, 'package.json'), 'utf8').catch(() => '{}');
    const { name, version } = JSON.parse(text) as { name?: string; version?: string };
    if (name === PACKAGE && version) return { directory, version };
  }
  return undefined;
}

/** `XDG_CACHE_HOME` (default `~/.cache`) and this package's name. */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'nalu-webgpu');
}

/**
 * Unpacks `archives` (names in the package's bin/) and returns the folder that holds their files, and `texts` beside
 * them (text by file name). Undefined where the package is missing.
 */
export async function unpack(
  label: string,
  archives: readonly string[],
  texts: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const found = await chromiumPackage();
  if (!found) return undefined;
  const cache = cacheDirectory();
  const target = join(cache, `${label}-${found.version}`);
  if (await exists(target)) return target;

  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(`${target}.`);
  try {
    for (const archive of archives) await extract(join(found.directory, 'bin', archive), partial);
    for (const [name, text] of Object.entries(texts)) await writeFile(join(partial, name), text);
    await chmod(partial, 0o755);
    await rename(partial, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error; // otherwise another process was first, which is as good
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function extract(archive: string, directory: string): Promise<void> {
  if (archive.endsWith('.tar.br')) {
    return extractTar(await promisify(brotliDecompress)(await readFile(archive)), directory);
  }
  const name = archive.slice(archive.lastIndexOf(sep) + 1).replace(/\.br$/, '');
  const output = createWriteStream(join(directory, name), { mode: 0o755 });
  await pipeline(createReadStream(archive), createBrotliDecompress(), output);
}

/** Plain files and folders of a ustar archive, which is all these archives hold. */
async function extractTar(tar: Buffer, directory: string): Promise<void> {
  const field = (at: number, length: number) =>
    tar
      .toString('utf8', at, at + length)
      .replace(/\0.*$/s, '')
      .trim();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const path = resolve(directory, field(at + 345, 155), field(at, 100));
    const mode = Number.parseInt(field(at + 100, 8), 8);
    const size = Number.parseInt(field(at + 124, 12), 8);
    const type = field(at + 156, 1);
    if (!path.startsWith(resolve(directory)))
      throw new Error(`${field(at, 100)} lies outside the archive's folder`);
    if (type === '5') await mkdir(path, { recursive: true });
    else if (type === '' || type === '0') {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, tar.subarray(at + 512, at + 512 + size), { mode: mode & 0o755 });
    } else throw new Error(`${field(at, 100)}: tar entry of type ${type} is not supported`);
    at += 512 + 512 * Math.ceil(size / 512);
  }
}
