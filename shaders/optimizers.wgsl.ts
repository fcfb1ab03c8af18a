/**
 * @file Optimisers. Each fragment needs the `math` fragment before it and defines
 *
 *     struct p_Hyper { … }    what the user chose, all f32, given at run time (fields and defaults: `hyper`)
 *     struct p_Step { … }     what is the same for all parameters of one step, all f32; rate is the learning rate
 *     struct p_Updated { theta: f32, state: vec2f }
 *     p_begin(hyper: p_Hyper, learning_rate: f32, step: u32) -> p_Step        step counts from 1
 *     p_update(theta: f32, grad: f32, state: vec2f, s: p_Step) -> p_Updated   state starts at 0
 *
 * The formulas are those of PyTorch's torch.optim at their defaults. θ parameter, g gradient, η learning
 * rate:
 *
 *     adam      m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  θ ← θ − η m̂ / (√v̂ + ε)
 *               with m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 *               D. P. Kingma and J. Ba, 2015, arXiv:1412.6980, algorithm 1.
 *     adamw     θ ← θ − η λ θ, then as adam: the decay does not pass through the moments.
 *               I. Loshchilov and F. Hutter, 2019, arXiv:1711.05101, algorithm 2, with η as PyTorch has it.
 *     sgd       b ← μ b + g,  θ ← θ − η b.  No damping, not Nesterov's form.
 *     rmsprop   v ← ρ v + (1 − ρ) g²,  b ← μ b + g / (√v + ε),  θ ← θ − η b.
 *               T. Tieleman and G. Hinton, lecture 6.5, 2012; ε outside the root, as PyTorch has it.
 *
 * 1 − βᵗ is −expm1(t log β): as accurate at t = 1 as at t = 1 000 000. √ is WGSL's own, specified through
 * inverseSqrt (2 ulp) and correctly rounded on most devices.
 */

import { wgsl } from './wgsl.ts';

export interface OptimizerShader {
  /** State floats per parameter, stored side by side; with one, `state.y` is unused. */
  readonly slots: 0 | 1 | 2;
  /** Fields of `p_Hyper` in order, with their defaults. */
  readonly hyper: Readonly<Record<string, number>>;
  /** Fields of `p_Step` in order. */
  readonly step: readonly string[];
  /** The declarations above, for a prefix. */
  readonly code: (prefix: string) => string;
}

/** Adam, with or without weight decay. */
const adamCode = (p: string, decay: boolean): string => wgsl`
struct ${p}_Hyper { beta1: f32, beta2: f32, epsilon: f32${decay ? ', weightDecay: f32' : ''} }
// scale1, scale2: 1 / (1 - beta^t)
struct ${p}_Step { rate: f32, beta1: f32, beta2: f32, epsilon: f32, scale1: f32, scale2: f32${decay ? ', weightDecay: f32' : ''} }
struct ${p}_Updated { theta: f32, state: vec2f }

fn ${p}_scale(beta: f32, step: u32) -> f32 {
  return -1.0f / m_expm1(f32(step) * m_log(beta));
}

fn ${p}_begin(hyper: ${p}_Hyper, learning_rate: f32, step: u32) -> ${p}_Step {
  let scale1 = ${p}_scale(hyper.beta1, step);
  let scale2 = ${p}_scale(hyper.beta2, step);
  return ${p}_Step(learning_rate, hyper.beta1, hyper.beta2, hyper.epsilon, scale1, scale2${decay ? ', hyper.weightDecay' : ''});
}

fn ${p}_update(theta: f32, grad: f32, state: vec2f, s: ${p}_Step) -> ${p}_Updated {
  let m = s.beta1 * state.x + (1.0f - s.beta1) * grad;
  let v = s.beta2 * state.y + (1.0f - s.beta2) * grad * grad;
  let change = s.rate * (m * s.scale1) / (sqrt(v * s.scale2) + s.epsilon)${decay ? ' + s.rate * s.weightDecay * theta' : ''};
  return ${p}_Updated(theta - change, vec2f(m, v));
}
`;

const adam = {
  slots: 2,
  hyper: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  step: ['rate', 'beta1', 'beta2', 'epsilon', 'scale1', 'scale2'],
  code: (p) => adamCode(p, false),
} as const satisfies OptimizerShader;

const adamw = {
  slots: 2,
  hyper: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 },
  step: ['rate', 'beta1', 'beta2', 'epsilon', 'scale1', 'scale2', 'weightDecay'],
  code: (p) => adamCode(p, true),
} as const satisfies OptimizerShader;

const sgd = {
  slots: 1,
  hyper: { momentum: 0 },
  step: ['rate', 'momentum'],
  code: (p) => wgsl`
struct ${p}_Hyper { momentum: f32 }
struct ${p}_Step { rate: f32, momentum: f32 }
struct ${p}_Updated { theta: f32, state: vec2f }

fn ${p}_begin(hyper: ${p}_Hyper, learning_rate: f32, step: u32) -> ${p}_Step {
  return ${p}_Step(learning_rate, hyper.momentum);
}

fn ${p}_update(theta: f32, grad: f32, state: vec2f, s: ${p}_Step) -> ${p}_Updated {
  let b = s.momentum * state.x + grad;
  return ${p}_Updated(theta - s.rate * b, vec2f(b, 0.0f));
}
`,
} as const satisfies OptimizerShader;

const rmsprop = {
  slots: 2,
  hyper: { rho: 0.99, epsilon: 1e-8, momentum: 0 },
  step: ['rate', 'rho', 'epsilon', 'momentum'],
  code: (p) => wgsl`
struct ${p}_Hyper { rho: f32, epsilon: f32, momentum: f32 }
struct ${p}_Step { rate: f32, rho: f32, epsilon: f32, momentum: f32 }
struct ${p}_Updated { theta: f32, state: vec2f }

fn ${p}_begin(hyper: ${p}_Hyper, learning_rate: f32, step: u32) -> ${p}_Step {
  return ${p}_Step(learning_rate, hyper.rho, hyper.epsilon, hyper.momentum);
}

fn ${p}_update(theta: f32, grad: f32, state: vec2f, s: ${p}_Step) -> ${p}_Updated {
  let v = s.rho * state.x + (1.0f - s.rho) * grad * grad;
  let b = s.momentum * state.y + grad / (sqrt(v) + s.epsilon);
  return ${p}_Updated(theta - s.rate * b, vec2f(v, b));
}
`,
} as const satisfies OptimizerShader;

/** Every optimiser by name. */
export const optimizers = { adam, adamw, sgd, rmsprop } as const;

/** Optimisers of a training. */
export type OptimizerName = keyof typeof optimizers;
