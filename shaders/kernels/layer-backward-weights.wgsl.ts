/**
 * Backward pass of one layer towards its weights, in one dispatch: x [B, in] and deltas [B, out] give the adjoints of
 * the weights, each part summed over its share of the rows: [parts, in, out, weight fields]. A part is one slice of one
 * split; the step adds the parts in order.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { math } from '../math.wgsl.ts';
import { slopes } from '../slopes.wgsl.ts';
import { unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { contraction, type Tiling, threads } from './contraction.ts';
import { loadAt, Pass, storeAt } from './layer.ts';
import { type Layer, loadParameters, weightOf } from './parameters.ts';

export function layerBackwardWeights(layer: Layer, tiling: Tiling): KernelSource {
  const { unit, inputs, outputs } = layer;
  const bindings = {
    pass_info: uniform('Pass'),
    theta: read(),
    x: read(),
    deltas: read(),
    weight_gradients: write(),
  };
  const { declarations, body } = contraction({
    tiling,
    rows: `${inputs}u`,
    cols: `${outputs}u`,
    depthStart: 'group.z * pass_info.rowsPerSplit',
    depthEnd: 'min(pass_info.rows, (group.z + 1u) * pass_info.rowsPerSplit)',
    left: {
      type: 'u_Feature',
      contiguous: 'extent',
      load: (row, d) => `u_feature(x[${d} * ${inputs}u + ${row}], u_load_input(${row}))`,
    },
    right: {
      type: 'u_Delta',
      contiguous: 'extent',
      load: (col, d) => loadAt('u_Delta', unit.delta, 'deltas', `${d} * ${outputs}u + ${col}`),
    },
    own: { type: 'u_Weight', load: (row, col) => weightOf(unit, 'u', row, col) },
    sum: { type: 'u_Weight', zero: 'u_Weight()' },
    step: (sum, left, right, weight) => `u_add_weight(${sum}, u_fold_back(${left}, ${weight}, ${right}).w)`,
    finish: `let part = group.z * ${tiling.slices}u + slice;
    ${storeAt('sum', unit.weight, 'weight_gradients', `(part * ${inputs}u + row) * ${outputs}u + col`)}`,
  });
  const code = wgsl`
${math}
${slopes}
${unitFragment(unit, 'u')}
${Pass.wgsl}
${declare(bindings)}
${loadParameters(layer, 'u', 'theta')}
${declarations}

@compute @workgroup_size(${threads(tiling)})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
${body}
}
`;
  return { label: `backward to the weights ${inputs}×${outputs}`, code, bindings };
}
