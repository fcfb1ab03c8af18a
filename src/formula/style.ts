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
  /** Whether a fraction sets its parts apart by itself, so that they need no brackets. */
  readonly tall?: boolean;
  /** Whether a power must not follow a minus without brackets. */
  readonly signBeforePower?: 'forbidden';
}

export type StyleName = 'text' | 'latex' | 'javascript' | 'python' | 'sympy';

/** The shortest decimal that gives the same float64 again. */
const decimal = (value: number): string => String(value).replace('e+', 'e');

const infix = {
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
function latexName(name: string): string {
  const [, letter, index] = /^([A-Za-z])_?([0-9]*)$/.exec(name) ?? [];
  if (letter !== undefined) return index === '' ? letter : `${letter}_{${index}}`;
  const escaped = name.replace(/[\\{}_$%&#^~]/g, (mark) => {
    if (mark === '\\') return '\\backslash{}';
    return mark === '^' || mark === '~' ? `\\${mark}{}` : `\\${mark}`;
  });
  return `\\mathrm{${escaped.replaceAll(' ', '\\ ')}}`;
}

export const styles: Readonly<Record<StyleName, Style>> = {
  text,
  latex,
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
