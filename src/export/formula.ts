/** A formula as a module of JavaScript or Python, or as ONNX: the same numbers as it is printed with. */

import { FormulaError } from '../errors.ts';
import { identifiersOf } from '../expression/identifiers.ts';
import { printExpression, printFormula } from '../expression/print.ts';
import { argsOf, type Expression, type Formula } from '../expression/tree.ts';
import { type OnnxNode, type OnnxTensor, writeOnnx } from './onnx-file.ts';
import { predictHead } from './python-head.ts';

/** What `loadFormula` of nalu-webgpu/io gives, and what `saveFormula` takes. */
export interface FormulaToExport {
  readonly formula: Formula;
}

const titleOf = ({ targets, ...rest }: Formula): string =>
  printFormula({ targets, ...rest })
    .map((text, k) => `${targets[k]} = ${text}`)
    .join('; ');

const list = (names: readonly string[]): string => JSON.stringify(names).replaceAll('","', '", "');

/** Names of the columns in a program where `taken` mean something else. */
const localNames = ({ variables }: Formula, taken: readonly string[]): string[] =>
  identifiersOf([...taken, ...variables]).slice(taken.length);

export function formulaToJavaScript({ formula }: FormulaToExport): string {
  const names = localNames(formula, ['inputs', 'targets', 'predict', 'rows', 'row', 'at', 'x']);
  const values = formula.expressions.map((each) => printExpression(each, names, 'javascript'));
  const comment = titleOf(formula).replaceAll('*/', '* /').replace(/\s+/g, ' ');
  return `/**
 * ${comment}
 *
 * Written by nalu-webgpu; needs nothing else.
 */

export const inputs = ${list(formula.variables)};
export const targets = ${list(formula.targets)};

/**
 * A list of the targets for each row.
 * @param {(number[] | Record<string, number>)[]} rows lists in the order of \`inputs\`, or objects with these names
 * @returns {number[][]}
 */
export function predict(rows) {
  return rows.map((row, at) => {
    const x = Array.isArray(row) || ArrayBuffer.isView(row) ? Array.from(row) : inputs.map((name) => row[name]);
    if (x.length !== inputs.length || !x.every(Number.isFinite)) {
      throw new TypeError(\`row \${at} must be \${inputs.length} finite numbers: \${inputs.join(', ')}\`);
    }
    const [${names.join(', ')}] = x;
    return [${values.join(', ')}];
  });
}
`;
}

export function formulaToPython({ formula }: FormulaToExport): string {
  const names = localNames(formula, [
    'np',
    'inputs',
    'targets',
    'predict',
    'rows',
    'x',
    'float',
    'hasattr',
    'len',
  ]);
  const values = formula.expressions.map((each) => printExpression(each, names, 'python'));
  const text = titleOf(formula).replaceAll('\\', '\\\\').replaceAll('"""', "'''").replace(/\s+/g, ' ');
  return `"""${text}

Written by nalu-webgpu; needs NumPy alone.
"""

import numpy as np

inputs = ${list(formula.variables)}
targets = ${list(formula.targets)}


${predictHead(formula.variables.length, formula.targets.length)}
${names.map((name, k) => `    ${name} = x[:, ${k}]\n`).join('')}    return np.column_stack([${values.map((value) => `(${value}) + np.zeros(len(x))`).join(', ')}])
`;
}

/** Operators of 2020, as for models. */
const OPSET = 13;
const IR_VERSION = 7;
const FLOAT = 1;
const DOUBLE = 11;

/** Functions that are one operator; those that runtimes have for float32 alone are taken through it. */
const doubles: Readonly<Record<string, string>> = {
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  abs: 'Abs',
  sign: 'Sign',
  tanh: 'Tanh',
  negate: 'Neg',
};
const singles: Readonly<Record<string, string>> = {
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  floor: 'Floor',
};

/**
 * A graph with one input `x` of float32 [rows, columns] and one output `y` [rows, targets]. It computes in float64, but sines and
 * their like in float32, which is what runtimes have. Throws FormulaError for a function that ONNX has not.
 */
export function formulaToOnnx({ formula }: FormulaToExport): Uint8Array<ArrayBuffer> {
  const nodes: OnnxNode[] = [];
  const tensors: OnnxTensor[] = [];
  let count = 0;
  const add = (
    operator: string,
    inputs: readonly string[],
    attributes?: OnnxNode['attributes'],
    output?: string,
  ) => {
    const name = output ?? `value/${++count}`;
    nodes.push({ operator, inputs, output: name, ...(attributes && { attributes }) });
    return name;
  };
  const numbers = new Map<number, string>();
  const number = (value: number): string => {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    // Two float32, which together have 48 bits; a power of two brings them into range.
    const exponent = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value)));
    const mantissa = value / 2 ** exponent;
    const high = Math.fround(mantissa);
    const parts = [high, mantissa - high].map((part, k) => single(`number/${value}/${k}`, part));
    let name = add('Add', parts);
    for (let left = exponent; left !== 0; ) {
      const step = Math.max(-120, Math.min(120, left));
      name = add('Mul', [name, single(`number/${value}/scale/${left}`, 2 ** step)]);
      left -= step;
    }
    numbers.set(value, name);
    return name;
  };
  const single = (name: string, value: number): string => {
    tensors.push({ name, shape: [1, 1], floats: Float32Array.of(value) });
    return add('Cast', [name], { to: DOUBLE });
  };
  const x = add('Cast', ['x'], { to: DOUBLE });
  const columns = formula.variables.map((_, k) => {
    tensors.push({ name: `column/${k}`, shape: [1], integers: [k] });
    return add('Gather', [x, `column/${k}`], { axis: 1 });
  });
  const done = new Map<Expression, string>();
  const visit = (expression: Expression): string => {
    const before = done.get(expression);
    if (before !== undefined) return before;
    const made = make(expression);
    done.set(expression, made);
    return made;
  };
  const make = (expression: Expression): string => {
    if (expression.kind === 'constant') return number(expression.value);
    if (expression.kind === 'variable') return columns[expression.index] as string;
    if (expression.kind === 'symbol') throw new FormulaError(`the symbol ${expression.name} has no value`);
    const { name } = expression;
    const args = argsOf(expression, name).map(visit);
    const [a = '', b = ''] = args;
    const binary = { add: 'Add', multiply: 'Mul', subtract: 'Sub', divide: 'Div', power: 'Pow' }[
      name as string
    ];
    if (binary) return args.slice(1).reduce((left, right) => add(binary, [left, right]), a);
    const double = doubles[name];
    if (double) return add(double, [a]);
    const float = singles[name];
    if (float) return add('Cast', [add(float, [add('Cast', [a], { to: FLOAT })])], { to: DOUBLE });
    if (name === 'min' || name === 'max') return add(name === 'min' ? 'Min' : 'Max', [a, b]);
    throw new FormulaError(`the function ${name} of the formula cannot be written as ONNX`);
  };
  const outputs = formula.expressions.map((each) => {
    // A constant has one row; zero times the first column gives it all.
    const value = visit(each);
    const zero = add('Mul', [columns[0] as string, number(0)]);
    return add('Add', [value, zero]);
  });
  const joined = outputs.length === 1 ? (outputs[0] as string) : add('Concat', outputs, { axis: 1 });
  add('Cast', [joined], { to: FLOAT }, 'y');
  const title = titleOf(formula);
  return writeOnnx({
    name: 'formula',
    description: title,
    opset: OPSET,
    irVersion: IR_VERSION,
    input: { name: 'x', columns: formula.variables.length },
    output: { name: 'y', columns: formula.targets.length },
    nodes,
    tensors,
    metadata: {
      columns: JSON.stringify(formula.variables),
      targets: JSON.stringify(formula.targets),
      formula: title,
    },
  });
}
