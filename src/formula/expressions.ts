/**
 * What this entry point exports of expressions. Arguments are checked here, at the door, and not in the functions themselves, which
 * the search for formulas calls millions of times.
 */

import * as onColumns from '../expression/columns.ts';
import * as derivatives from '../expression/differentiate.ts';
import * as onRows from '../expression/evaluate.ts';
import { expressionKind, formulaKind, leafKind } from '../expression/kind.ts';
import { type LanguageName, languages } from '../expression/languages.ts';
import * as layout from '../expression/layout.ts';
import * as parser from '../expression/parse.ts';
import * as printer from '../expression/print.ts';
import * as simplifier from '../expression/simplify.ts';
import type { Constant, Domain, Expression, Formula, NamedSymbol, Variable } from '../expression/tree.ts';
import * as tree from '../expression/tree.ts';
import { checkArguments } from '../options/check.ts';
import {
  flag,
  type Kind,
  keyOf,
  list,
  number,
  numbers,
  oneOf,
  optional,
  such,
  text as textKind,
} from '../options/kinds.ts';

const languageKind = keyOf(languages) as Kind<LanguageName>;
const domainKind = oneOf<Domain>('any', 'nonNegative', 'positive', 'nonPositive', 'negative');
const count = number({ whole: true, least: 0 });
const tableKind = list(numbers);
const outputs = list(such<Float64Array>('a Float64Array', (value) => value instanceof Float64Array));
const floats = such<Float64Array | Float32Array>(
  'a Float64Array or a Float32Array',
  (value) => value instanceof Float64Array || value instanceof Float32Array,
);

/** A number of the equation itself, or with `free` one that may take a better value. */
export function constant(value: number, free = false): Constant {
  checkArguments('constant()', { value, free }, { value: such('a number', isNumber), free: flag });
  return tree.constant(value, free);
}

const isNumber = (value: unknown): boolean => typeof value === 'number';

/** A leaf by its place among the inputs, from 0. */
export function variable(index: number, domain: Domain = 'any'): Variable {
  checkArguments('variable()', { index, domain }, { index: count, domain: domainKind });
  return tree.variable(index, domain);
}

/** Columns that `expression` depends on, in ascending order. Throws OptionError for what is not an expression. */
export function variablesOf(expression: Expression): number[] {
  checkExpression('variablesOf()', expression);
  return tree.variablesOf(expression);
}

/** How many nodes `expression` has when it is written out. Throws OptionError for what is not an expression. */
export function sizeOf(expression: Expression): number {
  checkExpression('sizeOf()', expression);
  return tree.sizeOf(expression);
}

/** Numbers, variables and operations as they are read, so that a − b and a / b have one each. Throws OptionError. */
export function complexityOf(expression: Expression): number {
  checkExpression('complexityOf()', expression);
  return layout.complexityOf(expression);
}

/** The simplest form of `expression` that computes the same. Throws OptionError for what is not an expression. */
export function simplify(expression: Expression): Expression {
  checkExpression('simplify()', expression);
  return simplifier.simplify(expression);
}

/** ∂expression/∂leaf. Throws OptionError for what is not an expression or not a leaf. */
export function derivative(expression: Expression, leaf: Variable | NamedSymbol): Expression {
  checkArguments('derivative()', { expression, leaf }, { expression: expressionKind, leaf: leafKind });
  return derivatives.derivative(expression, leaf);
}

/**
 * ∂expression/∂leaf for every one of `leaves`, times `factor` where one is given. Derivatives are not simplified beyond factors
 * and terms that do nothing; equal parts are the same objects, for printers and evaluators that compute each once. Throws OptionError.
 */
export function gradient(
  expression: Expression,
  leaves: readonly (Variable | NamedSymbol)[],
  factor?: Expression,
): Expression[] {
  checkArguments(
    'gradient()',
    { expression, leaves, factor },
    { expression: expressionKind, leaves: list(leafKind), factor: optional(expressionKind) },
  );
  return derivatives.gradient(expression, leaves, factor);
}

/** `expression` as a function of a row. Throws FormulaError for a symbol, which has no value, OptionError for what is not an expression. */
export function compile(expression: Expression): onRows.RowNumber {
  checkExpression('compile()', expression);
  return onRows.compile(expression);
}

/**
 * Values [rows, targets] of `formula` for `rows`, row-major with one column per variable. Throws FormulaError where the
 * length does not fit, OptionError for what is not a formula.
 */
export function evaluate(formula: Formula, rows: Float64Array | Float32Array): Float64Array<ArrayBuffer> {
  checkArguments('evaluate()', { formula, rows }, { formula: formulaKind, rows: floats });
  return onRows.evaluate(formula, rows);
}

/** Values of `expression` [rows] over the columns of `table`. Throws OptionError, and FormulaError where a column is missing. */
export function evaluateColumns(expression: Expression, table: onColumns.Table, rows: number): Float64Array {
  return new ColumnProgram([expression]).run(table, rows)[0] as Float64Array;
}

/** Expressions as a list of steps over columns: compiled once, run often. */
export class ColumnProgram extends onColumns.ColumnProgram {
  /**
   * Computes `expressions`; symbols among them are numbers that `run` gets, in the order of `parameters`. Throws OptionError for what
   * is not an expression, FormulaError for a symbol that is not a parameter.
   */
  constructor(expressions: readonly Expression[], parameters: readonly string[] = []) {
    checkArguments(
      'ColumnProgram',
      { expressions, parameters },
      { expressions: list(expressionKind), parameters: list(textKind) },
    );
    super(expressions, parameters);
  }

  /** Values [rows] of every expression, into `out` where it is given. Throws OptionError, FormulaError where a column is missing. */
  override run(
    table: onColumns.Table,
    rows: number,
    parameters: ArrayLike<number> = [],
    out?: readonly Float64Array[],
  ): readonly Float64Array[] {
    checkArguments(
      'run()',
      { table, rows, parameters, out },
      { table: tableKind, rows: count, parameters: numbers, out: optional(outputs) },
    );
    return super.run(table, rows, parameters, out);
  }
}

/** `expression` as a function of its free constants, of which each counts by itself even where two are equal. Throws OptionError. */
export function parametrize(expression: Expression): onColumns.Parametrized {
  checkExpression('parametrize()', expression);
  return onColumns.parametrize(expression);
}

/**
 * The tree of `text` over `variables`, as it is written. Throws ExpressionError with the position of the fault, OptionError for
 * arguments of another kind.
 */
export function parseExpression(text: string, variables: readonly string[]): Expression {
  checkArguments('parseExpression()', { text, variables }, { text: textKind, variables: list(textKind) });
  return parser.parseExpression(text, variables);
}

/** One line per target: the right-hand side. Throws FormulaError where a constant is not finite, OptionError for what is not a formula. */
export function printFormula(formula: Formula, language: LanguageName = 'text'): string[] {
  checkArguments('printFormula()', { formula, language }, { formula: formulaKind, language: languageKind });
  return printer.printFormula(formula, language);
}

/** A variable's or a target's name as `language` writes it. Throws OptionError. */
export function printName(name: string, language: LanguageName): string {
  checkArguments('printName()', { name, language }, { name: textKind, language: languageKind });
  return printer.printName(name, language);
}

/**
 * A function `predict` of the variables, in their order, that returns the target, or a list where there are several; long parts
 * that occur more than once are computed once. The Python one takes numbers and NumPy arrays alike. Throws OptionError.
 */
export function writeProgram(formula: Formula, language: 'javascript' | 'python'): string {
  checkArguments(
    'writeProgram()',
    { formula, language },
    { formula: formulaKind, language: oneOf('javascript', 'python') },
  );
  return printer.writeProgram(formula, language);
}

const checkExpression = (whose: string, expression: Expression): void =>
  checkArguments(whose, { expression }, { expression: expressionKind });
