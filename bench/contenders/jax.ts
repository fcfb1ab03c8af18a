/**
 * jax-js: the whole step, optimiser included, in one `jit`, with `vmap` over the models; state stays on the device. As
 * its API advises for loops, `blockUntilReady` runs now and then, and nothing is read back but the last loss. Prediction
 * is one `jit` as well.
 * https://jax-js.com/docs/
 */

import * as jax from '@jax-js/jax';
import type { Contender, Session } from '../contender.ts';
import { ADAM, LOG_EPSILON, type Problem, sampleLoss, widthsOf } from '../problem.ts';

const { numpy: np, nn, tree } = jax;
type Values = jax.Array;
// jax-js accepts type aliases in its trees, not interfaces. A NAC has no g.
type Layer = { w: Values; m: Values; g?: Values };
type State = { weights: Layer[]; first: Layer[]; second: Layer[]; power1: Values; power2: Values };
const names = ['w', 'm', 'g'] as const;

/** Steps between two waits. */
const PATIENCE = 16;

export function jaxContender(device: 'webgpu' | 'wasm'): Contender {
  return {
    name: `jax-${device}`,
    foreign: true,
    async start() {
      if (!(await jax.init(device)).includes(device)) throw new Error(`its ${device} back end did not start`);
    },
    async prepare(problem) {
      const weights = await startWeights(problem, device);
      return { training, prediction }[problem.workload.kind](problem, device, weights);
    },
  };
}

/** nn.sigmoid's derivative is NaN below −88 on the wasm device (0.1.25); at −80 it is 0 to float32's precision. */
const gateOf = (x: Values): Values => nn.sigmoid(np.maximum(x, -80));

function forward(layers: Layer[], rows: Values): Values {
  let x = rows;
  for (const { w, m, g } of layers) {
    const weight = np.tanh(w).mul(nn.sigmoid(m));
    if (!g) {
      x = np.matmul(x, weight);
      continue;
    }
    const sum = np.matmul(x.ref, weight.ref);
    const logs = np.log(np.abs(x.ref).add(LOG_EPSILON));
    const product = np.exp(np.matmul(logs, weight));
    const gate = gateOf(np.matmul(x, g));
    x = gate.ref.mul(sum).add(np.subtract(1, gate).mul(product));
  }
  return x;
}

const loss = (layers: Layer[], x: Values, y: Values): Values => np.square(forward(layers, x).sub(y)).mean();

const put = (values: Float32Array<ArrayBuffer>, shape: number[], device: jax.Device) =>
  np.array(values, { shape, device });

const shapesOf = ({ workload }: Problem): number[][] => {
  const widths = widthsOf(workload);
  const front = workload.models === 1 ? [] : [workload.models];
  return widths.slice(1).map((outputs, index) => [...front, widths[index] as number, outputs]);
};

async function startWeights(problem: Problem, device: jax.Device): Promise<Layer[]> {
  const parameters = await problem.parameters();
  return shapesOf(problem).map((shape, index) => {
    const { W_hat, M_hat, G } = parameters[index] as (typeof parameters)[number];
    const [w, m] = [put(W_hat, shape, device), put(M_hat, shape, device)];
    return G ? { w, m, g: put(G, shape, device) } : { w, m };
  });
}

async function training(problem: Problem, device: jax.Device, weights: Layer[]): Promise<Session> {
  const { inputs, outputs, batch, models, learningRate } = problem.workload;
  const { beta1, beta2, epsilon } = ADAM;
  const zeros = (): Layer[] =>
    shapesOf(problem).map((shape, index) => {
      const none = () => np.zeros(shape, { device });
      return weights[index]?.g ? { w: none(), m: none(), g: none() } : { w: none(), m: none() };
    });
  let state: State = {
    weights,
    first: zeros(),
    second: zeros(),
    // β₁ᵗ and β₂ᵗ
    power1: put(Float32Array.of(1), [], device),
    power2: put(Float32Array.of(1), [], device),
  };
  const x = put(problem.table.x, [batch, inputs], device);
  const y = put(problem.table.y, [batch, outputs], device);

  const one = jax.valueAndGrad(loss);
  const all = models === 1 ? one : jax.vmap(one, [0, null, null]);
  const step = jax.jit((before: State, x: Values, y: Values): [State, Values] => {
    const [losses, gradients] = all(tree.ref(before.weights), x, y) as [Values, Layer[]];
    const power1 = before.power1.mul(beta1);
    const power2 = before.power2.mul(beta2);
    const scale1 = np.reciprocal(np.subtract(1, power1.ref));
    const scale2 = np.reciprocal(np.subtract(1, power2.ref));
    const after: Pick<State, 'weights' | 'first' | 'second'> = { weights: [], first: [], second: [] };
    gradients.forEach((gradient, index) => {
      const at = (layers: Layer[]) => layers[index] as Layer;
      const [changed, first, second] = [{}, {}, {}] as [Layer, Layer, Layer];
      for (const name of names) {
        const slope = gradient[name];
        if (!slope) continue;
        const of = (layers: Layer[]) => at(layers)[name] as Values;
        const mean = of(before.first)
          .mul(beta1)
          .add(slope.ref.mul(1 - beta1));
        const square = of(before.second)
          .mul(beta2)
          .add(np.square(slope).mul(1 - beta2));
        const root = np.sqrt(square.ref.mul(scale2.ref)).add(epsilon);
        const change = mean.ref.mul(scale1.ref).div(root).mul(learningRate);
        changed[name] = of(before.weights).sub(change);
        first[name] = mean;
        second[name] = square;
      }
      after.weights.push(changed);
      after.first.push(first);
      after.second.push(second);
    });
    scale1.dispose();
    scale2.dispose();
    return [{ ...after, power1, power2 }, losses.mean()];
  });

  return {
    async run(steps) {
      let cost: Values | undefined;
      for (let index = 1; index <= steps; index++) {
        cost?.dispose();
        [state, cost] = step(state, x.ref, y.ref) as [State, Values];
        if (index % PATIENCE === 0) await jax.blockUntilReady(state);
      }
      const [value] = await (cost as Values).data();
      await jax.blockUntilReady(state);
      return value as number;
    },
    dispose() {
      tree.dispose(state);
      x.dispose();
      y.dispose();
      step.dispose();
    },
  };
}

async function prediction(problem: Problem, device: jax.Device, weights: Layer[]): Promise<Session> {
  const { inputs, batch } = problem.workload;
  const { x, y } = problem.table;
  const predict = jax.jit(forward);
  return {
    async run(steps) {
      let values: ArrayLike<number> = [];
      for (let index = 0; index < steps; index++) {
        const result = predict(tree.ref(weights), put(x, [batch, inputs], device)) as Values;
        values = (await result.data()) as Float32Array;
      }
      return sampleLoss(values, y);
    },
    dispose() {
      tree.dispose(weights);
      predict.dispose();
    },
  };
}
