/**
 * Unpacks parts of the npm package `@sparticuz/chromium` (Linux x64) into the user's cache folder, once per version. What is
 * there is checked, size and hash of every file, before it is used, and only used where nobody else can have written it;
 * what is damaged is written again. Each file appears whole or not at all, with the same bytes whoever writes it, so any
 * number of processes may do this at once. Where there is no such folder, one for this process alone is made and removed.
 */

import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { access, chmod, lstat, mkdir, readFile, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NaluError } from '../errors.ts';
import { type ArchiveFile, filesOf } from './archive.ts';
import { type ChromiumPackage, chromiumPackage, installCommand } from './chromium-package.ts';
import { ownedName, removeAbandoned } from './owned-name.ts';
import { isPrivate, isPrivateFolder } from './private-path.ts';
import { beginReplacement, replaceFile } from './replace-file.ts';

/** What is in the folder, with the manifest itself beside it. */
interface Manifest {
  readonly source: string;
  readonly files: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
}

const MANIFEST = 'manifest.json';
const TEMPORARY = 'nalu-webgpu-';

/** `XDG_CACHE_HOME` (default `~/.cache`) and this package's name; undefined for a user without a home. */
export function cacheDirectory(): string | undefined {
  const named = process.env.XDG_CACHE_HOME;
  if (named) return join(named, 'nalu-webgpu');
  try {
    return join(homedir(), '.cache', 'nalu-webgpu');
  } catch {
    return undefined; // neither HOME nor the list of users names one
  }
}

const unpacked = new Map<string, Promise<string | undefined>>();

/**
 * Unpacks `archives` (names in the package's bin/) and returns the folder that holds their files, and `texts` beside
 * them (text by file name). Undefined where the package is missing. Rejects with a NaluError of code `file` where no
 * folder can be written.
 */
export function unpack(
  label: string,
  archives: readonly string[],
  texts: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const key = JSON.stringify([label, archives, texts, cacheDirectory(), tmpdir()]);
  let folder = unpacked.get(key);
  if (!folder) {
    folder = unpackOnce(label, archives, texts);
    unpacked.set(key, folder);
    folder.catch(() => unpacked.delete(key));
  }
  return folder;
}

async function unpackOnce(
  label: string,
  archives: readonly string[],
  texts: Readonly<Record<string, string>>,
) {
  const found = await chromiumPackage();
  if (!found) return undefined;
  const source = await sourceOf(found, archives, texts).catch((cause: Error) => {
    throw new NaluError(
      'file',
      `${found.directory} lacks a part (${cause.message}): run \`${installCommand}\``,
      { cause },
    );
  });
  const fill = (folder: string) => write(folder, source, found, archives, texts);
  const cache = cacheDirectory();
  const reasons: string[] = [];
  if (cache !== undefined) {
    const folder = join(cache, `${label}-${found.version}`);
    try {
      if (await isWhole(folder, source)) return folder;
      await mkdir(folder, { recursive: true, mode: 0o755 });
      if (await isPrivateFolder(folder)) {
        await fill(folder);
        return folder;
      }
      reasons.push(`${folder} can be written by others`);
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  try {
    const folder = await temporaryFolder();
    await fill(folder);
    return folder;
  } catch (cause) {
    reasons.push((cause as Error).message);
    throw new NaluError(
      'file',
      `the software adapter cannot be unpacked (${reasons.join('; ')}): set XDG_CACHE_HOME or TMPDIR to a folder that this ` +
        'user, and nobody else, can write',
      { cause },
    );
  }
}

/** A folder that only this user can look into, and that goes with this process. */
async function temporaryFolder(): Promise<string> {
  await removeAbandoned(tmpdir(), TEMPORARY, '');
  const folder = join(tmpdir(), TEMPORARY + ownedName());
  await mkdir(folder, { mode: 0o700 });
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // the next process that needs such a folder removes it
    }
  });
  return folder;
}

/** Equal exactly if the same files come of it. */
async function sourceOf(
  { version, directory }: ChromiumPackage,
  archives: readonly string[],
  texts: Readonly<Record<string, string>>,
): Promise<string> {
  const sizes = archives.map(async (name) => [name, (await stat(join(directory, 'bin', name))).size]);
  return createHash('sha256')
    .update(JSON.stringify([1, version, await Promise.all(sizes), texts]))
    .digest('hex');
}

/** Whether the folder holds all that comes of `source`, to the byte, and nobody else can have written it. */
async function isWhole(folder: string, source: string): Promise<boolean> {
  if (!(await isPrivateFolder(folder))) return false;
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest;
    if (manifest.source !== source) return false;
    for (const [path, { size, sha256 }] of Object.entries(manifest.files)) {
      if (!(await isIntact(folder, path, size, sha256))) return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function isIntact(folder: string, path: string, size: number, sha256: string): Promise<boolean> {
  const facts = await lstat(join(folder, path)).catch(() => undefined);
  if (!facts?.isFile() || facts.size !== size || !isPrivate(facts)) return false;
  for (let above = dirname(path); above !== '.'; above = dirname(above)) {
    if (!isPrivate(await lstat(join(folder, above)))) return false;
  }
  const hash = createHash('sha256');
  for await (const part of createReadStream(join(folder, path), { highWaterMark: 2 ** 20 }))
    hash.update(part);
  return hash.digest('hex') === sha256;
}

/** Writes what is not there or not whole, and at last the manifest. */
async function write(
  folder: string,
  source: string,
  { directory }: ChromiumPackage,
  archives: readonly string[],
  texts: Readonly<Record<string, string>>,
): Promise<void> {
  const files: Record<string, { size: number; sha256: string }> = {};
  const add = async ({ path, mode, content }: ArchiveFile) => {
    for (let above = dirname(path); above !== '.'; above = dirname(above)) {
      await mkdir(join(folder, above), { recursive: true });
      await chmod(join(folder, above), 0o755);
    }
    const hash = createHash('sha256');
    let size = 0;
    const target = join(folder, path);
    const replacement = await beginReplacement(target, { newMode: mode & 0o755 });
    try {
      for await (const part of content) {
        hash.update(part);
        size += part.length;
        await replacement.write(part);
      }
      await replacement.commit();
    } finally {
      await replacement.discard();
    }
    files[path] = { size, sha256: hash.digest('hex') };
  };
  for (const archive of archives) {
    for await (const file of filesOf(join(directory, 'bin', archive))) await add(file);
  }
  for (const [path, text] of Object.entries(texts))
    await add({ path, mode: 0o644, content: [Buffer.from(text)] });
  await replaceFile(join(folder, MANIFEST), `${JSON.stringify({ source, files } satisfies Manifest)}\n`, {
    newMode: 0o644,
  });
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
