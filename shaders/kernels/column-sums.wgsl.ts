/**
 * Gradients of a layer's parameters per input and per output: sums over the rows, one workgroup per parameter. Written in
 * the order of the parameters: input fields [in] each, then output fields [out] each.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { loadDelta, Pass, type StackedLayer } from './layer.ts';
import { parameterCounts } from './parameters.ts';

const SIZE = 64;

/** Null for a unit that has neither kind of parameter. */
export function columnSums(layer: StackedLayer): KernelSource | null {
  const { unit, inputs, outputs } = layer;
  const counts = parameterCounts(layer);
  const input = unit.input ?? [];
  const output = unit.output ?? [];
  if (counts.input + counts.output === 0) return null;
  const bindings = {
    pass_info: uniform('Pass'),
    deltas: read(),
    ...(input.length > 0 ? { input_gradients: read() } : {}),
    sums: write(),
  };
  const ofInput = `value = input_gradients[(row * ${inputs}u + index % ${inputs}u) * ${input.length}u + index / ${inputs}u];`;
  const ofOutput = `let back = u_output_back(${loadDelta(layer, 'u', 'deltas', 'row', `((index - ${counts.input}u) % ${outputs}u)`)});
      switch ((index - ${counts.input}u) / ${outputs}u) {
        ${output.map((field, k) => `case ${k}u: { value = back.${field}; }`).join(' ')}
        default: {}
      }`;
  const code = wgsl`
${math}
${derivatives}
${unitFragment(unit, 'u')}
${Pass.wgsl}
${declare(bindings)}
var<workgroup> shared_sums: array<f32, ${SIZE}>;

@compute @workgroup_size(${SIZE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = group.x;
  var total = 0.0;
  for (var row = lane; row < pass_info.rows; row += ${SIZE}u) {
    var value = 0.0;
    if (index < ${counts.input}u) {
      ${input.length > 0 ? ofInput : ''}
    } else {
      ${output.length > 0 ? ofOutput : ''}
    }
    total += value;
  }
  shared_sums[lane] = total;
  workgroupBarrier();
  if (lane == 0u) {
    for (var other = 1u; other < ${SIZE}u; other++) { total += shared_sums[other]; }
    sums[index] = total;
  }
}
`;
  return { label: `sums over rows ${inputs}→${outputs}`, code, bindings };
}
