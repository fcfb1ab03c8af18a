/** Options that say how a table is to be read, and its reading: the same for every command. */

import { type Command, Option } from 'commander';
import { NaluError } from '../index.ts';
import { readTable, type Table, type TableOptions } from '../io/index.ts';
import { inFile, openInput } from './input-file.ts';

/** What commander makes of the options of `addTableOptions`. */
export type ReadingOptions = Pick<
  TableOptions,
  'format' | 'delimiter' | 'decimal' | 'thousands' | 'header' | 'encoding' | 'comment'
>;

/** What a table may be, for the description of an argument. */
export const tableKinds =
  'a table: CSV, TSV, aligned columns, Markdown, JSON, JSON lines, .npy or .npz, also as .gz; - for stdin';

/** Adds them to a command. Left out, each is found out from the table. */
export function addTableOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <kind>', 'what the table is (default: found from its beginning)').choices([
        'csv',
        'tsv',
        'whitespace',
        'markdown',
        'json',
        'jsonl',
        'npy',
        'npz',
      ]),
    )
    .option('--delimiter <character>', 'between cells (default: found; tab as \\t)', (text) =>
      text === '\\t' ? '\t' : text,
    )
    .addOption(new Option('--decimal <sign>', 'decimal sign (default: found)').choices(['.', ',']))
    .addOption(
      new Option(
        '--thousands <sign>',
        'separator of thousands where 1,234 or 1.234 leaves it open; none: digits in groups are not numbers',
      ).choices([',', '.', 'none']),
    )
    .option('--header', 'the first line has the names (default: found)')
    .option('--no-header', 'the first line is a row; columns are x0, x1, …')
    .option('--encoding <name>', 'of text, such as windows-1252 (default: UTF-8, or UTF-16 by its mark)')
    .option('--comment <mark>', 'what lines of comment begin with (default: #, % or // if the file does)')
    .option('--no-comment', 'there are no lines of comment');
}

/** The options for `readTable` among those of a command. */
export function readingOptions(options: ReadingOptions): ReadingOptions {
  const { format, delimiter, decimal, thousands, header, encoding, comment } = options;
  // Commander's default of an option that has a `--no-` form is true.
  const mark = (comment as unknown) === true ? undefined : comment;
  const given = { format, delimiter, decimal, thousands, header, encoding, comment: mark };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Bytes of the largest table that is read whole. */
const MOST_BYTES = 2 ** 32;

/**
 * Reads the table in `path`, `-` for stdin. Rejects with a NaluError that names the file, and within a second of the signal's
 * abort.
 */
export async function readTableFile(
  path: string,
  options: TableOptions & { readonly signal: AbortSignal },
): Promise<Table> {
  const file = await openInput(path, 'the table');
  // A read of stdin may wait for ever.
  const stop = () => void (path === '-' && file.close());
  options.signal.addEventListener('abort', stop);
  try {
    const limit = (bytes: number): void => {
      if (bytes > MOST_BYTES) {
        throw new NaluError('file', `${path} is larger than ${MOST_BYTES} bytes, the most that are read`);
      }
    };
    return await inFile(path, () => readTable(file.parts(limit), options));
  } catch (error) {
    throw options.signal.aborted ? options.signal.reason : error;
  } finally {
    options.signal.removeEventListener('abort', stop);
    await file.close();
  }
}
