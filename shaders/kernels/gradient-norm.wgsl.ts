/** By what the gradient of a model is scaled down where its norm is above a bound; in one workgroup, in a fixed order. */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { struct } from '../struct.ts';
import { wgsl } from '../wgsl.ts';

/** The uniform of the kernel. */
export const NormBound = struct('NormBound', {
  /** Floats of the gradient. */
  count: 'u32',
  /** The largest norm it keeps. */
  bound: 'f32',
});

const SIZE = 256;

/** Writes the factor, at most 1, to `norm_factor`. Squares are those of the elements' shares of the largest, which float32 holds. */
export function gradientNorm(): KernelSource {
  const bindings = { norm_bound: uniform('NormBound'), gradient: read(), norm_factor: write() };
  const code = wgsl`
${NormBound.wgsl}
${declare(bindings)}
var<workgroup> parts: array<f32, ${SIZE}>;

@compute @workgroup_size(${SIZE})
fn main(@builtin(local_invocation_index) lane: u32) {
  var largest = 1e-30f;
  for (var n = lane; n < norm_bound.count; n += ${SIZE}u) { largest = max(largest, abs(gradient[n])); }
  parts[lane] = largest;
  workgroupBarrier();
  for (var other = 0u; other < ${SIZE}u; other++) { largest = max(largest, parts[other]); }
  workgroupBarrier();
  var squares = 0.0f;
  for (var n = lane; n < norm_bound.count; n += ${SIZE}u) {
    let share = gradient[n] / largest;
    squares += share * share;
  }
  parts[lane] = squares;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < ${SIZE}u; other++) { squares += parts[other]; }
    norm_factor[0] = 1.0f / max(1.0f, sqrt(squares) * (largest / norm_bound.bound));
  }
}
`;
  return { label: 'gradient norm', code, bindings };
}
