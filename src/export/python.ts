/** A trained model as a Python module that needs NumPy alone. */

import { languages } from '../expression/languages.ts';
import { digits, sizeOf } from './javascript.ts';
import { equationsOf, type LayerEquation, type ModelToExport, type Weights } from './layers.ts';
import { bodyOf } from './program.ts';
import { predictHead } from './python-head.ts';

/** Functions of the module itself; only those that a model uses are written. */
const helpers: Readonly<Record<string, string>> = {
  product: `def product(factors):
    """The product over the inputs of factors[:, i, o]: 0 where any of them is."""
    y = np.ones((factors.shape[0], factors.shape[2]))
    for i in range(factors.shape[1]):
        f = factors[:, i]
        y = np.where((y == 0) | (f == 0), 0.0, np.clip(y * f, -1.7e308, 1.7e308))
    return y`,
  exp: `def exp(z):
    """e^z, which ends at 8e307 instead of infinity: zero times it is zero."""
    return np.exp(np.minimum(z, 709))`,
  sigmoid: `def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))`,
  softplus: `def softplus(z):
    return np.logaddexp(0, z)`,
};

/**
 * The module's text: `predict(rows)` takes an array [rows, inputs], or a mapping from the names in `inputs` to columns (a
 * dictionary, a data frame), and gives an array [rows, targets]. It computes in float64, with effective weights and with
 * every clamp and ε of the units. Throws DataError for parameters that do not fit, FormulaError for a unit without an
 * equation.
 */
export function toPython(exported: ModelToExport): string {
  const { inputs, targets, layers, title, formula } = equationsOf(exported);
  const code = layers.map((layer, k) => layerCode(layer, k + 1)).join('\n\n');
  const calls = layers.reduce((x, _, k) => `layer${k + 1}(${x})`, 'x');
  const used = Object.entries(helpers).filter(([name]) => new RegExp(`(?<![.\\w])${name}\\(`).test(code));
  return `"""${text(title)}: ${sizeOf(inputs.length, 'input')}, ${sizeOf(targets.length, 'output')}. Written by nalu-webgpu; needs NumPy alone.
${formula === undefined ? '' : `\n${text(formula)}\n`}"""

import numpy as np

inputs = ${list(inputs)}
targets = ${list(targets)}

${used.map(([, helper]) => `\n${helper}\n\n`).join('')}
${code}

${predictHead(inputs.length, targets.length)}
    return ${calls}
`;
}

const python = languages.python;

function layerCode(layer: LayerEquation, at: number): string {
  const { lines, result } = bodyOf(layer, {
    language: {
      ...python,
      number: digits,
      functions: {
        ...python.functions,
        boundedExp: 'exp',
        sigmoid: 'sigmoid',
        softplus: 'softplus',
        cospi: (v) => `np.cos(np.pi * np.fmod(${v}, 2))`,
        sinpi: (v) => `np.sin(np.pi * np.fmod(${v}, 2))`,
      },
    },
    assign: (name, value) => `    ${name} = ${value}\n`,
    element: (name) => name,
    weight: (name) => `${name}${at}`,
    each: (_count, value) => value,
    feature: (name) => `${name}[:, :, None]`,
    matrix: (name) => `${name}${at}`,
    sums: (feature, matrix) => `${feature} @ ${matrix}${at}`,
    fold: (how, value) => (how === 'product' ? `product(${value})` : `np.sum(${value}, axis=1)`),
  });
  const equation = layer.formula === undefined ? '' : `: ${layer.formula}`;
  return `${constants(layer.weights, at)}

def layer${at}(x):
    """${text(layer.title + equation)}"""
${lines.join('')}    return ${result}
`;
}

function constants(weights: Weights, at: number): string {
  return Object.entries(weights)
    .map(([name, values]) => `${name}${at} = np.array(${numbers(values)})\n`)
    .join('');
}

/** A list, or a list of lists with a line for each. */
function numbers(values: Weights[string]): string {
  const row = (list: readonly number[]) => `[${list.map(digits).join(', ')}]`;
  if (values.every((value): value is number => typeof value === 'number')) return row(values);
  return `[\n${(values as readonly (readonly number[])[]).map((list) => `    ${row(list)},\n`).join('')}]`;
}

const list = (names: readonly string[]): string => JSON.stringify(names).replaceAll('","', '", "');

/** A text that ends no string of three quotation marks, on one line. */
const text = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', "'").replace(/\s+/g, ' ');
