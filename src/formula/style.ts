/** How a language spells what a layout holds. */

import type { FunctionName } from './expression.ts';
import { identifiersOf } from './identifiers.ts';

export interface Style {
  /** Of a finite number of at least 0. */
  number(value: number): string;
  /** Names of the variables. */
  variables(names: readonly string[]): string[];
  call(name: FunctionName | 'sqrt', args: readonly string[]): string;
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

export type StyleName = 'text' | 'latex' | 'mathml' | 'javascript' | 'python' | 'sympy';

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
const renamed =
  (prefix: string, others: Readonly<Record<string, string>> = {}) =>
  (name: string, args: readonly string[]) =>
    plainCall(prefix + (others[name] ?? name), args);

/** As the expressions of tasks are written, which know no sign: it is a steep line between −1 and 1. */
const text: Style = {
  ...infix,
  variables: (names) => names.map(quoted),
  call: (name, args) => (name === 'sign' ? steep(args[0] as string) : plainCall(name, args)),
  power: (base, exponent) => `${base} ^ ${exponent}`,
};

const steep = (x: string): string => `min(max(1e38 * ${/^[\p{L}\p{N}_]+$/u.test(x) ? x : `(${x})`}, -1), 1)`;

/** A name that is no word stands in backquotes. */
const quoted = (name: string): string =>
  /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name.replaceAll('`', "'")}\``;

const latexNames: Readonly<Record<string, string>> = {
  exp: '\\exp',
  log: '\\log',
  cos: '\\cos',
  min: '\\min',
  max: '\\max',
  sign: '\\operatorname{sgn}',
};

const latex: Style = {
  ...signs,
  compound: (number) => /[\s^]/.test(number),
  number(value) {
    if (value === Math.PI) return '\\pi';
    const [digits, exponent] = decimal(value).split('e');
    if (exponent === undefined) return digits as string;
    return digits === '1' ? `10^{${exponent}}` : `${digits} \\cdot 10^{${exponent}}`;
  },
  variables: (names) => names.map(latexName),
  call(name, args) {
    if (name === 'sqrt') return `\\sqrt{${args[0]}}`;
    if (name === 'abs') return `\\left|${args[0]}\\right|`;
    return `${latexNames[name]}\\left(${args.join(', ')}\\right)`;
  },
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
const mathml: Style = {
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
  variables: (names) => names.map(mathmlName),
  call(name, args) {
    if (name === 'sqrt') return `<msqrt>${args[0]}</msqrt>`;
    if (name === 'abs') return row(element('mo', '|'), args[0] as string, element('mo', '|'));
    const written = mathml.brackets(args.join(element('mo', ',')));
    return row(element('mi', name === 'sign' ? 'sgn' : name), written);
  },
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

function mathmlName(name: string): string {
  const [, letter, index] = indexed.exec(name) ?? [];
  if (letter === undefined) return element('mi', escaped(name));
  return index === ''
    ? element('mi', letter)
    : `<msub>${element('mi', letter)}${element('mn', index as string)}</msub>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export const styles: Readonly<Record<StyleName, Style>> = {
  text,
  latex,
  mathml,
  javascript: {
    ...infix,
    number: numberOr('Math.PI'),
    variables: identifiersOf,
    call: renamed('Math.'),
    power: (base, exponent) => `${base} ** ${exponent}`,
    signBeforePower: 'forbidden',
  },
  /** For arrays and numbers alike, with NumPy as np. */
  python: {
    ...infix,
    number: numberOr('np.pi'),
    variables: identifiersOf,
    call: renamed('np.', { max: 'maximum', min: 'minimum' }),
    power: (base, exponent) => `${base} ** ${exponent}`,
  },
  /** For sympify. */
  sympy: {
    ...infix,
    number: numberOr('pi'),
    variables: identifiersOf,
    call: renamed('', { abs: 'Abs', max: 'Max', min: 'Min' }),
    power: (base, exponent) => `${base} ** ${exponent}`,
  },
};
