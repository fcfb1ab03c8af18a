/** All records of a benchmark, from the files its shards wrote. */

import { parseRecord } from '../benchmark/read.ts';
import type { RunRecord } from '../benchmark/record.ts';
import { NaluError, OptionError } from '../errors.ts';
import { linesOf } from './lines.ts';
import { Merge, type MergeOptions } from './merge.ts';
import { rejudge } from './rejudge.ts';

export interface ReadOptions extends MergeOptions {
  /** Keep the curves, which take most of the memory. Default false. */
  curves?: boolean;
  /** Tasks to read; records of others are checked, but left out. Default: all. */
  tasks?: readonly string[];
  /** Judges records of the single-module task by this ε (see `rejudge`). Default: as they were judged. */
  epsilon?: number;
  signal?: AbortSignal;
}

export interface Records {
  readonly records: readonly RunRecord[];
  /** Files without any line. */
  readonly empty: readonly string[];
}

/**
 * Reads and merges `files`. Throws RecordError, with file, line and field, for the first line that is not a record or does
 * not fit those before it, and a NaluError of code `file` for a file that cannot be read or when no file has a record.
 */
export async function readRecords(
  files: readonly string[],
  { curves = false, tasks, epsilon, signal, ...options }: ReadOptions = {},
): Promise<Records> {
  const merge = new Merge(options);
  const records: RunRecord[] = [];
  const empty: string[] = [];
  const others = new Set<string>();
  for (const file of files) {
    let lines = 0;
    for await (const { text, line } of linesOf(file, signal)) {
      const read = parseRecord(text, { file, line });
      const run = epsilon === undefined ? read : rejudge(read, epsilon);
      lines += 1;
      if (tasks && !tasks.includes(run.task)) {
        others.add(run.task);
        continue;
      }
      merge.add(run, { file, line });
      records.push(curves ? run : withoutCurve(run));
    }
    if (lines === 0) empty.push(file);
  }
  if (records.length > 0) return { records, empty };
  if (tasks && others.size > 0) {
    throw new OptionError(
      `no record is of the task ${tasks.join(' or ')}; there are ${[...others].join(', ')}`,
    );
  }
  throw new NaluError('file', `there is no record in ${files.join(', ')}: nalu benchmark writes them`);
}

function withoutCurve({ curve: _, ...run }: RunRecord): RunRecord {
  return run;
}
