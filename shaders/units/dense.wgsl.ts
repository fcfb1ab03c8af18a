/**
 * A dense layer: y = f(x W + b) with one of the activations f: the networks that arithmetic units are compared with.
 *
 * x [B, in] · W [in, out], b [out], and for PReLU one slope per output → y [B, out].
 * The activations are PyTorch's, as in the comparison of Trask et al., 2018, arXiv:1808.00508, figure 1, and in the
 * baselines of Madsen and Johansen, 2020, arXiv:2001.05016.
 *
 * The leaky activations differ in where the slope of negative sums comes from: a constant; a parameter of each output
 * (He et al., 2015, arXiv:1502.01852; PyTorch's default shares one among all); or a draw from [lower, upper) for every
 * row, output and step (Xu et al., 2015, arXiv:1505.00853), which prediction replaces by the middle.
 */
import { f32, wgsl } from '../wgsl.ts';
import type { Activation } from './activations.wgsl.ts';
import type { UnitShader } from './unit.ts';

/** Where the slope of negative sums comes from; activations that have none ignore it. */
export type Leak =
  | { readonly kind: 'constant'; readonly slope: number }
  | { readonly kind: 'learned' }
  | { readonly kind: 'drawn'; readonly lower: number; readonly upper: number };

const noLeak: Leak = { kind: 'constant', slope: 0 };

/** WGSL expression of the slope. */
function slopeOf(leak: Leak): string {
  switch (leak.kind) {
    case 'constant':
      return f32(leak.slope);
    case 'learned':
      return 's.slope';
    case 'drawn':
      return `mix(${f32(leak.lower)}, ${f32(leak.upper)}, noise)`;
  }
}

export function dense(activation: Activation, leak: Leak = noLeak): UnitShader {
  const learned = leak.kind === 'learned';
  const drawn = leak.kind === 'drawn';
  const slope = slopeOf(leak);
  const noise = drawn ? ', noise: f32' : '';
  return {
    edge: ['W'],
    output: learned ? ['b', 'slope'] : ['b'],
    weight: ['w'],
    feature: ['x'],
    accumulator: ['sum'],
    bilinear: [['sum', 'x', 'w']],
    delta: learned ? ['sum', 'slope'] : ['sum'],
    ...(drawn && { noise: true }),
    code: (p) => wgsl`
fn ${p}_activate(z: f32, leak: f32) -> f32 { ${activation.before ?? ''} return ${activation.value}; }
fn ${p}_activate_slope(z: f32, leak: f32) -> f32 { ${activation.before ?? ''} return ${activation.slope}; }
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.W); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.sum + x.x * w.w);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output${noise}) -> f32 { return ${p}_activate(a.sum + s.b, ${slope}); }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output${noise}, dy: f32) -> ${p}_Delta {
  let z = a.sum + s.b;
  let dz = dy * ${p}_activate_slope(z, ${slope});
#if ${learned}
  return ${p}_Delta(dz, dy * min(z, 0.0));
#else
  return ${p}_Delta(dz);
#endif
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.sum * w.w), ${p}_Weight(d.sum * x.x));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.x, s); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.w); }
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output {
#if ${learned}
  return ${p}_Output(d.sum, d.slope);
#else
  return ${p}_Output(d.sum);
#endif
}
`,
  };
}
