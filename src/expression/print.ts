/** Formulas as text, LaTeX, MathML, JavaScript, Python and SymPy, with brackets exactly where they are needed. */

import { FormulaError } from '../errors.ts';
import { type Language, type LanguageName, languages } from './languages.ts';
import { type Layout, layoutOf } from './layout.ts';
import { statementsOf } from './numbering.ts';
import type { Expression, Formula, NamedSymbol, Variable } from './tree.ts';

/** How tightly the outermost operation binds: sums least, then products and signs, powers, and what stands alone. */
const SUM = 1;
const PRODUCT = 2;
const POWER = 3;
const ALONE = 4;

interface Printed {
  readonly text: string;
  readonly binds: number;
}

/** What a leaf is called. */
export type NameOf = (leaf: Variable | NamedSymbol) => string;

/** One line per target: the right-hand side. Throws FormulaError where a constant is not finite. */
export function printFormula({ expressions, variables }: Formula, language: LanguageName = 'text'): string[] {
  const names = languages[language].names(variables);
  return expressions.map((expression) => printExpression(expression, names, language));
}

/** A variable's or a target's name as `language` writes it. */
export const printName = (name: string, language: LanguageName): string =>
  languages[language].names([name])[0] as string;

/** `expression` over variables that are called `names` as they stand; a symbol is written as its name. */
export function printExpression(
  expression: Expression,
  names: readonly string[],
  language: LanguageName,
): string {
  const own = languages[language];
  // In text, a column called pi hides the number.
  const written = language === 'text' && names.includes('pi') ? { ...own, number: String } : own;
  return printWith(written, expression, (leaf) =>
    leaf.kind === 'variable' ? (names[leaf.index] as string) : leaf.name,
  );
}

/** `expression` in `language`, over leaves called as `nameOf` says. */
export const printWith = (language: Language, expression: Expression, nameOf: NameOf): string =>
  print(
    layoutOf(expression, (name) => name in language.functions),
    nameOf,
    language,
  ).text;

function print(layout: Layout, nameOf: NameOf, language: Language): Printed {
  const inner = (part: Layout, least: number): string => {
    const { text, binds } = print(part, nameOf, language);
    return binds < least ? language.brackets(text) : text;
  };
  switch (layout.kind) {
    case 'number': {
      if (!Number.isFinite(layout.value)) {
        throw new FormulaError(`a constant of the formula is ${layout.value}; it cannot be written`);
      }
      const text = language.number(layout.value);
      return { text, binds: language.compound?.(text) ? PRODUCT : ALONE };
    }
    case 'leaf':
      return { text: nameOf(layout.leaf), binds: ALONE };
    case 'call': {
      const args = layout.args.map((arg) => inner(arg, SUM));
      const written = language.functions[layout.name] ?? layout.name;
      return {
        text: typeof written === 'string' ? language.call(written, args) : written(...args),
        binds: ALONE,
      };
    }
    case 'power': {
      const exponent = inner(layout.exponent, language.tall ? SUM : ALONE);
      return { text: language.power(inner(layout.base, ALONE), exponent), binds: POWER };
    }
    case 'product':
      return {
        text: language.product(
          layout.factors.map((factor) => inner(factor, factor.kind === 'number' ? PRODUCT : POWER)),
        ),
        binds: PRODUCT,
      };
    case 'fraction': {
      const { numerator, denominator } = layout;
      const text = language.tall
        ? language.fraction(inner(numerator, SUM), inner(denominator, SUM))
        : language.fraction(inner(numerator, PRODUCT), inner(denominator, POWER));
      return { text, binds: PRODUCT };
    }
    case 'negation':
      return { text: language.negated(afterMinus(layout.of, nameOf, language)), binds: PRODUCT };
    case 'sum':
      return { text: printSum(layout.terms, nameOf, language), binds: SUM };
  }
}

function printSum(
  terms: Extract<Layout, { kind: 'sum' }>['terms'],
  nameOf: NameOf,
  language: Language,
): string {
  return language.sum(
    terms.map(({ minus, term }, k) => {
      if (k === 0 && minus) return { minus, text: language.negated(afterMinus(term, nameOf, language)) };
      const { text, binds } = print(term, nameOf, language);
      return { minus, text: binds < PRODUCT ? language.brackets(text) : text };
    }),
  );
}

/** What follows a minus at the start, where JavaScript takes no power without brackets. */
function afterMinus(layout: Layout, nameOf: NameOf, language: Language): string {
  const { text, binds } = print(layout, nameOf, language);
  const first = firstOperand(layout);
  const forbidden = language.signBeforePower === 'forbidden' && first.kind === 'power';
  return binds < PRODUCT || forbidden || layout.kind === 'negation' ? language.brackets(text) : text;
}

/** What a line begins with when `layout` is printed. */
function firstOperand(layout: Layout): Layout {
  if (layout.kind === 'product') return firstOperand(layout.factors[0] as Layout);
  if (layout.kind === 'fraction') return firstOperand(layout.numerator);
  return layout;
}

/** Parts of this many nodes that occur more than once have a line of their own in programs. */
const LONG = 4;

/**
 * A function `predict` of the variables, in their order, that returns the target, or a list where there are several; long parts
 * that occur more than once are computed once. The Python one takes numbers and NumPy arrays alike.
 */
export function writeProgram(formula: Formula, language: 'javascript' | 'python'): string {
  const style = languages[language];
  const variables = style.names(formula.variables);
  let prefix = 't';
  while (variables.some((name) => new RegExp(`^${prefix}\\d+$`).test(name))) prefix += '_';
  const { shared, results } = statementsOf(
    formula.expressions,
    (expression) =>
      printWith(style, expression, (leaf) =>
        leaf.kind === 'variable' ? (variables[leaf.index] as string) : leaf.name,
      ),
    { least: LONG, nameOf: (k) => `${prefix}${k}` },
  );
  const result = results.length === 1 ? (results[0] as string) : `[${results.join(', ')}]`;
  const head = variables.join(', ');
  if (language === 'javascript') {
    const lets = shared.map(({ name, text }) => `  const ${name} = ${text};\n`).join('');
    return `export function predict(${head}) {\n${lets}  return ${result};\n}\n`;
  }
  // As NumPy's floats, a root of a negative number is NaN; as Python's own, it would be complex.
  const floats = variables.map((name) => `    ${name} = np.asarray(${name}, dtype=np.float64)\n`).join('');
  const lets = shared.map(({ name, text }) => `    ${name} = ${text}\n`).join('');
  return `import numpy as np\n\n\ndef predict(${head}):\n${floats}${lets}    return ${result}\n`;
}
