/** Equations of units in Unicode mathematics, for people: `y = σ(z) a + σ(−z) exp(l), a = Σ x W, …`. */

import { type Language, languages } from '../expression/languages.ts';
import { printWith } from '../expression/print.ts';
import { type Expression, isCall, op, replaceLeaves, symbol, symbolsOf } from '../expression/tree.ts';
import { type Named, noiseKinds, type UnitEquation } from './equation.ts';

const unicode: Language = {
  ...languages.text,
  number: (value) => (value === Math.PI ? 'π' : String(Number(value.toPrecision(6)))),
  names: (names) => [...names],
  functions: {
    ...languages.text.functions,
    sqrt: (a) => `√(${a})`,
    abs: (a) => `|${a}|`,
    floor: (a) => `⌊${a}⌋`,
    sigmoid: 'σ',
    boundedExp: 'exp',
    select: (a, b, c, d) => {
      if (c === '1' && d === '0') return a === '0' ? `[${b} < 0]` : `[${a} > ${b}]`;
      return `(${c} where ${a} > ${b}, else ${d})`;
    },
  },
  product: (factors) => factors.join(' '),
  negated: (of) => `−${of}`,
  sum: (terms) =>
    terms.map(({ minus, text }, k) => (k === 0 ? text : `${minus ? '−' : '+'} ${text}`)).join(' '),
};

const greek: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  delta: 'δ',
  epsilon: 'ε',
  gamma: 'γ',
  lambda: 'λ',
  omega: 'ω',
};

const HAT = '\u0302';

/** W_hat_mul is Ŵ′, W_im is W″, epsilon is ε. */
function nameOf(name: string): string {
  const [first = '', ...suffixes] = name.split('_');
  const start = greek[first] ?? first;
  const written = suffixes.reduce((text, suffix) => {
    if (suffix === 'hat') return `${text[0]}${HAT}${text.slice(1)}`;
    if (suffix === 'mul') return `${text}′`;
    if (suffix === 'im') return `${text}″`;
    return suffix === 're' ? text : `${text}_${suffix}`;
  }, start);
  return written.normalize('NFC');
}

/** a + (b − c) without brackets, which stand for an order of rounding that people need not see. */
function flattened(expression: Expression): Expression {
  if (!isCall(expression, 'add') || expression.args.length !== 2) return expression;
  const [a, b] = expression.args as [Expression, Expression];
  if (!isCall(b, 'subtract')) return expression;
  const [plus, minus] = b.args as [Expression, Expression];
  return op.subtract(op.add(a, plus), minus);
}

/** The equation as one line. */
export function printEquation(equation: UnitEquation): string {
  const { weights, softmax, inputs = {}, outputs = {}, features, accumulators, out } = equation;
  const { ranges = {}, constants = {} } = equation;
  const plain = (expression: Expression): string =>
    printWith(unicode, expression, (leaf) => (leaf.kind === 'symbol' ? named(leaf.name) : ''));
  const named = (name: string): string => (name === 'noise' ? 'u' : nameOf(name));
  // A raw parameter whose effective value has the same name wears a hat.
  const raw = (expression: Expression, effective: Named): string =>
    printWith(unicode, expression, (leaf) => (leaf.kind === 'symbol' ? rawName(leaf.name, effective) : ''));
  const rawName = (name: string, effective: Named): string =>
    name in effective && !isItself(name, effective) ? nameOf(`${name}_hat`) : nameOf(name);
  const terms = Object.values(accumulators).map(({ term }) => term);
  // What is used in one place is written there.
  const uses = (name: string): number => terms.filter((term) => symbolsOf(term).includes(name)).length;
  const inPlace = (term: Expression): Expression =>
    replaceLeaves(term, (leaf) =>
      leaf.kind === 'symbol' && uses(leaf.name) === 1 ? (features[leaf.name] ?? leaf) : leaf,
    );
  const folds = Object.entries(accumulators).map(([name, { kind, term }]): [string, string] => {
    const text = plain(flattened(inPlace(term)));
    return [name, kind === 'product' ? `Π ( ${text} )` : `Σ ${text}`];
  });
  const [only] = folds;
  const whole = out.kind === 'symbol' && only && folds.length === 1;
  const effective = { ...weights, ...inputs, ...outputs };
  return [
    `y = ${whole ? only[1] : plain(out)}`,
    ...(whole ? [] : folds.map(([name, text]) => `${named(name)} = ${text}`)),
    ...Object.entries(features)
      .filter(([name]) => !isItself(name, features) && uses(name) > 1)
      .map(([name, feature]) => `${named(name)} = ${plain(feature)}`),
    ...Object.entries(effective)
      .map(([name, value]) => {
        const text = raw(value, effective);
        return [named(name), name === softmax ? `softmax(${text}) over the outputs` : text] as const;
      })
      // Parameters that are used as they are need no line.
      .filter(([name, text]) => name !== text)
      .map(([name, text]) => `${name} = ${text}`),
    ...Object.entries(ranges).map(
      ([name, [low, high]]) => `${signed(low)} ≤ ${rawName(name, effective)} ≤ ${signed(high)}`,
    ),
    ...Object.entries(constants).map(([name, value]) => `${named(name)} = ${unicode.number(value)}`),
    ...(noiseKinds(equation).length > 0
      ? [`u ~ U[0, 1) in training, ${unicode.number(equation.quiet ?? 0.5)} in prediction`]
      : []),
  ].join(', ');
}

const signed = (value: number): string => String(value).replace('-', '−');

/** Whether `name` stands for the symbol of the same name. */
const isItself = (name: string, effective: Named): boolean => {
  const value = effective[name];
  return value?.kind === 'symbol' && value.name === symbol(name).name;
};
