/** How languages spell what a layout holds. */

import { identifiersOf } from './identifiers.ts';
import type { FunctionName } from './tree.ts';

/** What a function is called, or how it is written from its arguments. */
type Spelling = string | ((...args: string[]) => string);

export interface Language {
  /** Of a finite number of at least 0. */
  number(value: number): string;
  /** Names of the variables. */
  names(names: readonly string[]): string[];
  /** The functions it has; others are written with these. */
  readonly functions: Readonly<Partial<Record<FunctionName, Spelling>>>;
  call(name: string, args: readonly string[]): string;
  /** Of a base that is in brackets where it must be. */
  power(base: string, exponent: string): string;
  product(factors: readonly string[]): string;
  /** Numerator and denominator in brackets where they must be. */
  fraction(numerator: string, denominator: string): string;
  brackets(inner: string): string;
  negated(of: string): string;
  /** At least two terms; the first has its sign in its text. */
  sum(terms: readonly { readonly minus: boolean; readonly text: string }[]): string;
  /** Whether a number is written as a product or a power, and may need brackets. Default: none is. */
  compound?(number: string): boolean;
  /** Whether a fraction sets its parts apart by itself, so that they need no brackets. */
  readonly tall?: boolean;
  /** Whether a power must not follow a minus without brackets. */
  readonly signBeforePower?: 'forbidden';
}

/** What formulas are printed in. */
export type LanguageName = 'text' | 'latex' | 'mathml' | 'javascript' | 'python' | 'sympy';

/** The shortest decimal that gives the same float64 again. */
const decimal = (value: number): string => String(value).replace('e+', 'e');

const signs = {
  negated: (of: string) => `-${of}`,
  sum: (terms: readonly { readonly minus: boolean; readonly text: string }[]) =>
    terms.map(({ minus, text }, k) => (k === 0 ? text : `${minus ? '-' : '+'} ${text}`)).join(' '),
};
const infix = {
  ...signs,
  number: decimal,
  product: (factors: readonly string[]) => factors.join(' * '),
  fraction: (numerator: string, denominator: string) => `${numerator} / ${denominator}`,
  brackets: (inner: string) => `(${inner})`,
};
const numberOr =
  (pi: string) =>
  (value: number): string =>
    value === Math.PI ? pi : decimal(value);
const plainCall = (name: string, args: readonly string[]): string => `${name}(${args.join(', ')})`;

/** Functions that most languages call by the same names. */
const common = {
  sqrt: 'sqrt',
  abs: 'abs',
  sign: 'sign',
  exp: 'exp',
  log: 'log',
  sin: 'sin',
  cos: 'cos',
  tan: 'tan',
  asin: 'asin',
  acos: 'acos',
  atan: 'atan',
  sinh: 'sinh',
  cosh: 'cosh',
  tanh: 'tanh',
  floor: 'floor',
  min: 'min',
  max: 'max',
} as const satisfies Language['functions'];

/** The same with a prefix and other names for some. */
const prefixed = (prefix: string, others: Readonly<Partial<Record<FunctionName, string>>>) =>
  Object.fromEntries(
    Object.entries({ ...common, ...others }).map(([name, written]) => [name, prefix + written]),
  ) as Language['functions'];

/** As `parseExpression` reads it. */
const text: Language = {
  ...infix,
  number: numberOr('pi'),
  names: (names) => names.map(quoted),
  functions: {
    ...common,
    expm1: 'expm1',
    log1p: 'log1p',
    sigmoid: 'sigmoid',
    softplus: 'softplus',
    select: 'select',
  },
  call: plainCall,
  power: (base, exponent) => `${base} ^ ${exponent}`,
};

/** A name that is not a word is written in backquotes. */
const quoted = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll('`', "'")}\``;

const latex: Language = {
  ...signs,
  compound: (number) => /[\s^]/.test(number),
  number(value) {
    if (value === Math.PI) return '\\pi';
    const [digits, exponent] = decimal(value).split('e');
    if (exponent === undefined) return digits as string;
    return digits === '1' ? `10^{${exponent}}` : `${digits} \\cdot 10^{${exponent}}`;
  },
  names: (names) => names.map(latexName),
  functions: {
    ...prefixed('\\', { asin: 'arcsin', acos: 'arccos', atan: 'arctan', sign: 'operatorname{sgn}' }),
    sqrt: (a) => `\\sqrt{${a}}`,
    abs: (a) => `\\left|${a}\\right|`,
    floor: (a) => `\\left\\lfloor ${a}\\right\\rfloor`,
    select: (a, b, c, d) =>
      `\\begin{cases}${c} & \\text{if } ${a} > ${b}\\\\${d} & \\text{otherwise}\\end{cases}`,
  },
  call: (name, args) => `${name}\\left(${args.join(', ')}\\right)`,
  power: (base, exponent) => `${base}^{${exponent}}`,
  product: (factors) => factors.join(' \\cdot '),
  fraction: (numerator, denominator) => `\\frac{${numerator}}{${denominator}}`,
  brackets: (inner) => `\\left(${inner}\\right)`,
  tall: true,
};

/** x1 is x with an index; a longer name stands upright. */
const indexed = /^([A-Za-z])_?([0-9]*)$/;

function latexName(name: string): string {
  const [, letter, index] = indexed.exec(name) ?? [];
  if (letter !== undefined) return index === '' ? letter : `${letter}_{${index}}`;
  const escaped = name.replace(/[\\{}_$%&#^~]/g, (mark) => {
    if (mark === '\\') return '\\backslash{}';
    return mark === '^' || mark === '~' ? `\\${mark}{}` : `\\${mark}`;
  });
  return `\\mathrm{${escaped.replaceAll(' ', '\\ ')}}`;
}

/** Every text is one element, so that it can stand wherever an element does. */
const mathml: Language = {
  number(value) {
    if (value === Math.PI) return element('mi', 'π');
    const [digits = '', exponent] = decimal(value).split('e');
    if (exponent === undefined) return element('mn', digits);
    const size = exponent.replace('-', '');
    const above = element('mn', size);
    const power = `<msup>${element('mn', '10')}${size === exponent ? above : mathml.negated(above)}</msup>`;
    return digits === '1' ? power : mathml.product([element('mn', digits), power]);
  },
  compound: (number) => !/^<m[in]>/.test(number),
  names: (names) => names.map(mathmlName),
  functions: {
    ...prefixed('', { asin: 'arcsin', acos: 'arccos', atan: 'arctan', sign: 'sgn' }),
    sqrt: (a) => `<msqrt>${a}</msqrt>`,
    abs: (a) => row(element('mo', '|'), a, element('mo', '|')),
    floor: (a) => row(element('mo', '⌊'), a, element('mo', '⌋')),
    select: (a, b, c, d) =>
      row(
        element('mo', '{'),
        `<mtable>${cell(c, `<mtext>if </mtext>${a}${element('mo', '&gt;')}${b}`)}${cell(d, '<mtext>otherwise</mtext>')}</mtable>`,
      ),
  },
  call: (name, args) => row(element('mi', name), mathml.brackets(args.join(element('mo', ',')))),
  power: (base, exponent) => `<msup>${base}${exponent}</msup>`,
  product: (factors) => row(factors.join(element('mo', '·'))),
  fraction: (numerator, denominator) => `<mfrac>${numerator}${denominator}</mfrac>`,
  brackets: (inner) => row(element('mo', '('), inner, element('mo', ')')),
  negated: (of) => row(element('mo', '−'), of),
  sum: (terms) =>
    row(...terms.map(({ minus, text }, k) => (k === 0 ? text : element('mo', minus ? '−' : '+') + text))),
  tall: true,
};

const element = (tag: 'mi' | 'mn' | 'mo', text: string): string => `<${tag}>${text}</${tag}>`;
const row = (...parts: readonly string[]): string => `<mrow>${parts.join('')}</mrow>`;

const cell = (value: string, condition: string): string =>
  `<mtr><mtd>${value}</mtd><mtd>${condition}</mtd></mtr>`;

function mathmlName(name: string): string {
  const [, letter, index] = indexed.exec(name) ?? [];
  if (letter === undefined) return element('mi', escaped(name));
  return index === ''
    ? element('mi', letter)
    : `<msub>${element('mi', letter)}${element('mn', index as string)}</msub>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const languages: Readonly<Record<LanguageName, Language>> = {
  text,
  latex,
  mathml,
  javascript: {
    ...infix,
    number: numberOr('Math.PI'),
    names: identifiersOf,
    functions: {
      ...prefixed('Math.', { expm1: 'expm1', log1p: 'log1p' }),
      select: (a, b, c, d) => `(${a} > ${b} ? ${c} : ${d})`,
    },
    call: plainCall,
    power: (base, exponent) => `${base} ** ${exponent}`,
    signBeforePower: 'forbidden',
  },
  /** For arrays and numbers alike, with NumPy as np. */
  python: {
    ...infix,
    number: numberOr('np.pi'),
    names: identifiersOf,
    functions: {
      ...prefixed('np.', {
        asin: 'arcsin',
        acos: 'arccos',
        atan: 'arctan',
        expm1: 'expm1',
        log1p: 'log1p',
        max: 'maximum',
        min: 'minimum',
      }),
      select: (a, b, c, d) => `np.where(${a} > ${b}, ${c}, ${d})`,
    },
    call: plainCall,
    power: (base, exponent) => `${base} ** ${exponent}`,
  },
  /** For sympify, which gets symbols with the names of the columns. */
  sympy: {
    ...infix,
    number: numberOr('pi'),
    names: (names) => names.map(sympyName),
    functions: {
      ...prefixed('', { abs: 'Abs', max: 'Max', min: 'Min' }),
      select: (a, b, c, d) => `Piecewise((${c}, ${a} > ${b}), (${d}, True))`,
    },
    call: plainCall,
    power: (base, exponent) => `${base} ** ${exponent}`,
  },
};

/**
 * x0, x1, … as they are; any other name as a call, since SymPy has meanings of its own for more names than anyone can list
 * (sec, Li, S, E, I).
 */
const sympyName = (name: string): string =>
  /^x[0-9]+$/.test(name) ? name : `Symbol('${name.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}')`;
