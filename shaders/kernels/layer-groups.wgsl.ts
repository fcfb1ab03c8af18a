/**
 * For units whose weights of one input depend on each other: folds the edges of every input into its group (`fold`, before
 * the forward pass), and sums the groups' adjoints over the outputs (`back`, before the step). One thread per input.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { loadAt, Pass, storeAt } from './layer.ts';
import { type Layer, loadParameters, parameterCounts } from './parameters.ts';

export const GROUP_SIZE = 64;

/** Null for a unit without groups. */
export function layerGroups(layer: Layer, kind: 'fold' | 'back'): KernelSource | null {
  const { unit, inputs, outputs } = layer;
  const { group } = unit;
  if (!group) return null;
  const fold = kind === 'fold';
  const bindings = {
    pass_info: uniform('Pass'),
    theta: fold ? write() : read(),
    ...(fold ? {} : { weight_gradients: read(), group_gradients: write() }),
  };
  const folding = `
  var group = u_group_zero();
  for (var o = 0u; o < ${outputs}u; o++) { group = u_group_fold(group, u_load_edge(i, o)); }
  ${storeAt('group', group, 'theta', 'i').replaceAll('theta[', `theta[${parameterCounts(layer).all}u + `)}`;
  const adding = `
  let group = u_load_group(i);
  var group_gradient = u_Group();
  for (var o = 0u; o < ${outputs}u; o++) {
    var total = u_Weight();
    for (var part = 0u; part < pass_info.parts; part++) {
      total = u_add_weight(total, ${loadAt('u_Weight', unit.weight, 'weight_gradients', `(part * ${inputs}u + i) * ${outputs}u + o`)});
    }
    group_gradient = u_add_group(group_gradient, u_group_back(u_load_edge(i, o), group, total));
  }
  ${storeAt('group_gradient', group, 'group_gradients', 'i')}`;
  const code = wgsl`
${math}
${derivatives}
${unitFragment(unit, 'u')}
${Pass.wgsl}
${declare(bindings)}
${loadParameters(layer, 'u', 'theta')}

@compute @workgroup_size(${GROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.x;
  if (i >= ${inputs}u) { return; }
  ${fold ? folding : adding}
}
`;
  return { label: `groups ${inputs}→${outputs} (${kind})`, code, bindings };
}
