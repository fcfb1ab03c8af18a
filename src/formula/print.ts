/** Formulas as text, LaTeX, MathML, JavaScript, Python and SymPy, with brackets exactly where they are needed. */

import { FormulaError } from '../errors.ts';
import type { Expression, Formula } from './expression.ts';
import { type Layout, layoutOf } from './layout.ts';
import { type Style, type StyleName, styles } from './style.ts';

/** How tightly the outermost operation binds: sums least, then products and signs, powers, and what stands alone. */
const SUM = 1;
const PRODUCT = 2;
const POWER = 3;
const ALONE = 4;

interface Printed {
  readonly text: string;
  readonly binds: number;
}

/** One line per target: the right-hand side. Throws FormulaError where a constant is not finite. */
export function printFormula({ expressions, variables }: Formula, style: StyleName = 'text'): string[] {
  const names = styles[style].variables(variables);
  return expressions.map((expression) => printExpression(expression, names, style));
}

/** A variable's or a target's name as `style` writes it. */
export const printName = (name: string, style: StyleName): string =>
  styles[style].variables([name])[0] as string;

/** `expression` over variables that are called `names` as they stand. */
export function printExpression(expression: Expression, names: readonly string[], style: StyleName): string {
  return print(layoutOf(expression), names, styles[style]).text;
}

function print(layout: Layout, names: readonly string[], style: Style): Printed {
  const inner = (part: Layout, least: number): string => {
    const { text, binds } = print(part, names, style);
    return binds < least ? style.brackets(text) : text;
  };
  switch (layout.kind) {
    case 'number': {
      if (!Number.isFinite(layout.value)) {
        throw new FormulaError(`a constant of the formula is ${layout.value}; it cannot be written`);
      }
      const text = style.number(layout.value);
      return { text, binds: style.compound?.(text) ? PRODUCT : ALONE };
    }
    case 'variable':
      return { text: names[layout.index] as string, binds: ALONE };
    case 'call':
      return {
        text: style.call(
          layout.name,
          layout.args.map((arg) => inner(arg, SUM)),
        ),
        binds: ALONE,
      };
    case 'power': {
      const exponent = style.number(layout.exponent);
      return { text: style.power(inner(layout.base, ALONE), exponent), binds: POWER };
    }
    case 'product':
      return {
        text: style.product(
          layout.factors.map((factor) => inner(factor, factor.kind === 'number' ? PRODUCT : POWER)),
        ),
        binds: PRODUCT,
      };
    case 'fraction': {
      const { numerator, denominator } = layout;
      const text = style.tall
        ? style.fraction(inner(numerator, SUM), inner(denominator, SUM))
        : style.fraction(inner(numerator, PRODUCT), inner(denominator, POWER));
      return { text, binds: PRODUCT };
    }
    case 'negation':
      return { text: style.negated(afterMinus(layout.of, names, style)), binds: PRODUCT };
    case 'sum':
      return { text: printSum(layout.terms, names, style), binds: SUM };
  }
}

function printSum(
  terms: readonly { readonly minus: boolean; readonly term: Layout }[],
  names: readonly string[],
  style: Style,
): string {
  return style.sum(
    terms.map(({ minus, term }, k) => {
      if (k === 0 && minus) return { minus, text: style.negated(afterMinus(term, names, style)) };
      const { text, binds } = print(term, names, style);
      return { minus, text: binds < PRODUCT ? style.brackets(text) : text };
    }),
  );
}

/** What follows a minus at the start, where JavaScript takes no power without brackets. */
function afterMinus(layout: Layout, names: readonly string[], style: Style): string {
  const { text, binds } = print(layout, names, style);
  const first = firstOperand(layout);
  const forbidden = style.signBeforePower === 'forbidden' && first.kind === 'power';
  return binds < PRODUCT || forbidden ? style.brackets(text) : text;
}

/** What a line begins with when `layout` is printed. */
function firstOperand(layout: Layout): Layout {
  if (layout.kind === 'product') return firstOperand(layout.factors[0] as Layout);
  if (layout.kind === 'fraction') return firstOperand(layout.numerator);
  return layout;
}

/**
 * A function `predict` of the variables, in their order, that returns the target, or a list where there are several. The
 * Python one takes numbers and NumPy arrays alike.
 */
export function writeProgram(formula: Formula, language: 'javascript' | 'python'): string {
  const variables = styles[language].variables(formula.variables);
  const values = printFormula(formula, language);
  const result = values.length === 1 ? (values[0] as string) : `[${values.join(', ')}]`;
  const head = variables.join(', ');
  if (language === 'javascript') return `export function predict(${head}) {\n  return ${result};\n}\n`;
  // As floats, a root of a negative number is no number; as Python's own, it would be complex.
  const floats = variables.map((name) => `    ${name} = np.asarray(${name}, dtype=float)\n`).join('');
  return `import numpy as np\n\n\ndef predict(${head}):\n${floats}    return ${result}\n`;
}
