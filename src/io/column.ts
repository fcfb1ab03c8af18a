/**
 * One column of a table as it is read: its values, and the convention in which its numbers are written. The first number
 * that can only be read with one decimal sign decides for the column; until then both values are kept.
 */

import { FileFormatError } from '../errors.ts';
import type { CellFault } from './cells.ts';
import { affixKind, type Decimal, isExact, isPlain, mayBeGrouped, readNumber } from './numbers.ts';
import { shortName } from './table.ts';

/** Faults that are kept to be shown. */
export const SHOWN = 20;

export interface Convention {
  /** Undefined: found. */
  readonly decimal?: Decimal | undefined;
  /** Whether digits in groups are numbers. */
  readonly groups: boolean;
}

/** A number that is one value with a decimal point and another with a decimal comma. */
interface Ambiguity {
  readonly row: number;
  readonly text: string;
  readonly point: number;
  readonly comma: number;
}

export class Column {
  readonly name: string;
  readonly #format: string;
  readonly #convention: Convention;
  /** With a decimal point while that is open. */
  values: Float64Array<ArrayBuffer> = new Float64Array(16);
  /** With a decimal comma, from the first cell on for which that makes a difference. */
  #commas: Float64Array<ArrayBuffer> | undefined;
  #rows = 0;
  #decimal: Decimal | undefined;
  /** The first number in which a point, or a comma, may be the decimal sign or separate thousands. */
  #openPoint: Ambiguity | undefined;
  #openComma: Ambiguity | undefined;
  /** What stands beside the first number. */
  #affix: string | undefined;
  #money = '';
  numbers = 0;
  missing = 0;
  words = 0;
  first: CellFault[] = [];
  /** Whether digits stood in groups. */
  grouped = false;

  constructor(name: string, format: string, convention: Convention) {
    this.name = name;
    this.#format = format;
    this.#convention = convention;
    this.#decimal = convention.decimal;
  }

  /** The decimal sign, where a number in this column needed it or an option says it. */
  get decimal(): Decimal | undefined {
    return this.#decimal;
  }

  get faults(): number {
    return this.missing + this.words;
  }

  /** What stands beside every number, such as `cm` or `%`; for money, beside any. */
  get affix(): string {
    return this.#affix || this.#money;
  }

  /** A number from a file of numbers; NaN is a missing one. `row` is from 1. */
  addNumber(value: number, row: number): void {
    if (Number.isFinite(value)) this.#push(value, value);
    else this.addFault(Number.isNaN(value) ? 'missing' : 'not a number', String(value), row);
  }

  /** A cell of text. Throws FileFormatError for a whole number that float64 would round. */
  add(text: string, row: number): void {
    if (isPlain(text) && this.#affix === '') {
      // The case that nearly all cells are.
      const value = Number(text);
      if (text.length > 15 && !isExact(text, value)) this.#refuse(text, row);
      if (Number.isFinite(value) && (this.#decimal === '.' || !text.includes('.'))) {
        this.#push(value, value);
        return;
      }
      const isOpen = this.#convention.groups && mayBeGrouped(text);
      if (this.#decimal === undefined && !isOpen && Number.isFinite(value)) {
        this.#decide('.');
        this.#push(value, value);
        return;
      }
    }
    const reading = readNumber(text, this.#convention.groups);
    if (typeof reading === 'string' || !this.#takesAffix(reading.affix)) {
      this.addFault(reading === 'missing' ? 'missing' : 'not a number', text, row);
      return;
    }
    const { point, comma, affix, grouped } = reading;
    if (this.#decimal === undefined && Number.isNaN(point)) this.#decide(',');
    else if (this.#decimal === undefined && Number.isNaN(comma)) this.#decide('.');
    const value = this.#decimal === ',' ? comma : point;
    if (Number.isNaN(value)) {
      this.addFault('not a number', text, row);
      return;
    }
    if (text.length > 15 && !isExact(grouped ? text.replace(/[^0-9]/g, '') : text, value)) {
      this.#refuse(text, row);
    }
    this.#affix ??= affix;
    this.grouped ||= grouped && this.#decimal !== undefined;
    this.grouped ||= this.#decimal === ',' && text.includes('.');
    if (this.#decimal === undefined && point !== comma) {
      const found = { row, text: text.trim().slice(0, 40), point, comma };
      if (text.includes(',')) this.#openComma ??= found;
      else this.#openPoint ??= found;
      this.#commas ??= this.values.slice();
    }
    this.#push(value, this.#decimal === undefined ? comma : value);
  }

  addFault(kind: CellFault['kind'], text: string, row: number): void {
    if (kind === 'missing') this.missing += 1;
    else this.words += 1;
    if (this.first.length < SHOWN) {
      this.first.push({ row, column: this.name, kind, text: text.slice(0, 40) });
    }
    this.#store(Number.NaN, Number.NaN);
  }

  /**
   * Settles what is open: by what the other columns of the file have, or else by the decimal point if there is no comma.
   * Throws FileFormatError where it may be either.
   */
  settle(others: Decimal | undefined): void {
    const unclear = this.#openComma;
    if (this.#decimal !== undefined || !(unclear ?? this.#openPoint)) return;
    if (others === undefined && unclear) {
      throw new FileFormatError(
        this.#format,
        { row: unclear.row, column: shortName(this.name) },
        `${JSON.stringify(unclear.text)} may be ${unclear.point} or ${unclear.comma}, and no other number tells: ` +
          "say thousands ',' for the first or decimal ',' for the second",
      );
    }
    this.#decide(others ?? '.');
  }

  /** Numbers that all have the same word beside them are numbers only if there is little else in the column. */
  get isText(): boolean {
    if (this.numbers === 0) return this.words > 0;
    return affixKind(this.#affix ?? '') === 'unit' && this.words > this.numbers / 2;
  }

  /** The values of all rows. */
  taken(): Float64Array<ArrayBuffer> {
    return this.values.slice(0, this.#rows);
  }

  /** Forgets all rows, and keeps the convention. */
  clear(): void {
    this.#rows = 0;
    this.numbers = 0;
    this.missing = 0;
    this.words = 0;
    this.first = [];
    this.#openPoint = undefined;
    this.#openComma = undefined;
    this.#commas = undefined;
  }

  #decide(decimal: Decimal): void {
    this.#decimal = decimal;
    this.grouped ||= (decimal === ',' ? this.#openPoint : this.#openComma) !== undefined;
    if (decimal === ',' && this.#commas) this.values = this.#commas;
    this.#commas = undefined;
    this.#openPoint = undefined;
    this.#openComma = undefined;
  }

  /** Money may be left out, and be in one currency alone; any other affix stands beside all numbers or none. */
  #takesAffix(affix: string): boolean {
    const kind = affixKind(affix);
    const before = affixKind(this.#affix ?? affix);
    if (kind === 'money') {
      if (this.#money !== '' && this.#money !== affix) return false;
      if (before !== 'money' && before !== 'none') return false;
      this.#money = affix;
      return true;
    }
    if (kind === 'none') return before === 'none' || before === 'money';
    return this.#affix === undefined || this.#affix === affix;
  }

  #push(value: number, comma: number): void {
    this.#affix ??= '';
    this.numbers += 1;
    this.#store(value, comma);
  }

  #store(value: number, comma: number): void {
    if (this.#rows === this.values.length) this.values = grown(this.values);
    this.values[this.#rows] = value;
    if (this.#commas) {
      if (this.#rows >= this.#commas.length) this.#commas = grown(this.#commas);
      this.#commas[this.#rows] = comma;
    }
    this.#rows += 1;
  }

  #refuse(text: string, row: number): never {
    throw new FileFormatError(
      this.#format,
      { row, column: shortName(this.name) },
      `${text.trim().slice(0, 40)} is beyond ±2⁵³ and would be rounded; name the columns that are needed, or write it with fewer digits`,
    );
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * values.length);
  larger.set(values);
  return larger;
}
