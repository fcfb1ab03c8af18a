/**
 * The file a benchmark appends its records to, and the checkpoint beside it. Whatever kills the process, `--resume` finds
 * whole lines of finished chunks and how far the chunk had come that was being trained. Only one process at a time
 * writes a file.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Chunk } from '../benchmark/plan.ts';
import { parseRecord } from '../benchmark/read.ts';
import type { RunRecord } from '../benchmark/record.ts';
import { type EnsembleCheckpoints, NaluError, RecordError } from '../index.ts';
import { ensembleCheckpoints } from '../io/ensemble-checkpoints.ts';
import { fileIdentity } from '../node/file-identity.ts';
import { type FileLock, FileLockedError, lockFile } from '../node/file-lock.ts';
import { folderStore } from '../node/folder-store.ts';
import { replaceFile, syncFolder } from '../node/replace-file.ts';
import { formatRange } from '../range.ts';
import { linesOf } from '../report/lines.ts';
import { settingsKey } from '../report/names.ts';
import { trainingOf } from '../tasks/training.ts';
import { cannotWrite } from './output-file.ts';

export interface ResultsOptions {
  readonly chunks: readonly Chunk[];
  /** Go on with the file if it is there; else it must not be. */
  readonly resume: boolean;
  /** Of this package; records of another do not fit. */
  readonly version: string;
  /** Milliseconds of training from one checkpoint to the next. Default 1500. */
  readonly every?: number;
}

export interface ResultsFile {
  /** Numbers of the chunks whose records are all there. */
  readonly done: ReadonlySet<number>;
  /**
   * Where the states of chunk `index` are kept: in files beside the results. `setup` is what else decides on their bits:
   * adapter, lanes, whether curves are kept.
   */
  checkpoints(index: number, setup: string): EnsembleCheckpoints;
  /** Appends the records of chunk `index`; its checkpoint is no longer needed. */
  append(index: number, records: readonly RunRecord[]): Promise<void>;
  /** Rejects with a NaluError of code `file` when the file is no longer where it was. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** Opens `path`. Rejects with a NaluError of code `file` or `locked`, or with a RecordError for a line that does not fit. */
export async function openResults(path: string, options: ResultsOptions): Promise<ResultsFile> {
  const lock = await lockResults(path);
  let file: FileHandle | undefined;
  try {
    const there = await stat(path).catch(() => undefined);
    // An empty one is what is left of a run that ended before its first record.
    if (there && there.size > 0 && !options.resume) {
      throw new NaluError(
        'file',
        `${path} is already there: go on with it by --resume, or name another file with --out`,
      );
    }
    const { done, bytes } = there?.size
      ? await examine(path, there.size, options)
      : { done: new Set<number>(), bytes: 0 };
    file = await openFile(path, there !== undefined, bytes);
    return resultsFile(path, file, lock, done, bytes, options);
  } catch (error) {
    await file?.close();
    await lock.release();
    throw error;
  }
}

async function lockResults(path: string): Promise<FileLock> {
  try {
    return await lockFile(path);
  } catch (cause) {
    if (cause instanceof FileLockedError) throw cause;
    throw cannotWrite(path, 'the results', '--out', cause as Error);
  }
}

async function openFile(path: string, there: boolean, bytes: number): Promise<FileHandle> {
  try {
    const file = await open(path, there ? 'r+' : 'wx+');
    await file.truncate(bytes);
    await file.sync();
    await syncFolder(dirname(path));
    return file;
  } catch (cause) {
    throw cannotWrite(path, 'the results', '--out', cause as Error);
  }
}

function resultsFile(
  path: string,
  file: FileHandle,
  lock: FileLock,
  done: ReadonlySet<number>,
  bytes: number,
  options: ResultsOptions,
): ResultsFile {
  let end = bytes;
  const verify = async (): Promise<void> => {
    await lock.verify();
    const { dev, ino } = await file.stat({ bigint: true });
    if ((await fileIdentity(path)) !== `${dev}:${ino}`) throw await rescue(path, file, end);
  };
  return {
    done,
    checkpoints: (index, setup) => checkpointsOf(path, options, index, setup),
    append: async (_, records) => {
      await verify();
      await guarded(path, async () => {
        const text = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
        await file.write(text, 0, text.length, end);
        await file.sync();
        end += text.length;
      });
      await removeCheckpoints(path);
    },
    verify,
    async close() {
      await file.close();
      await lock.release();
    },
  };
}

/** The error for a file that was removed or replaced while it was written; what it held goes into another. */
async function rescue(path: string, file: FileHandle, bytes: number): Promise<NaluError> {
  const rescued = `${path}.rescued`;
  const content = Buffer.alloc(bytes);
  const kept = await file
    .read(content, 0, bytes, 0)
    .then(() => replaceFile(rescued, content))
    .then(
      () => `its records are in ${rescued} now: name it ${basename(path)} and go on by --resume`,
      () => 'its records are lost',
    );
  return new NaluError('file', `${path} was removed or replaced while results were written to it; ${kept}`);
}

/** What the names of checkpoints of the results in `path` begin with; a chunk that trains in parts has several. */
const checkpointName = (path: string): string => `${basename(path)}.checkpoint`;

function checkpointsOf(
  path: string,
  options: ResultsOptions,
  index: number,
  setup: string,
): EnsembleCheckpoints {
  const { version, every = 1500 } = options;
  const { cell } = options.chunks[index] as Chunk;
  // The run's own fingerprint knows how it trains; this, what its records say of it.
  const runs = cell.models.map((model, at) => [runKey(keyFields(cell, at)), model.threshold]);
  const hash = createHash('sha256').update(JSON.stringify([version, setup, runs]));
  const store = folderStore(dirname(path));
  const name = (key: string): string => {
    const [, first] = /-(\d+)-0\.safetensors$/.exec(key) ?? [];
    return first === '0' ? checkpointName(path) : `${checkpointName(path)}-${first}`;
  };
  const named = {
    read: (key: string) => store.read(name(key)),
    write: (key: string, content: Uint8Array) => store.write(name(key), content),
    remove: (key: string) => store.remove(name(key)),
  };
  return ensembleCheckpoints(named, 'checkpoint', { every, keep: 1, label: hash.digest('hex') });
}

async function removeCheckpoints(path: string): Promise<void> {
  const name = checkpointName(path);
  for (const found of await readdir(dirname(path))) {
    const ours =
      found === name || (found.startsWith(`${name}-`) && /^\d+$/.test(found.slice(name.length + 1)));
    if (ours) await rm(join(dirname(path), found), { force: true });
  }
}

/** Which chunks are in the file, and how many of its bytes they take: what a killed run left behind them is dropped. */
async function examine(path: string, size: number, { chunks, version }: ResultsOptions) {
  const chunkOf = new Map<string, number>();
  chunks.forEach(({ cell }, index) => {
    cell.models.forEach((_, model) => {
      chunkOf.set(runKey(keyFields(cell, model)), index);
    });
  });
  const found = chunks.map(() => ({ count: 0, start: -1 }));
  const seen = new Set<string>();
  let bytes = 0;
  for await (const { text, line } of linesOf(path)) {
    const start = bytes;
    bytes += Buffer.byteLength(text) + 1;
    // The last line without its end was cut off while it was written.
    if (bytes > size) {
      bytes = start;
      break;
    }
    const where = { file: path, line };
    const record = parseRecord(text, where);
    const key = runKey(record);
    const index = chunkOf.get(key);
    if (record.version !== version) {
      throw new RecordError(
        where,
        'version',
        `this record is of version ${record.version}, and this is ${version}: results of two versions do not fit together`,
      );
    }
    if (index === undefined || seen.has(key)) {
      const { unit, op, range, seed } = record;
      const why = seen.has(key) ? 'is there twice' : 'is not part of this run';
      throw new RecordError(
        where,
        undefined,
        `${unit}, ${op}, ${range}, seed ${seed} ${why}: resume with the options the file was begun with`,
      );
    }
    checkTraining(record, chunks[index] as Chunk, where);
    seen.add(key);
    const chunk = found[index] as { count: number; start: number };
    if (chunk.count === 0) chunk.start = start;
    chunk.count++;
  }
  const whole = (index: number): boolean => found[index]?.count === chunks[index]?.cell.models.length;
  const parts = found.flatMap(({ count }, index) => (count > 0 && !whole(index) ? [index] : []));
  const from = Math.min(bytes, ...parts.map((index) => found[index]?.start ?? bytes));
  const lost = found.findIndex(({ start }, index) => whole(index) && start >= from);
  if (lost >= 0) {
    throw new NaluError(
      'file',
      `${path} lacks records in its middle, of ${parts.map((index) => chunks[index]?.name).join(' and ')}: ` +
        'remove the others of that chunk, too, and resume',
    );
  }
  return { done: new Set(chunks.flatMap((_, index) => (whole(index) ? [index] : []))), bytes: from };
}

/** Throws RecordError for a record of a model that was trained otherwise than this run trains it. */
function checkTraining(
  { training }: RunRecord,
  { cell }: Chunk,
  where: { file: string; line: number },
): void {
  if (!training) return; // of before it was kept
  const expected = trainingOf(cell);
  for (const name of new Set([...Object.keys(training), ...Object.keys(expected)])) {
    if (training[name] === expected[name]) continue;
    throw new RecordError(
      where,
      'training',
      `this model was trained with ${name} ${training[name] ?? 'not set'}, and this run has ${expected[name] ?? 'none'}: ` +
        'resume with the options the file was begun with, or name another file with --out',
    );
  }
}

type KeyFields = Pick<
  RunRecord,
  'task' | 'settings' | 'unit' | 'op' | 'range' | 'extrapolationRange' | 'seed'
>;

function keyFields(cell: Chunk['cell'], model: number): KeyFields {
  const { range, extrapolationRange, seed } = cell.models[model] as Chunk['cell']['models'][number];
  return {
    task: cell.task,
    settings: cell.settings,
    unit: cell.unit,
    op: cell.operation,
    range: formatRange(range),
    extrapolationRange: formatRange(extrapolationRange),
    seed,
  };
}

/** Equal for records of the same model. */
const runKey = ({ task, settings, unit, op, range, extrapolationRange, seed }: KeyFields): string =>
  JSON.stringify([task, settingsKey(settings), unit, op, range, extrapolationRange, seed]);

async function guarded(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw cannotWrite(path, 'the results', '--out', cause as Error);
  }
}
