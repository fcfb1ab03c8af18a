/** A trained model as ONNX, of standard operators alone. */

import { type Expression, keyOf, type OperatorName, op } from '../expression/tree.ts';
import {
  equationsOf,
  type LayerEquation,
  type ModelToExport,
  type Statement,
  type Weights,
} from './layers.ts';
import { type OnnxNode, type OnnxTensor, writeOnnx } from './onnx-file.ts';

/** Operators of 2020: every runtime since ONNX 1.8 has them (ONNX Runtime 1.6). */
const OPSET = 13;
const IR_VERSION = 7;

/** Where e^z is the largest number that float32 has. */
const LARGEST_EXPONENT = 88.7228;

/** What is one operator of ONNX. */
const operators: Readonly<Record<Exclude<OperatorName, Composed | Expanded>, string>> = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  negate: 'Neg',
  power: 'Pow',
  sqrt: 'Sqrt',
  abs: 'Abs',
  sign: 'Sign',
  exp: 'Exp',
  log: 'Log',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  floor: 'Floor',
  min: 'Min',
  max: 'Max',
};

/** The others, over these. */
const expansions = {
  boundedExp: (a) => op.exp(op.min(a, LARGEST_EXPONENT)),
  boundedExpDerivative: (a) => op.select(LARGEST_EXPONENT, a, op.exp(a), 0),
  expm1: (a) => op.subtract(op.exp(a), 1),
  log1p: (a) => op.log(op.add(a, 1)),
  sigmoidDerivative: (a) => op.multiply(op.sigmoid(a), op.sigmoid(op.negate(a))),
  tanhDerivative: (a) => op.divide(1, op.power(op.cosh(a), 2)),
} as const satisfies Readonly<Partial<Record<OperatorName, (a: Expression) => Expression>>>;

type Expanded = keyof typeof expansions;
const isExpanded = (name: OperatorName): name is Expanded => Object.hasOwn(expansions, name);

/** What `Graph` composes of several. */
type Composed = 'sinpi' | 'cospi' | 'select';

/**
 * The file's bytes: a graph with one input `x` of float32 [rows, inputs] and one output `y` [rows, targets], the numbers of
 * the table before any scaling. The names of the columns, the targets and the formula, if there is one, are in its metadata.
 * Throws DataError for parameters that do not fit, FormulaError for a unit without an equation.
 */
export function toOnnx(exported: ModelToExport): Uint8Array<ArrayBuffer> {
  const { inputs, targets, layers, title, formula } = equationsOf(exported);
  const graph = new Graph();
  let x = 'x';
  for (const [k, layer] of layers.entries()) x = graph.addLayer(layer, `layer${k + 1}`, x);
  graph.add('Identity', [x], 'y');
  return writeOnnx({
    name: title,
    description: formula ?? title,
    opset: OPSET,
    irVersion: IR_VERSION,
    input: { name: 'x', columns: inputs.length },
    output: { name: 'y', columns: targets.length },
    nodes: graph.nodes,
    tensors: graph.tensors,
    metadata: {
      columns: JSON.stringify(inputs),
      targets: JSON.stringify(targets),
      ...(formula !== undefined && { formula }),
    },
  });
}

class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly tensors: OnnxTensor[] = [];
  readonly #numbers = new Map<number, string>();

  /** A node; returns the name of its output. */
  add(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: OnnxNode['attributes'],
  ): string {
    this.nodes.push({ operator, inputs, output, ...(attributes && { attributes }) });
    return output;
  }

  /** The nodes of a layer that reads `x`; returns the name of its output. */
  addLayer({ statements, weights }: LayerEquation, name: string, x: string): string {
    for (const [key, values] of Object.entries(weights)) this.#matrix(`${name}/${key}`, values);
    const made = new Map([['x', x]]);
    const columns = new Map<string, string>();
    /** A value per row and element as one per row, element and output. */
    const column = (key: string): string => {
      const found =
        columns.get(key) ??
        this.add('Unsqueeze', [made.get(key) as string, this.#axis()], `${name}/${key}/column`);
      columns.set(key, found);
      return found;
    };
    let result = x;
    for (const statement of statements) {
      result = this.#statement(statement, name, weights, (key) => made.get(key) as string, column);
      made.set(statement.name, result);
    }
    return result;
  }

  #statement(
    statement: Statement,
    layer: string,
    weights: Weights,
    value: (name: string) => string,
    column: (name: string) => string,
  ): string {
    const name = `${layer}/${statement.name}`;
    const weight = (key: string) => `${layer}/${key}`;
    if (statement.kind === 'each') {
      return this.#expression(statement.value, name, (key) => (key in weights ? weight(key) : value(key)));
    }
    const { how, term, pair } = statement;
    if (pair) return this.add('MatMul', [value(pair[0]), weight(pair[1])], name);
    const terms = this.#expression(term, `${name}/terms`, (key) =>
      key in weights ? weight(key) : column(key),
    );
    return how === 'sum'
      ? this.add('ReduceSum', [terms, this.#axis(1)], name, { keepdims: 0 })
      : this.add('ReduceProd', [terms], name, { axes: [1], keepdims: 0 });
  }

  /** Nodes of `expression`, equal parts once, over symbols whose outputs are called as `nameOf` says. */
  #expression(expression: Expression, output: string, nameOf: (name: string) => string): string {
    const known = new Map<string, string>();
    let count = 0;
    const visit = (part: Expression, own?: string): string => {
      if (part.kind === 'constant') return this.#number(part.value);
      if (part.kind !== 'call') return nameOf(part.kind === 'symbol' ? part.name : '');
      const { name } = part;
      if (isExpanded(name)) return visit(expansions[name](part.args[0] as Expression), own);
      const key = keyOf(part);
      const found = known.get(key);
      if (found !== undefined) return found;
      const args = part.args.map((arg) => visit(arg));
      const made = this.#apply(name, args, own ?? `${output}/${++count}`);
      known.set(key, made);
      return made;
    };
    const result = visit(expression, output);
    return result === output ? output : this.add('Identity', [result], output);
  }

  #apply(name: Exclude<OperatorName, Expanded>, args: readonly string[], output: string): string {
    const [a = '', b = '', c = '', d = ''] = args;
    const inner = (part: string) => `${output}/${part}`;
    switch (name) {
      case 'cospi':
      case 'sinpi': {
        const turns = this.add('Mod', [a, this.#number(2)], inner('turns'), { fmod: 1 });
        const angle = this.add('Mul', [turns, this.#number(Math.PI)], inner('angle'));
        return this.add(name === 'cospi' ? 'Cos' : 'Sin', [angle], output);
      }
      case 'select':
        return this.add('Where', [this.add('Greater', [a, b], inner('condition')), c, d], output);
      case 'add':
      case 'multiply': {
        const [first = '', ...others] = args;
        return others.reduce(
          (left, right, k) =>
            this.add(operators[name], [left, right], k === others.length - 1 ? output : inner(`${k}`)),
          first,
        );
      }
      default:
        return this.add(operators[name], args, output);
    }
  }

  #matrix(name: string, values: Weights[string]): void {
    const shape = Array.isArray(values[0]) ? [values.length, values[0].length] : [values.length];
    this.tensors.push({ name, shape, floats: Float32Array.from(values.flat() as number[]) });
  }

  #number(value: number): string {
    let name = this.#numbers.get(value);
    if (name === undefined) {
      name = `number/${value}`;
      this.#numbers.set(value, name);
      this.tensors.push({ name, shape: [], floats: Float32Array.of(value) });
    }
    return name;
  }

  #axis(value = 2): string {
    const name = `axis/${value}`;
    if (!this.tensors.some((tensor) => tensor.name === name)) {
      this.tensors.push({ name, shape: [1], integers: [value] });
    }
    return name;
  }
}
