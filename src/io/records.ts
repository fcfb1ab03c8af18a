/**
 * Delimited text as records of cells, by papaparse: delimiter found, quoted cells, RFC 4180. Memory is bounded by the
 * longest record, which has a limit.
 */

import Papa from 'papaparse';
import { FileFormatError } from '../errors.ts';
import type { Source } from './source.ts';
import { linesOf } from './text.ts';

export interface RecordOptions {
  /** Default: found among comma, tab, semicolon and bar; with a decimal comma, among the last three. */
  delimiter?: string;
  /** Default '.'. */
  decimal?: '.' | ',';
}

/** Characters that are looked at to find the delimiter, and that are cut into records at a time. */
const PART = 2 ** 16;
/** Characters of the longest record; more are an unclosed quotation mark, not a row of numbers. */
const LONGEST = 2 ** 18;

export const FORMAT = 'CSV';

/**
 * The records of `source`, as many at a time as a part of the text has, empty lines left out. Throws FileFormatError with
 * the record's number as row, from 1. `onDelimiter` is told the delimiter once it is known.
 */
export async function* recordsOf(
  source: Source,
  options: RecordOptions = {},
  onDelimiter: (delimiter: string) => void = () => {},
): AsyncGenerator<readonly (readonly string[])[]> {
  let cutter: RecordCutter | undefined;
  let text = '';
  const createCutter = (start: string): RecordCutter => {
    const delimiter = options.delimiter ?? findDelimiter(start, options);
    onDelimiter(delimiter);
    return new RecordCutter(delimiter);
  };
  for await (const part of linesOf(source, FORMAT)) {
    text += part;
    if (!cutter && text.length < PART) continue;
    cutter ??= createCutter(text.slice(0, PART));
    for (let from = 0; from < text.length; from += PART) yield cutter.cut(text.slice(from, from + PART));
    text = '';
  }
  cutter ??= createCutter(text);
  yield cutter.cut(text, true);
}

/** Cuts text that comes in parts into records. */
class RecordCutter {
  readonly #parser: InstanceType<typeof Papa.Parser>;
  #rest = '';
  #records = 0;

  constructor(delimiter: string) {
    // The records of a file have the same number of cells and names are found elsewhere, so nothing else is asked of it.
    this.#parser = new Papa.Parser({ delimiter, newline: '\n' });
  }

  cut(part: string, last = false): readonly string[][] {
    const records: string[][] = [];
    this.#rest += part;
    const { data, errors, meta } = this.#parser.parse(this.#rest, 0, !last) as Papa.ParseResult<string[]>;
    // What is said of a record that is not complete yet may not hold once it is.
    const fault = errors.find(({ row }) => (row ?? 0) < data.length);
    for (const [index, cells] of data.entries()) {
      if (fault?.row === index) this.#fail(fault.code);
      if (cells.length === 1 && cells[0]?.trim() === '') continue;
      this.#records += 1;
      records.push(cells);
    }
    this.#rest = last ? '' : this.#rest.slice(meta.cursor);
    if (this.#rest.length > LONGEST) this.#fail('TooLong');
    return records;
  }

  #fail(code: string): never {
    const why: Readonly<Record<string, string>> = {
      MissingQuotes: 'a quotation mark has no end',
      InvalidQuotes: 'a quotation mark stands inside a quoted cell; it must be doubled there',
      TooLong: `longer than ${LONGEST} characters; is there a quotation mark without an end?`,
    };
    throw new FileFormatError(FORMAT, { row: this.#records + 1 }, why[code] ?? code);
  }
}

function findDelimiter(text: string, { decimal }: RecordOptions): string {
  const candidates = decimal === ',' ? ['\t', ';', '|'] : [',', '\t', ';', '|'];
  const end = text.length < PART ? text.length : text.lastIndexOf('\n') + 1 || text.length;
  const { meta, errors } = Papa.parse(text.slice(0, end), {
    preview: 20,
    delimitersToGuess: candidates,
    newline: '\n',
    skipEmptyLines: 'greedy',
  });
  const undetectable = errors.some(({ code }) => code === 'UndetectableDelimiter');
  return undetectable ? (candidates[0] as string) : meta.delimiter;
}
