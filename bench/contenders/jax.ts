/**
 * jax-js: the whole step, optimiser included, in one `jit`, with `vmap` over the models; state stays on the device. As
 * its API advises for loops, `blockUntilReady` runs now and then, and nothing is read back but the last loss.
 * https://jax-js.com/docs/
 */

import * as jax from '@jax-js/jax';
import type { Contender, Session } from '../contender.ts';
import { ADAM, LOG_EPSILON, type Problem } from '../problem.ts';

const { numpy: np, nn, tree } = jax;
type Values = jax.Array;
// jax-js accepts type aliases in its trees, not interfaces.
type Weights = { w: Values; m: Values; g: Values };
type State = { weights: Weights; first: Weights; second: Weights; power1: Values; power2: Values };

/** Steps between two waits. */
const PATIENCE = 16;

export function jaxContender(device: 'webgpu' | 'wasm'): Contender {
  return {
    name: `jax-${device}`,
    foreign: true,
    async start() {
      if (!(await jax.init(device)).includes(device)) throw new Error(`its ${device} back end did not start`);
    },
    prepare: (problem) => prepare(problem, device),
  };
}

/** nn.sigmoid's derivative is NaN below −88 on the wasm device (0.1.25); at −80 it is 0 to float32's precision. */
const gateOf = (x: Values): Values => nn.sigmoid(np.maximum(x, -80));

function loss({ w, m, g }: Weights, x: Values, y: Values): Values {
  const weight = np.tanh(w).mul(nn.sigmoid(m));
  const sum = np.matmul(x.ref, weight.ref);
  const logs = np.log(np.abs(x.ref).add(LOG_EPSILON));
  const product = np.exp(np.matmul(logs, weight));
  const gate = gateOf(np.matmul(x, g));
  const out = gate.ref.mul(sum).add(np.subtract(1, gate).mul(product));
  return np.square(out.sub(y)).mean();
}

async function prepare({ workload, table, parameters }: Problem, device: jax.Device): Promise<Session> {
  const { inputs, outputs, batch, models, learningRate } = workload;
  const { beta1, beta2, epsilon } = ADAM;
  const put = (values: Float32Array, shape: number[]) =>
    np.array(values as Float32Array<ArrayBuffer>, { shape, device });
  const shape = models === 1 ? [inputs, outputs] : [models, inputs, outputs];
  const start = await parameters();
  const zeros = (): Weights => {
    const none = () => np.zeros(shape, { device });
    return { w: none(), m: none(), g: none() };
  };
  let state: State = {
    weights: { w: put(start.W_hat, shape), m: put(start.M_hat, shape), g: put(start.G, shape) },
    first: zeros(),
    second: zeros(),
    // β₁ᵗ and β₂ᵗ
    power1: put(Float32Array.of(1), []),
    power2: put(Float32Array.of(1), []),
  };
  const x = put(table.x, [batch, inputs]);
  const y = put(table.y, [batch, outputs]);

  const one = jax.valueAndGrad(loss);
  const all = models === 1 ? one : jax.vmap(one, [0, null, null]);
  const step = jax.jit((before: State, x: Values, y: Values): [State, Values] => {
    const [losses, gradient] = all(tree.ref(before.weights), x, y) as [Values, Weights];
    const power1 = before.power1.mul(beta1);
    const power2 = before.power2.mul(beta2);
    const scale1 = np.reciprocal(np.subtract(1, power1.ref));
    const scale2 = np.reciprocal(np.subtract(1, power2.ref));
    const after = { weights: {}, first: {}, second: {} } as Pick<State, 'weights' | 'first' | 'second'>;
    for (const name of ['w', 'm', 'g'] as const) {
      const slope = gradient[name];
      const first = before.first[name].mul(beta1).add(slope.ref.mul(1 - beta1));
      const second = before.second[name].mul(beta2).add(np.square(slope).mul(1 - beta2));
      const root = np.sqrt(second.ref.mul(scale2.ref)).add(epsilon);
      const change = first.ref.mul(scale1.ref).div(root).mul(learningRate);
      after.weights[name] = before.weights[name].sub(change);
      after.first[name] = first;
      after.second[name] = second;
    }
    scale1.dispose();
    scale2.dispose();
    return [{ ...after, power1, power2 }, losses.mean()];
  });

  return {
    async train(steps) {
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
