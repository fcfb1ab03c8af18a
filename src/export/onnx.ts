/** A trained model as ONNX, of standard operators alone. */

import { equationsOf, type LayerEquation, type ModelToExport } from './layers.ts';
import { type OnnxNode, type OnnxTensor, writeOnnx } from './onnx-file.ts';
import type { ElementFunction, Value, Weights } from './value.ts';

/** Operators of 2020: every runtime since ONNX 1.8 has them (ONNX Runtime 1.6). */
const OPSET = 13;
const IR_VERSION = 7;

/** Where e^z is the largest number that float32 has. */
const LARGEST_EXPONENT = 88.7228;

/** Functions that are one operator. */
const operators: Readonly<Partial<Record<ElementFunction, string>>> = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  negate: 'Neg',
  abs: 'Abs',
  sign: 'Sign',
  min: 'Min',
  max: 'Max',
  log: 'Log',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  cos: 'Cos',
};

/**
 * The file's bytes: a graph with one input `x` of float32 [rows, inputs] and one output `y` [rows, targets], the numbers of
 * the table before any scaling. The names of the columns, the targets and the formula, if there is one, are in its metadata.
 * Throws DataError for parameters that do not fit, FormulaError for a unit from outside the package.
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
  addLayer({ result, weights }: LayerEquation, name: string, x: string): string {
    for (const [key, values] of Object.entries(weights)) this.#matrix(`${name}/${key}`, values);
    const known = new Map<Value, string>();
    let count = 0;
    const next = (): string => `${name}/${++count}`;
    const visit = (value: Value, output?: string): string => {
      const found = known.get(value);
      if (found !== undefined) return found;
      const made = make(value, output);
      known.set(value, made);
      return made;
    };
    const make = (value: Value, output?: string): string => {
      switch (value.kind) {
        case 'input':
          return x;
        case 'number':
          return this.#number(value.value);
        case 'weights':
          return `${name}/${value.name}`;
        case 'named':
          return visit(value.value, `${name}/${value.name}`);
        case 'contraction': {
          const of = visit(value.of);
          const matrix = `${name}/${value.weights}`;
          const sum = `${name}/${value.name}`;
          return value.how === 'sum'
            ? this.add('MatMul', [of, matrix], sum)
            : this.#product(of, matrix, weights[value.weights] ?? [], sum);
        }
        case 'apply':
          return this.#apply(
            value.f,
            value.args.map((arg) => visit(arg)),
            output ?? next(),
          );
      }
    };
    return visit(result, `${name}/result`);
  }

  #apply(f: ElementFunction, args: readonly string[], output: string): string {
    const [a = '', b = '', c = '', d = ''] = args;
    const inner = (part: string) => `${output}/${part}`;
    switch (f) {
      case 'exp':
        return this.add(
          'Exp',
          [this.add('Min', [a, this.#number(LARGEST_EXPONENT)], inner('bounded'))],
          output,
        );
      case 'expm1':
        return this.add('Sub', [this.add('Exp', [a], inner('exp')), this.#number(1)], output);
      case 'log1p':
        return this.add('Log', [this.add('Add', [a, this.#number(1)], inner('plus1'))], output);
      case 'mod2':
        return this.add('Mod', [a, this.#number(2)], output, { fmod: 1 });
      case 'select':
        return this.add('Where', [this.add('Greater', [a, b], inner('condition')), c, d], output);
      default:
        return this.add(operators[f] as string, args, output);
    }
  }

  /** Π ( of_i W_io + 1 − W_io ): [rows, in] → [rows, in, 1] → [rows, in, out] → [rows, out]. */
  #product(of: string, matrix: string, values: Weights[string], output: string): string {
    const rest = `${matrix}/rest`;
    if (!this.tensors.some(({ name }) => name === rest)) {
      this.#matrix(
        rest,
        (values as readonly (readonly number[])[]).map((row) => row.map((value) => 1 - value)),
      );
    }
    const column = this.add('Unsqueeze', [of, this.#axis()], `${output}/column`);
    const scaled = this.add('Mul', [column, matrix], `${output}/scaled`);
    const factors = this.add('Add', [scaled, rest], `${output}/factors`);
    return this.add('ReduceProd', [factors], output, { axes: [1], keepdims: 0 });
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

  #axis(): string {
    const name = 'axis/2';
    if (!this.tensors.some((tensor) => tensor.name === name)) {
      this.tensors.push({ name, shape: [1], integers: [2] });
    }
    return name;
  }
}
