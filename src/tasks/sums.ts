/**
 * Tasks y = f(a, b) of sums over parts of the inputs, which every arithmetic benchmark of the literature is:
 * a = Σ x[i] for i in one span of neighbours, b in another. With spans of one input, a and b are inputs themselves.
 */

import type { TaskShader } from '../../shaders/kernels/ensemble-source.ts';
import { f32, wgsl } from '../../shaders/wgsl.ts';
import { OptionError } from '../errors.ts';
import { type ArithmeticOperation, combine } from '../metrics/thresholds.ts';
import type { Column, Task, TaskTwin } from '../model/task.ts';
import { checkOptions } from '../options/check.ts';
import { type Description, either, keyOf, list, needed, number, options, size } from '../options/kinds.ts';
import { type InputRange, rangeKind } from '../range.ts';
import { rangeSampler } from './range-sampler.ts';

/** Inputs from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** An operation on two sums over parts of the inputs, as in the papers. */
export interface SumsTaskOptions {
  readonly inputs: number;
  readonly operation: ArithmeticOperation;
  /** Range of the inputs, one for all models or one for each. */
  readonly ranges: readonly InputRange[];
  /**
   * The inputs that a and b are sums of: one span for all models, which is written into the kernel, or a list with one for
   * each, which are columns. The order of summation differs between the two, but not with the number of models.
   */
  readonly a: Span | readonly Span[];
  readonly b: Span | readonly Span[];
}

const spanKind = options<Span>({ fields: { from: needed(number()), to: needed(number()) } });
const spansKind = needed(either(spanKind, list(spanKind, 1)));

const sumsTaskDescription: Description<SumsTaskOptions> = {
  fields: {
    inputs: needed(size),
    operation: needed(keyOf(combine)),
    ranges: needed(list(rangeKind, 1)),
    a: spansKind,
    b: spansKind,
  },
};

/** f in WGSL; squared and root take a alone, as in `combine`. */
const operationText: Readonly<Record<ArithmeticOperation, (a: string, b: string) => string>> = {
  add: (a, b) => `(${a}) + (${b})`,
  sub: (a, b) => `(${a}) - (${b})`,
  mul: (a, b) => `(${a}) * (${b})`,
  div: (a, b) => `(${a}) / (${b})`,
  squared: (a) => `t_square(${a})`,
  root: (a) => `sqrt(${a})`,
};

/** `t_span` sums those of four neighbours, the first at index `at`, that are in the span. */
const declarations = wgsl`
fn t_square(a: f32) -> f32 { return a * a; }
fn t_span(x: vec4f, at: f32, start: f32, end: f32) -> f32 {
  let index = at + vec4f(0.0f, 1.0f, 2.0f, 3.0f);
  let part = select(vec4f(), x, (index >= vec4f(start)) & (index < vec4f(end)));
  return (part.x + part.y) + (part.z + part.w);
}
`;

/** The task y = f(a, b) with one output. Throws OptionError. */
export function sumsTask(options: SumsTaskOptions): Task {
  const { inputs, operation, ranges, a, b } = checkOptions(sumsTaskDescription, options, 'sumsTask()');
  const sampler = rangeSampler(ranges);
  const alone = operation === 'squared' || operation === 'root';
  const sums = [spanSum('a', a, inputs), ...(alone ? [] : [spanSum('b', b, inputs)])];
  const columns = Object.assign({}, sampler.values, ...sums.map(({ values }) => values));
  const shader: TaskShader = {
    columns: Object.keys(columns),
    declarations: sampler.declarations + declarations,
    input: (bits, _index, column) => sampler.text(bits, column),
    target: (_o, input, column) => {
      const [a = '', b = ''] = sums.map(({ text }) => text(input, column));
      return operationText[operation](a, b);
    },
  };
  const twin: TaskTwin = {
    input: (bits, _index, column) => sampler.draw(bits, column),
    target: (_o, x, column) => {
      const [a = Number.NaN, b = Number.NaN] = sums.map(({ sum }) => sum(x, column));
      return combine[operation](a, b);
    },
  };
  return { inputs, outputs: 1, shader, columns, twin };
}

interface Sum {
  /** Values of its columns. */
  readonly values: Task['columns'];
  text(input: (index: number) => string, column: (name: string) => string): string;
  sum(x: ArrayLike<number>, column: Column): number;
}

/** One of the sums: text and twin. */
function spanSum(name: 'a' | 'b', spans: Span | readonly Span[], inputs: number): Sum {
  const list = 'from' in spans ? [spans] : spans;
  for (const { from, to } of list) {
    if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= inputs) continue;
    throw new OptionError(
      `${name} sums the inputs from ${from} up to ${to}; these must be a part of the ${inputs} inputs`,
    );
  }
  return 'from' in spans ? fixedSum(spans) : columnSum(name, spans, inputs);
}

/** Only the inputs of the span are in the text. */
const fixedSum = ({ from, to }: Span): Sum => ({
  values: {},
  text: (input) => balanced(Array.from({ length: to - from }, (_, n) => input(from + n))),
  sum: (x) => sumOf(x, from, to),
});

/** All inputs are in the text, four by four; those outside the model's span count as 0. */
function columnSum(name: 'a' | 'b', spans: readonly Span[], inputs: number): Sum {
  const [from, to] = [`${name}_from`, `${name}_to`];
  return {
    values: { [from]: spans.map((span) => span.from), [to]: spans.map((span) => span.to) },
    text(input, column) {
      const fours = Array.from({ length: Math.ceil(inputs / 4) }, (_, block) => {
        const x = [0, 1, 2, 3].map((n) => (4 * block + n < inputs ? input(4 * block + n) : f32(0)));
        return `t_span(vec4f(${x.join(', ')}), ${f32(4 * block)}, ${column(from)}, ${column(to)})`;
      });
      return balanced(fours);
    },
    sum: (x, column) => sumOf(x, column(from), column(to)),
  };
}

function sumOf(x: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += x[index] as number;
  return sum;
}

/** The terms as a sum of halves: the rounding error grows with the logarithm of their number, as does the depth. */
function balanced(terms: readonly string[]): string {
  if (terms.length <= 2) return terms.join(' + ');
  const half = Math.ceil(terms.length / 2);
  return `(${balanced(terms.slice(0, half))}) + (${balanced(terms.slice(half))})`;
}
