/**
 * The end of a training step for one layer: adds the partial weight gradients in a fixed order, applies the chain rule
 * to the raw parameters, and either updates them (`update`) or writes the gradient (`gradient`), in parameter order.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { math } from '../math.wgsl.ts';
import { slopes } from '../slopes.wgsl.ts';
import { unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { loadAt, Pass } from './layer.ts';
import { type Layer, loadParameters, parameterCounts } from './parameters.ts';

export const STEP_SIZE = 64;

/** `optimizer` is the optimiser fragment's text with prefix `opt`, and its state floats per parameter. */
export type StepResult = { kind: 'gradient' } | { kind: 'update'; optimizer: string; slots: number };

export function layerStep(layer: Layer, result: StepResult): KernelSource {
  const { unit, inputs, outputs } = layer;
  const counts = parameterCounts(layer);
  const edges = inputs * outputs;
  const others = counts.input + counts.output;
  const update = result.kind === 'update';
  const bindings = {
    pass_info: uniform('Pass'),
    theta: update ? write() : read(),
    weight_gradients: read(),
    ...(others > 0 ? { sums: read() } : {}),
    ...(update ? { moments: write(), step_info: read('opt_Step') } : { gradient: write() }),
  };
  const slots = update ? result.slots : 0;
  const code = wgsl`
${math}
${slopes}
${unitFragment(unit, 'u')}
${update ? result.optimizer : ''}
${Pass.wgsl}
${declare(bindings)}
${loadParameters(layer, 'u', 'theta')}

fn apply(at: u32, slope: f32) {
#if ${update}
  let old = vec2f(${slots > 0 ? `moments[at * ${slots}u]` : '0.0'}, ${slots > 1 ? `moments[at * ${slots}u + 1u]` : '0.0'});
  let next = opt_update(theta[at], slope, old, step_info);
  theta[at] = next.theta;
  ${slots > 0 ? `moments[at * ${slots}u] = next.state.x;` : ''}
  ${slots > 1 ? `moments[at * ${slots}u + 1u] = next.state.y;` : ''}
#else
  gradient[at] = slope;
#endif
}

@compute @workgroup_size(${STEP_SIZE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * grid.x + group.x) * ${STEP_SIZE}u + lane;
  if (index < ${edges}u) {
    var total = u_Weight();
    for (var part = 0u; part < pass_info.parts; part++) {
      total = u_add_weight(total, ${loadAt('u_Weight', unit.weight, 'weight_gradients', `part * ${edges}u + index`)});
    }
    let slope = u_weight_back(u_load_edge(index / ${outputs}u, index % ${outputs}u), total);
    ${unit.edge.map((field, k) => `apply(${k * edges}u + index, slope.${field});`).join('\n    ')}
  } else if (index < ${edges + others}u) {
#if ${others > 0}
    apply(${counts.edge - edges}u + index, sums[index - ${edges}u]);
#endif
  }
}
`;
  return { label: `step ${inputs}→${outputs} (${result.kind})`, code, bindings };
}
