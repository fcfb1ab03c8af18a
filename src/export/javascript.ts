/** A trained model as a JavaScript module that needs nothing else. */

import { languages } from '../expression/languages.ts';
import { equationsOf, type LayerEquation, type ModelToExport, type Weights } from './layers.ts';
import { bodyOf } from './program.ts';

/** Functions of the module itself; only those that a model uses are written. */
const helpers: Readonly<Record<string, string>> = {
  each: `/** f(0), f(1), … */
const each = (count, f) => Array.from({ length: count }, (_, k) => f(k));`,
  sums: `/** Σ x[i] W[i][o] over i, for every o. */
function sums(x, W) {
  const y = new Array(W[0].length).fill(0);
  for (let i = 0; i < W.length; i++) for (let o = 0; o < y.length; o++) y[o] += x[i] * W[i][o];
  return y;
}`,
  fold: `/** f(i, o) over the inputs i, added up or multiplied, for every output o: a product is 0 where any factor is. */
const fold = (product, inputs, outputs, f) =>
  each(outputs, (o) => {
    let y = product ? 1 : 0;
    for (let i = 0; i < inputs; i++) {
      const value = f(i, o);
      y = product ? (value === 0 || y === 0 ? 0 : Math.max(-1.7e308, Math.min(1.7e308, y * value))) : y + value;
    }
    return y;
  });`,
  exp: `/** e^z, which ends at 8e307 instead of infinity: zero times it is zero. */
const exp = (z) => Math.exp(Math.min(z, 709));`,
  sigmoid: `const sigmoid = (z) => 1 / (1 + Math.exp(-z));`,
  softplus: `const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));`,
};

/**
 * The module's text: `predict(rows)` takes rows as lists in the order of its `inputs`, or as objects with these names, and
 * gives a list of its `targets` for each. It computes in float64, with effective weights and with every clamp and ε of
 * the units. Throws DataError for parameters that do not fit, FormulaError for a unit without an equation.
 */
export function toJavaScript(exported: ModelToExport): string {
  const { inputs, targets, layers, title, formula } = equationsOf(exported);
  const functions = layers.map((layer, k) => layerCode(layer, k + 1));
  const calls = layers.reduce((x, _, k) => `layer${k + 1}(${x})`, 'x');
  const code = functions.join('\n');
  const isCalled = (name: string, text: string) => new RegExp(`(?<![.\\w])${name}\\(`).test(text);
  const used = Object.entries(helpers).filter(
    ([name]) => isCalled(name, code) || (name === 'each' && isCalled('fold', code)),
  );
  return `/**
 * ${comment(title)}: ${sizeOf(inputs.length, 'input')}, ${sizeOf(targets.length, 'output')}. Written by nalu-webgpu; needs nothing else.
${formula === undefined ? '' : ` *\n * ${comment(formula)}\n`} */

export const inputs = ${list(inputs)};
export const targets = ${list(targets)};

${used.map(([, text]) => `${text}\n`).join('\n')}
${code}
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
    return ${calls};
  });
}
`;
}

const javascript = languages.javascript;

function layerCode(layer: LayerEquation, at: number): string {
  const { lines, result } = bodyOf(layer, {
    language: {
      ...javascript,
      number: String,
      functions: {
        ...javascript.functions,
        boundedExp: 'exp',
        sigmoid: 'sigmoid',
        softplus: 'softplus',
        cospi: (v) => `Math.cos(Math.PI * ((${v}) % 2))`,
        sinpi: (v) => `Math.sin(Math.PI * ((${v}) % 2))`,
      },
    },
    assign: (name, value) => `  const ${name} = ${value};\n`,
    element: (name) => `${name}[k]`,
    weight: (name) => `${name}${at}[k]`,
    each: (count, value) => `each(${count}, (k) => ${value})`,
    feature: (name) => `${name}[i]`,
    matrix: (name) => `${name}${at}[i][o]`,
    sums: (feature, matrix) => `sums(${feature}, ${matrix}${at})`,
    fold: (how, value, { inputs, outputs }) =>
      `fold(${how === 'product'}, ${inputs}, ${outputs}, (i, o) => ${value})`,
  });
  const equation = layer.formula === undefined ? '' : `: ${layer.formula}`;
  return `${constants(layer.weights, at)}
/** ${comment(layer.title + equation)} */
function layer${at}(x) {
${lines.join('')}  return ${result};
}
`;
}

function constants(weights: Weights, at: number): string {
  return Object.entries(weights)
    .map(([name, values]) => `const ${name}${at} = ${numbers(values)};\n`)
    .join('');
}

/** A list, or a list of lists with a line for each. */
function numbers(values: Weights[string]): string {
  const row = (list: readonly number[]) => `[${list.map(digits).join(', ')}]`;
  if (values.every((value): value is number => typeof value === 'number')) return row(values);
  return `[\n${(values as readonly (readonly number[])[]).map((list) => `  ${row(list)},\n`).join('')}]`;
}

/** A number as both JavaScript and Python read it, −0 included. */
export const digits = (value: number): string => (Object.is(value, -0) ? '-0.0' : String(value));

/** `1 input`, `2 inputs`. */
export const sizeOf = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const list = (names: readonly string[]): string => JSON.stringify(names).replaceAll('","', '", "');

/** A text that ends no comment, on one line. */
const comment = (text: string): string => text.replaceAll('*/', '* /').replace(/\s+/g, ' ');
