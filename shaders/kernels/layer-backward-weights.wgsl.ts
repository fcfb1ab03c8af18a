/**
 * Backward pass of one layer towards its weights, in one dispatch: x [B, in] and deltas [B, out] give the adjoints of
 * the weights, each part summed over its share of the rows: [parts, in, out, weight fields]. A part is one slice of one
 * split; the step adds the parts in order.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { random } from '../random.wgsl.ts';
import { drawsNoise, unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { type AnyTiling, contraction, isPackedTiling, slicesOf, threads } from './contraction.ts';
import { loadDelta, noiseArgument, noiseFunction, Pass, type StackedLayer, storeAt } from './layer.ts';
import { packedOperands } from './packed.ts';
import { packedContraction } from './packed-contraction.ts';
import { loadParameters, weightOf } from './parameters.ts';
import { Counter } from './tick.wgsl.ts';

/** `noise`: whether the forward pass drew the noise of units that have it. */
export function layerBackwardWeights(layer: StackedLayer, tiling: AnyTiling, noise: boolean): KernelSource {
  const { unit, inputs, outputs } = layer;
  const packed = isPackedTiling(tiling);
  const drawn = drawsNoise(unit, 'input') && noise;
  const bindings = {
    pass_info: uniform('Pass'),
    theta: read(),
    ...(packed
      ? { features: read('array<vec4f>'), deltas: read('array<vec4f>') }
      : { x: read(), deltas: read() }),
    weight_gradients: write(),
    ...(drawn ? { counter: read('Counter') } : {}),
  };
  const shared = {
    rows: `${inputs}u`,
    cols: `${outputs}u`,
    finish: `let part = group.z${packed ? '' : ` * ${slicesOf(tiling)}u + slice`};
    ${storeAt('sum', unit.weight, 'weight_gradients', `(part * ${inputs}u + row) * ${outputs}u + col`)}`,
  };
  const { features, deltas } = packedOperands(layer);
  const { enable, declarations, body } = packed
    ? packedContraction({
        ...shared,
        tiling,
        sum: { type: 'u_Weight', fields: unit.weight },
        terms: (unit.bilinear ?? []).map(([sum, feature, weight]) => [weight, feature, sum] as const),
        start: 'group.z * pass_info.rowsPerSplit / 4u',
        end: 'min(pass_info.rows + 3u, (group.z + 1u) * pass_info.rowsPerSplit) / 4u',
        left: { packed: features, along: 'extent' },
        right: { packed: deltas, along: 'extent' },
      })
    : contraction({
        ...shared,
        tiling,
        sum: { type: 'u_Weight', zero: 'u_Weight()' },
        step: (sum: string, left: string, right: string, weight: string) =>
          `u_add_weight(${sum}, u_fold_back(${left}, ${weight}, ${right}).w)`,
        depthStart: 'group.z * pass_info.rowsPerSplit',
        depthEnd: 'min(pass_info.rows, (group.z + 1u) * pass_info.rowsPerSplit)',
        left: {
          type: 'u_Feature',
          contiguous: 'extent',
          load: (row, d) => {
            const at = `${d} * ${inputs}u + ${row}`;
            return `u_feature(x[${at}], u_load_input(${row})${noiseArgument(layer, 'input', at, 1)})`;
          },
        },
        right: {
          type: 'u_Delta',
          contiguous: 'extent',
          load: (col, d) => loadDelta(layer, 'u', 'deltas', d, col),
        },
        own: { type: 'u_Weight', load: (row, col) => weightOf(unit, 'u', row, col) },
      });
  const code = wgsl`
${enable}
${math}
${derivatives}
${unitFragment(unit, 'u')}
${Pass.wgsl}
${drawn ? Counter.wgsl : ''}
${declare(bindings)}
${drawn ? random : ''}
${noiseFunction(layer, 'input', drawn)}
${loadParameters(layer, 'u', 'theta')}
${declarations}

@compute @workgroup_size(${threads(tiling)})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
${body}
}
`;
  return { label: `backward to the weights ${inputs}×${outputs}`, code, bindings };
}
