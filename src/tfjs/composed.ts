/**
 * A layer of TensorFlow.js's operations, from the unit's equation. Its derivatives are those of the equation, as in the kernels,
 * and not TensorFlow.js's: at corners, at zero factors and where float32 ends they differ.
 */

import { NOISE_STREAMS } from '../../shaders/kernels/layer.ts';
import type { NoiseKind } from '../../shaders/units/unit.ts';
import { gradient } from '../expression/differentiate.ts';
import { type Expression, symbol } from '../expression/tree.ts';
import { bits4, unit } from '../random.ts';
import { adjoints, inline } from '../units/adjoints.ts';
import { bilinearTerm, type Named, noiseKinds, type UnitEquation } from '../units/equation.ts';
import { evaluateAs, type Values } from './evaluate.ts';
import type { Draw, LayerFunction } from './layer-function.ts';
import { LARGEST, productOf, productOfOthers, productValue } from './products.ts';
import { Sums } from './sums.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

/** Each of `names` with the tensor at its place. */
const named = (names: readonly string[], tensors: readonly Tensor[]): Values =>
  Object.fromEntries(names.map((name, k) => [name, tensors[k] as Tensor]));

/** Adjoints by the names that `adjoints` gives them. */
const deltas = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`d_${name}`, value]));

/** The layer of `equation`, whose options are numbers. */
export class ComposedLayer implements LayerFunction {
  readonly #tf: TensorFlow;
  readonly #equation: UnitEquation;
  readonly #inputs: number;
  readonly #outputs: number;
  /** Names of the parameters in their order, and of the values that are kept. */
  readonly #edge: readonly string[];
  readonly #input: readonly string[];
  readonly #output: readonly string[];
  readonly #features: Named;
  readonly #out: Expression;

  constructor(tf: TensorFlow, equation: UnitEquation, inputs: number, outputs: number) {
    this.#tf = tf;
    this.#equation = equation;
    this.#inputs = inputs;
    this.#outputs = outputs;
    const { edge, input = [], output = [] } = equation.parameters;
    this.#edge = edge;
    this.#input = input;
    this.#output = output;
    this.#features = Object.fromEntries(
      Object.entries(equation.features).map(([name, feature]) => [name, inline(feature, equation.inputs)]),
    );
    this.#out = inline(equation.out, equation.outputs);
  }

  forward(x: Tensor, parameters: readonly Tensor[], draw: Draw) {
    const tf = this.#tf;
    const [rows] = x.shape as [number, number];
    const { edge, input, output } = this.#split(parameters);
    const weights = this.#weights(edge);
    const features = named(
      Object.keys(this.#features),
      evaluateAs(tf, Object.values(this.#features), { x, ...input, ...this.#noise('input', rows, draw) }, [
        rows,
        this.#inputs,
      ]),
    );
    const totals = Object.entries(this.#equation.accumulators).map(([name, accumulator]) => {
      const pair = bilinearTerm(this.#equation, accumulator);
      if (pair) return { name, kept: [tf.matMul(features[pair[0]] as Tensor, weights[pair[1]] as Tensor)] };
      const term = this.#term(accumulator.term, features, weights, rows);
      if (accumulator.kind === 'sum') return { name, kept: [tf.sum(term, 1)] };
      const { size, zeros } = productOf(tf, term);
      return { name, kept: [size, zeros] };
    });
    const values = Object.fromEntries(
      totals.map(({ name, kept: [size, zeros] }) => [
        name,
        zeros ? productValue(tf, { size: size as Tensor, zeros }) : (size as Tensor),
      ]),
    );
    const [y] = evaluateAs(tf, [this.#out], { ...values, ...output, ...this.#noise('output', rows, draw) }, [
      rows,
      this.#outputs,
    ]);
    const kept = [
      ...Object.values(weights),
      ...Object.values(features),
      ...totals.flatMap(({ kept }) => kept),
    ];
    return { y: y as Tensor, kept };
  }

  backward(
    dy: Tensor,
    x: Tensor,
    parameters: readonly Tensor[],
    kept: readonly Tensor[],
    draw: Draw,
  ): { dx: Tensor; parameters: Tensor[] } {
    const tf = this.#tf;
    const [rows] = x.shape as [number, number];
    const { edge, input, output } = this.#split(parameters);
    const { weights, features, totals } = this.#unkept(kept);
    const { accumulators } = this.#equation;

    // From the output to the totals and the parameters of the outputs.
    const values = Object.fromEntries(
      Object.entries(totals).map(([name, { size, zeros }]) => [
        name,
        zeros ? productValue(tf, { size, zeros }) : size,
      ]),
    );
    const names = Object.keys(accumulators);
    const derivatives = evaluateAs(
      tf,
      gradient(
        this.#out,
        [...names, ...this.#output].map((name) => symbol(name)),
        symbol('dy'),
      ),
      { ...values, ...output, ...this.#noise('output', rows, draw), dy },
      [rows, this.#outputs],
    );
    const ofOutput = derivatives.slice(names.length).map((derivative) => tf.sum(derivative, 0));

    // From the totals, term by term, to features and weights.
    const dFeatures = new Sums(tf);
    const dWeights = new Sums(tf);
    names.forEach((name, k) => {
      const accumulator = accumulators[name] as UnitEquation['accumulators'][string];
      const derivative = derivatives[k] as Tensor;
      const pair = bilinearTerm(this.#equation, accumulator);
      if (pair) {
        const [feature, weight] = pair;
        dFeatures.add(feature, tf.matMul(derivative, weights[weight] as Tensor, false, true));
        dWeights.add(weight, tf.matMul(features[feature] as Tensor, derivative, true, false));
        return;
      }
      const { size, zeros } = totals[name] as { size: Tensor; zeros?: Tensor };
      let d = tf.expandDims(derivative, 1);
      if (zeros) {
        const factors = this.#term(accumulator.term, features, weights, rows);
        d = tf.mul(d, productOfOthers(tf, { size, zeros }, factors));
      }
      const leaves = [...Object.keys(features), ...Object.keys(weights)];
      const back = evaluateAs(
        tf,
        adjoints({ [name]: accumulator.term }, leaves),
        { ...this.#spread(features, weights), [`d_${name}`]: d },
        [rows, this.#inputs, this.#outputs],
      );
      leaves.forEach((leaf, at) => {
        const isFeature = at < Object.keys(features).length;
        (isFeature ? dFeatures : dWeights).add(leaf, tf.sum(back[at] as Tensor, isFeature ? 2 : 0));
      });
    });

    // From the features to the inputs and their parameters, from the weights to the parameters of the edges.
    const [dx, ...ofInput] = evaluateAs(
      tf,
      adjoints(this.#features, ['x', ...this.#input]),
      {
        x,
        ...input,
        ...this.#noise('input', rows, draw),
        ...deltas(dFeatures.over(Object.keys(features), [rows, this.#inputs])),
      },
      [rows, this.#inputs],
    ) as [Tensor, ...Tensor[]];
    return {
      // Near 0, log has a derivative that float32 does not hold.
      dx: tf.clipByValue(dx, -LARGEST, LARGEST),
      parameters: [
        ...this.#backToEdges(
          edge,
          weights,
          dWeights.over(Object.keys(weights), [this.#inputs, this.#outputs]),
        ),
        ...ofInput.map((derivative) => tf.sum(tf.clipByValue(derivative, -LARGEST, LARGEST), 0)),
        ...ofOutput,
      ],
    };
  }

  dispose(): void {}

  #split(parameters: readonly Tensor[]): { edge: Values; input: Values; output: Values } {
    const [edges, inputs] = [this.#edge.length, this.#input.length];
    return {
      edge: named(this.#edge, parameters),
      input: named(this.#input, parameters.slice(edges)),
      output: named(this.#output, parameters.slice(edges + inputs)),
    };
  }

  #unkept(kept: readonly Tensor[]) {
    const { weights, features, accumulators } = this.#equation;
    const [own, from] = [Object.keys(weights), Object.keys(features)];
    const rest = kept.slice(own.length + from.length);
    const totals: Record<string, { size: Tensor; zeros?: Tensor }> = {};
    for (const [name, { kind }] of Object.entries(accumulators)) {
      const size = rest.shift() as Tensor;
      totals[name] = kind === 'product' ? { size, zeros: rest.shift() as Tensor } : { size };
    }
    return { weights: named(own, kept), features: named(from, kept.slice(own.length)), totals };
  }

  #weights(edge: Values): Values {
    const { weights, softmax } = this.#equation;
    const shape = [this.#inputs, this.#outputs];
    const values = named(Object.keys(weights), evaluateAs(this.#tf, Object.values(weights), edge, shape));
    if (softmax === undefined) return values;
    return { ...values, [softmax]: this.#tf.softmax(values[softmax] as Tensor) };
  }

  /** Of the adjoints of all weights, that of a share goes through its logit. */
  #backToEdges(edge: Values, weights: Values, d: Values): Tensor[] {
    const tf = this.#tf;
    const { softmax } = this.#equation;
    let own = d;
    if (softmax !== undefined) {
      const [share, ofShare] = [weights[softmax] as Tensor, d[softmax] as Tensor];
      const mean = tf.sum(tf.mul(share, ofShare), 1, true);
      own = { ...d, [softmax]: tf.mul(share, tf.sub(ofShare, mean)) };
    }
    return evaluateAs(tf, adjoints(this.#equation.weights, this.#edge), { ...edge, ...deltas(own) }, [
      this.#inputs,
      this.#outputs,
    ]);
  }

  /** Features `[rows, inputs, 1]` and weights `[1, inputs, outputs]`. */
  #spread(features: Values, weights: Values): Values {
    const each = (values: Values, axis: number) =>
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, this.#tf.expandDims(value, axis)]),
      );
    return { ...each(features, 2), ...each(weights, 0) };
  }

  /** A term, or a factor, of each input `[rows, inputs, outputs]`. */
  #term(term: Expression, features: Values, weights: Values, rows: number): Tensor {
    const shape = [rows, this.#inputs, this.#outputs];
    return evaluateAs(this.#tf, [term], this.#spread(features, weights), shape)[0] as Tensor;
  }

  /** What the kernels draw for each element of the inputs or outputs, or what stands for it in prediction. */
  #noise(kind: NoiseKind, rows: number, draw: Draw): Values {
    if (!noiseKinds(this.#equation).includes(kind)) return {};
    const tf = this.#tf;
    if (!draw) return { noise: tf.scalar(this.#equation.quiet ?? 0.5) };
    const { seed, step } = draw;
    const width = kind === 'input' ? this.#inputs : this.#outputs;
    const values = Float32Array.from({ length: rows * width }, (_, at) =>
      unit(bits4(seed, NOISE_STREAMS[kind], step, at)[0]),
    );
    return { noise: tf.tensor2d(values, [rows, width]) };
  }
}
