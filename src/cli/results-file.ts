/**
 * The file a benchmark appends its records to, and the checkpoint beside it. Whatever kills the process, `--resume` finds
 * whole lines of finished chunks and how far the chunk had come that was being trained.
 */

import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Chunk } from '../benchmark/plan.ts';
import { parseRecord } from '../benchmark/read.ts';
import type { RunRecord } from '../benchmark/record.ts';
import type { Checkpoint } from '../benchmark/run-chunk.ts';
import { NaluError, RecordError } from '../index.ts';
import { formatRange } from '../range.ts';
import { linesOf } from '../report/lines.ts';
import { settingsKey } from '../report/names.ts';
import { readCheckpoint, removeCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { cannotWrite } from './output-file.ts';

export interface ResultsOptions {
  readonly chunks: readonly Chunk[];
  /** Go on with the file if it is there; else it must not be. */
  readonly resume: boolean;
  /** Of this package; records of another do not fit. */
  readonly version: string;
  /** What else decides on the bits of a checkpoint: adapter, lanes, whether curves are kept. */
  readonly setup: string;
}

export interface ResultsFile {
  /** Numbers of the chunks whose records are all there. */
  readonly done: ReadonlySet<number>;
  /** How far chunk `index` had come; undefined where it must begin anew. */
  restore(index: number): Promise<Checkpoint | undefined>;
  save(index: number, checkpoint: Checkpoint): Promise<void>;
  /** Appends the records of chunk `index`; its checkpoint is no longer needed. */
  append(index: number, records: readonly RunRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens `path`. Rejects with a NaluError of code `file`, or with a RecordError for a line that does not fit. */
export async function openResults(path: string, options: ResultsOptions): Promise<ResultsFile> {
  const there = await stat(path).catch(() => undefined);
  if (there && !options.resume) {
    throw new NaluError(
      'file',
      `${path} is already there: go on with it by --resume, or name another file with --out`,
    );
  }
  const checkpoint = `${path}.checkpoint`;
  const { done, bytes } = there
    ? await examine(path, there.size, options)
    : { done: new Set<number>(), bytes: 0 };
  let file: FileHandle;
  try {
    file = await open(path, there ? 'r+' : 'wx+');
    await file.truncate(bytes);
  } catch (cause) {
    throw cannotWrite(path, 'the results', '--out', cause as Error);
  }
  let end = bytes;
  const keyOf = (index: number): string => {
    const { cell } = options.chunks[index] as Chunk;
    const runs = cell.models.map((_, model) => runKey(keyFields(cell, model)));
    return JSON.stringify([options.version, options.setup, cell.options.steps, runs]);
  };
  return {
    done,
    restore: async (index) => (await readCheckpoint(checkpoint, keyOf(index))) as Checkpoint | undefined,
    save: (index, value) => guarded(checkpoint, () => writeCheckpoint(checkpoint, keyOf(index), value)),
    append: (_, records) =>
      guarded(path, async () => {
        const text = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
        await file.write(text, 0, text.length, end);
        await file.sync();
        end += text.length;
        await removeCheckpoint(checkpoint);
      }),
    close: () => file.close(),
  };
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
