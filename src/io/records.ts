/**
 * Text as records of cells: delimited text by papaparse (quoted cells, RFC 4180), anything else line by line. Memory is
 * bounded by the longest record, which has a limit.
 */

import Papa from 'papaparse';
import { FileFormatError } from '../errors.ts';
import { findLayout, type Layout, type LayoutOptions, lineCells } from './layout.ts';
import type { Source } from './source.ts';
import { linesOf } from './text.ts';

export interface RecordOptions extends LayoutOptions {
  readonly encoding?: string | undefined;
}

/** Characters that are looked at to find the layout, and that are cut into records at a time. */
const PART = 2 ** 16;
/** Characters of the longest record; more are an unclosed quotation mark, not a row of numbers. */
const LONGEST = 2 ** 18;

export const FORMAT = 'CSV';

export interface TextRecords {
  readonly layout: Layout;
  /** As many records at a time as a part of the text has, lines that are blank or comments left out. */
  readonly records: AsyncGenerator<readonly (readonly string[])[]>;
}

/** Reads the beginning of `source`, finds its layout, and cuts it. Throws FileFormatError with the record's number, from 1. */
export async function openRecords(source: Source, options: RecordOptions = {}): Promise<TextRecords> {
  const parts = linesOf(source, FORMAT, options.encoding);
  let text = '';
  let ended = false;
  while (text.length < PART && !ended) {
    const part = await parts.next();
    if (part.done) ended = true;
    else text += part.value;
  }
  const layout = findLayout(text.slice(0, PART), ended && text.length <= PART, options);
  async function* records() {
    const cutter = cutterOf(layout);
    let rest = text.slice(layout.start);
    text = '';
    try {
      for (;;) {
        for (let from = 0; from < rest.length; from += PART) yield cutter.cut(rest.slice(from, from + PART));
        const part = await parts.next();
        if (part.done) break;
        rest = part.value;
      }
      yield cutter.cut('', true);
    } finally {
      await parts.return(undefined);
    }
  }
  return { layout, records: records() };
}

interface Cutter {
  /** The records that end in `part`, or in what came before it. */
  cut(part: string, last?: boolean): readonly (readonly string[])[];
}

const cutterOf = (layout: Layout): Cutter =>
  layout.kind === 'delimited' ? new RecordCutter(layout) : new LineCutter(layout.kind, layout.comment);

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** Cuts text that comes in parts into records of delimited cells. */
class RecordCutter implements Cutter {
  readonly #parser: InstanceType<typeof Papa.Parser>;
  #rest = '';
  #records = 0;

  constructor({ delimiter, comment }: Layout) {
    // The records of a file have the same number of cells and names are found elsewhere, so nothing else is asked of it.
    this.#parser = new Papa.Parser({
      delimiter,
      newline: '\n',
      ...(comment !== undefined && { comments: comment }),
    });
  }

  cut(part: string, last = false): readonly string[][] {
    const records: string[][] = [];
    this.#rest += part;
    const { data, errors, meta } = this.#parser.parse(this.#rest, 0, !last) as Papa.ParseResult<string[]>;
    // What is said of a record that is not complete yet may not hold once it is.
    const fault = errors.find(({ row }) => (row ?? 0) < data.length);
    for (const [index, cells] of data.entries()) {
      if (fault?.row === index) this.#fail(fault.code);
      if (isBlank(cells)) continue;
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

/** Cuts text whose records are lines. */
class LineCutter implements Cutter {
  readonly #kind: Exclude<Layout['kind'], 'delimited'>;
  readonly #comment: string | undefined;
  #rest = '';
  #records = 0;

  constructor(kind: Exclude<Layout['kind'], 'delimited'>, comment: string | undefined) {
    this.#kind = kind;
    this.#comment = comment;
  }

  cut(part: string, last = false): readonly string[][] {
    const lines = (this.#rest + part).split('\n');
    this.#rest = last ? '' : (lines.pop() as string);
    const records: string[][] = [];
    for (const line of [...lines, ...(this.#rest.length > LONGEST ? [this.#rest] : [])]) {
      if (line.length > LONGEST) {
        const message = `longer than ${LONGEST} characters, which are the most that are read of one row`;
        throw new FileFormatError(FORMAT, { row: this.#records + 1 }, message);
      }
      if (this.#comment !== undefined && line.trimStart().startsWith(this.#comment)) continue;
      const cells = lineCells(line, this.#kind);
      if (!cells || isBlank(cells)) continue;
      this.#records += 1;
      records.push(cells);
    }
    return records;
  }
}
