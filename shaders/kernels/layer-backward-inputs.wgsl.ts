/**
 * Backward pass of one layer towards its inputs, in one dispatch: deltas [B, out] → what lies before the layer.
 *
 * - `gradient` writes dx [B, in];
 * - `hidden` goes on through the layer before: it turns dx into that layer's deltas at once, so dx never reaches memory.
 *
 * Units with parameters per input also get the contribution of every row to their gradient, [B, in, fields].
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { random } from '../random.wgsl.ts';
import { drawsNoise, unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { type AnyTiling, contraction, isPackedTiling, threads } from './contraction.ts';
import {
  loadAt,
  loadDelta,
  noiseArgument,
  noiseFunction,
  Pass,
  type StackedLayer,
  storeAt,
  storeDelta,
} from './layer.ts';
import { packedOperands } from './packed.ts';
import { packedContraction } from './packed-contraction.ts';
import { loadParameters, weightOf } from './parameters.ts';
import { Counter } from './tick.wgsl.ts';

/** `noise`: whether the forward pass drew the noise of units that have it. */
export function layerBackwardInputs(
  layer: StackedLayer,
  tiling: AnyTiling,
  before: StackedLayer | undefined,
  noise: boolean,
): KernelSource {
  const { unit, inputs, outputs } = layer;
  const own = unit.input ?? [];
  const packed = isPackedTiling(tiling);
  const drawnBefore = noise && before !== undefined && drawsNoise(before.unit, 'output');
  const drawn = noise && drawsNoise(unit, 'input');
  const ownNoise = (at: string) => noiseArgument(layer, 'input', at, 1);
  const bindings = {
    pass_info: uniform('Pass'),
    theta: read(),
    x: read(),
    ...(packed ? { weights: read('array<vec4f>'), deltas: read('array<vec4f>') } : { deltas: read() }),
    ...(before
      ? { theta_before: read(), accumulators_before: read(), deltas_before: write() }
      : { dx: write() }),
    ...(own.length > 0 ? { input_gradients: write() } : {}),
    ...(drawn || drawnBefore ? { counter: read('Counter') } : {}),
  };
  const shared = {
    rows: 'pass_info.rows',
    cols: `${inputs}u`,
    finish: `let at = row * ${inputs}u + col;
      let source = u_feature_back(x[at], u_load_input(col)${ownNoise('at')}, sum);
      ${own.length > 0 ? storeAt('source.s', own, 'input_gradients', 'at') : ''}
      ${
        before
          ? `let accumulator = ${loadAt('v_Accumulator', before.unit.accumulator, 'accumulators_before', 'at')};
      let delta = v_out_back(accumulator, v_load_output(col)${noiseArgument(before, 'output', 'at', 1)}, source.x);
      ${storeDelta(before, 'delta', 'deltas_before', 'row', 'col')}`
          : 'dx[at] = source.x;'
      }`,
  };
  const { weights, deltas } = packedOperands(layer);
  const { enable, declarations, body } = packed
    ? packedContraction({
        ...shared,
        tiling,
        sum: { type: 'u_Feature', fields: unit.feature },
        terms: (unit.bilinear ?? []).map(([sum, feature, weight]) => [feature, sum, weight] as const),
        start: '0u',
        end: `${Math.ceil(outputs / 4)}u`,
        left: { packed: deltas, along: 'depth' },
        right: { packed: weights, along: 'extent' },
      })
    : contraction({
        ...shared,
        tiling,
        own: {
          type: 'u_Feature',
          load: (row: string, col: string) => {
            const at = `${row} * ${inputs}u + ${col}`;
            return `u_feature(x[${at}], u_load_input(${col})${ownNoise(at)})`;
          },
        },
        sum: { type: 'u_Feature', zero: 'u_Feature()' },
        step: (sum: string, left: string, right: string, feature: string) =>
          `u_add_feature(${sum}, u_fold_back(${feature}, ${right}, ${left}).x)`,
        depthStart: '0u',
        depthEnd: `${outputs}u`,
        left: {
          type: 'u_Delta',
          contiguous: 'depth',
          load: (row, d) => loadDelta(layer, 'u', 'deltas', row, d),
        },
        right: {
          type: 'u_Weight',
          contiguous: 'depth',
          load: (col, d) => weightOf(unit, 'u', col, d),
        },
      });
  const code = wgsl`
${enable}
${math}
${derivatives}
${unitFragment(unit, 'u')}
${before ? unitFragment(before.unit, 'v') : ''}
${Pass.wgsl}
${drawn || drawnBefore ? Counter.wgsl : ''}
${declare(bindings)}
${drawn || drawnBefore ? random : ''}
${noiseFunction(layer, 'input', drawn)}${before ? noiseFunction(before, 'output', drawnBefore) : ''}
${loadParameters(layer, 'u', 'theta')}
${before ? loadParameters(before, 'v', 'theta_before') : ''}
${declarations}

@compute @workgroup_size(${threads(tiling)})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
${body}
}
`;
  return {
    label: `backward to the inputs ${outputs}→${inputs} (${before ? 'hidden' : 'gradient'})`,
    code,
    bindings,
  };
}
