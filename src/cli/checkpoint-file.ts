/** A checkpoint on disk: replaced as a whole or not at all, and trusted only if it is whole and of the same run. */

import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';

const FORMAT = 'nalu-checkpoint/1';

interface Header {
  readonly format: string;
  /** What the checkpoint belongs to. */
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes `value` (typed arrays, numbers, texts, lists, records) for the run that `key` names. */
export async function writeCheckpoint(path: string, key: string, value: unknown): Promise<void> {
  const body = serialize(value);
  const header: Header = { format: FORMAT, key, bytes: body.length, sha256: hashOf(body) };
  const partial = `${path}.partial`;
  const file = await open(partial, 'w');
  try {
    await file.writeFile(Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

/** The checkpoint of the run that `key` names; undefined where there is none, or it is damaged or of another run. */
export async function readCheckpoint(path: string, key: string): Promise<unknown> {
  const content = await readFile(path).catch(() => undefined);
  const end = content?.indexOf(0x0a) ?? -1;
  if (!content || end < 0) return undefined;
  try {
    const header = JSON.parse(content.toString('utf8', 0, end)) as Header;
    const body = content.subarray(end + 1);
    const whole = header.format === FORMAT && header.bytes === body.length && header.sha256 === hashOf(body);
    return whole && header.key === key ? deserialize(body) : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the checkpoint, if there is one. */
export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.partial`, { force: true });
}

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
