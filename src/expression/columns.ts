/**
 * Expressions over whole columns in float64: compiled once to a list of steps, each a loop over a block of rows, with equal
 * parts computed once. For least squares, values and derivatives by every free constant come from one list.
 */

import { FormulaError } from '../errors.ts';
import { gradient } from './differentiate.ts';
import { Numbering } from './numbering.ts';
import { type Operator, operators } from './operators.ts';
import { type Constant, type Expression, type OperatorName, replaceLeaves, symbol } from './tree.ts';

/** Values by column: `columns[variable][row]`. */
export type Table = readonly ArrayLike<number>[];

/** Rows that are computed together: few enough for what is between to stay in the cache. */
const BLOCK = 512;

/** Blocks that all programs share, since one runs at a time. */
const blocks: Float64Array[] = [];
const blockAt = (index: number): Float64Array => {
  blocks[index] ??= new Float64Array(BLOCK);
  return blocks[index];
};

interface Step {
  readonly name: OperatorName;
  readonly args: readonly number[];
  readonly out: number;
}

/** Expressions as a list of steps over columns. */
export class ColumnProgram {
  readonly #results: readonly number[];
  /** Values that are the same in every row, where there are such. */
  readonly #scalars: Float64Array;
  readonly #isScalar: readonly boolean[];
  readonly #inputs: readonly { readonly index: number; readonly out: number }[];
  readonly #parameters: readonly { readonly at: number; readonly out: number }[];
  /** Of scalars, once in a run; of columns, once in a block. */
  readonly #scalarSteps: readonly Step[];
  readonly #columnSteps: readonly Step[];

  /** Computes `expressions`; symbols among them are numbers that `run` gets, in the order of `parameters`. */
  constructor(expressions: readonly Expression[], parameters: readonly string[] = []) {
    const numbering = new Numbering();
    this.#results = expressions.map((expression) => numbering.add(expression));
    const { parts, args } = numbering;
    const isScalar: boolean[] = [];
    this.#scalars = new Float64Array(parts.length);
    const inputs: { index: number; out: number }[] = [];
    const given: { at: number; out: number }[] = [];
    const steps: Step[] = [];
    parts.forEach((part, out) => {
      isScalar.push(
        part.kind === 'call'
          ? (args[out] as number[]).every((arg) => isScalar[arg])
          : part.kind !== 'variable',
      );
      if (part.kind === 'constant') this.#scalars[out] = part.value;
      if (part.kind === 'variable') inputs.push({ index: part.index, out });
      if (part.kind === 'call') steps.push({ name: part.name, args: args[out] as number[], out });
      if (part.kind === 'symbol') {
        const at = parameters.indexOf(part.name);
        if (at < 0) throw new FormulaError(`the symbol ${part.name} has no value`);
        given.push({ at, out });
      }
    });
    this.#isScalar = isScalar;
    this.#inputs = inputs;
    this.#parameters = given;
    this.#scalarSteps = steps.filter(({ out }) => isScalar[out]);
    this.#columnSteps = steps.filter(({ out }) => !isScalar[out]);
  }

  /** Values [rows] of every expression, into `out` where it is given. Throws FormulaError where a column is missing. */
  run(
    table: Table,
    rows: number,
    parameters: ArrayLike<number> = [],
    out: readonly Float64Array[] = this.#results.map(() => new Float64Array(rows)),
  ): readonly Float64Array[] {
    const scalars = this.#scalars;
    for (const { at, out: slot } of this.#parameters) scalars[slot] = parameters[at] as number;
    for (const { name, args, out: slot } of this.#scalarSteps) scalars[slot] = scalarOf(name, args, scalars);
    for (const { index } of this.#inputs) {
      if (!table[index])
        throw new FormulaError(`the formula reads column ${index}; there are ${table.length}`);
    }
    for (let start = 0; start < rows; start += BLOCK) {
      const count = Math.min(BLOCK, rows - start);
      for (const { index, out: slot } of this.#inputs) {
        copy(table[index] as ArrayLike<number>, start, blockAt(slot), count);
      }
      for (const { name, args, out: slot } of this.#columnSteps) this.#step(name, args, blockAt(slot), count);
      this.#results.forEach((result, k) => {
        const target = out[k] as Float64Array;
        if (this.#isScalar[result]) target.fill(scalars[result] as number, start, start + count);
        else target.set(blockAt(result).subarray(0, count), start);
      });
    }
    return out;
  }

  #step(name: OperatorName, args: readonly number[], out: Float64Array, count: number): void {
    const [first = 0, second = 0] = args;
    const scalar = (arg: number): number => this.#scalars[arg] as number;
    if (name === 'add' || name === 'multiply') {
      this.#copy(first, out, count);
      const [byColumn, byScalar] = name === 'add' ? [addColumn, addScalar] : [multiplyColumn, multiplyScalar];
      for (let k = 1; k < args.length; k++) {
        const arg = args[k] as number;
        if (this.#isScalar[arg]) byScalar(out, scalar(arg), count);
        else byColumn(out, blockAt(arg), count);
      }
    } else if (name === 'power' && this.#isScalar[second]) powers(blockAt(first), scalar(second), out, count);
    else {
      const [a, b, c, d] = args.map((arg) => this.#column(arg, count)) as [Float64Array, ...Float64Array[]];
      const { value } = operators[name];
      if (args.length === 1) unary(value, a, out, count);
      else if (args.length === 2) binary(value, a, b as Float64Array, out, count);
      else {
        for (let k = 0; k < count; k++) {
          out[k] = value(a[k] as number, b?.[k] as number, c?.[k] as number, d?.[k] as number);
        }
      }
    }
  }

  #copy(arg: number, out: Float64Array, count: number): void {
    if (this.#isScalar[arg]) out.fill(this.#scalars[arg] as number, 0, count);
    else copy(blockAt(arg), 0, out, count);
  }

  /** The block of `arg`; a scalar fills it. */
  #column(arg: number, count: number): Float64Array {
    const block = blockAt(arg);
    return this.#isScalar[arg] ? block.fill(this.#scalars[arg] as number, 0, count) : block;
  }
}

type Value = Operator['value'];

function scalarOf(name: OperatorName, args: readonly number[], scalars: Float64Array): number {
  const at = (k: number): number => scalars[args[k] as number] as number;
  const { value, variadic } = operators[name];
  if (!variadic) return value(at(0), at(1), at(2), at(3));
  let result = at(0);
  for (let k = 1; k < args.length; k++) result = value(result, at(k), 0, 0);
  return result;
}

function copy(from: ArrayLike<number>, start: number, out: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) out[k] = from[start + k] as number;
}
function addColumn(out: Float64Array, a: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) out[k]! += a[k] as number;
}
function addScalar(out: Float64Array, a: number, count: number): void {
  for (let k = 0; k < count; k++) out[k]! += a;
}
function multiplyColumn(out: Float64Array, a: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) out[k]! *= a[k] as number;
}
function multiplyScalar(out: Float64Array, a: number, count: number): void {
  for (let k = 0; k < count; k++) out[k]! *= a;
}
function unary(value: Value, a: Float64Array, out: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) out[k] = value(a[k] as number, 0, 0, 0);
}
function binary(value: Value, a: Float64Array, b: Float64Array, out: Float64Array, count: number): void {
  for (let k = 0; k < count; k++) out[k] = value(a[k] as number, b[k] as number, 0, 0);
}

/** a ^ exponent; the powers of most laws without a general power. */
function powers(a: Float64Array, exponent: number, out: Float64Array, count: number): void {
  if (exponent === -1) for (let k = 0; k < count; k++) out[k] = 1 / (a[k] as number);
  else if (exponent === 2) for (let k = 0; k < count; k++) out[k] = (a[k] as number) * (a[k] as number);
  else if (exponent === -2)
    for (let k = 0; k < count; k++) out[k] = 1 / ((a[k] as number) * (a[k] as number));
  else if (exponent === 0.5) for (let k = 0; k < count; k++) out[k] = Math.sqrt(a[k] as number);
  else for (let k = 0; k < count; k++) out[k] = (a[k] as number) ** exponent;
}

/** Values of `expression` [rows] over the columns of `table`. */
export const evaluateColumns = (expression: Expression, table: Table, rows: number): Float64Array =>
  new ColumnProgram([expression]).run(table, rows)[0] as Float64Array;

/** An expression whose free constants are parameters. */
export interface Parametrized {
  /** Its free constants as they are, from left to right: where a search for better ones starts. */
  readonly start: Float64Array;
  /** Values [rows] for other constants. */
  values(table: Table, rows: number, constants: ArrayLike<number>): Float64Array;
  /** Values [rows], and a column of derivatives [rows] by each constant. */
  jacobian(
    table: Table,
    rows: number,
    constants: ArrayLike<number>,
  ): { readonly values: Float64Array; readonly columns: readonly Float64Array[] };
  /** `expression` with other constants and its form unchanged; they are free again. */
  withConstants(constants: ArrayLike<number>): Expression;
}

/** `expression` as a function of its free constants, of which each counts by itself even where two are equal. */
export function parametrize(expression: Expression): Parametrized {
  const start: number[] = [];
  const isFree = (leaf: Expression): leaf is Constant => leaf.kind === 'constant' && leaf.free;
  const named = replaceLeaves(expression, (leaf) =>
    isFree(leaf) ? symbol(`c${start.push(leaf.value) - 1}`) : leaf,
  );
  const names = start.map((_, k) => `c${k}`);
  const alone = new ColumnProgram([named], names);
  let whole: ColumnProgram | undefined;
  return {
    start: Float64Array.from(start),
    values: (table, rows, constants) => alone.run(table, rows, constants)[0] as Float64Array,
    jacobian(table, rows, constants) {
      whole ??= new ColumnProgram(
        [
          named,
          ...gradient(
            named,
            names.map((name) => symbol(name)),
          ),
        ],
        names,
      );
      const [values, ...columns] = whole.run(table, rows, constants) as [Float64Array, ...Float64Array[]];
      return { values, columns };
    },
    withConstants(constants) {
      let at = 0;
      return replaceLeaves(expression, (leaf) =>
        isFree(leaf) ? { ...leaf, value: constants[at++] as number } : leaf,
      );
    },
  };
}
