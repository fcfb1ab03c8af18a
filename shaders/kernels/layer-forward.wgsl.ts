/**
 * Forward pass of one layer in one dispatch: weights, all products, exp, gate and blend; x [B, in] → y [B, out].
 *
 * What becomes of the result is a choice at compile time:
 * - `predict` writes y;
 * - `hidden`, in training, writes y and the accumulators the backward pass will need;
 * - `loss`, the last layer in training, goes straight on to the loss: it writes the deltas of its outputs and one
 *   partial loss per thread, and y itself never reaches memory.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { type LossPart, rowScale } from '../loss.ts';
import { math } from '../math.wgsl.ts';
import { random } from '../random.wgsl.ts';
import { unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { type AnyTiling, contraction, isPackedTiling, threads, tileCols } from './contraction.ts';
import { noiseArgument, noiseFunction, Pass, type StackedLayer, storeAt, storeDelta } from './layer.ts';
import { packedOperands } from './packed.ts';
import { packedContraction } from './packed-contraction.ts';
import { loadParameters, weightOf } from './parameters.ts';
import { Counter } from './tick.wgsl.ts';

/** `loss` is one of single outputs; `noise`: whether units with noise draw it. */
export type ForwardResult =
  | { kind: 'predict' }
  | { kind: 'hidden'; noise: boolean }
  | { kind: 'loss'; loss: LossPart; noise: boolean };

export function layerForward(layer: StackedLayer, tiling: AnyTiling, result: ForwardResult): KernelSource {
  const { unit, inputs, outputs } = layer;
  const packed = isPackedTiling(tiling);
  const operands = packed ? { features: read('array<vec4f>'), weights: read('array<vec4f>') } : { x: read() };
  const common = { pass_info: uniform('Pass'), theta: read(), ...operands };
  const drawn = unit.noise !== undefined && result.kind !== 'predict' && result.noise;
  const noise = noiseArgument(layer, 'output', 'at', 0);
  const results =
    result.kind === 'predict'
      ? { ...common, y: write() }
      : result.kind === 'hidden'
        ? { ...common, y: write(), accumulators: write() }
        : {
            ...common,
            targets: read(),
            ...(result.loss.weighted ? { sample_weights: read() } : {}),
            deltas: write(),
            partials: write(),
          };
  const bindings = drawn ? { ...results, counter: read('Counter') } : results;
  const scale = result.kind === 'loss' ? rowScale('pass_info.lossScale', result.loss, 'row') : '';
  const finish = {
    predict: `y[at] = u_out(sum, u_load_output(col)${noise});`,
    hidden: `y[at] = u_out(sum, u_load_output(col)${noise});
      ${storeAt('sum', unit.accumulator, 'accumulators', 'at')}`,
    loss: `let scale = ${scale};
      let target_value = targets[at];
      let parameters = u_load_output(col);
      let output = u_out(sum, parameters${noise});
      loss_here += scale * loss_loss(output, target_value);
      let delta = u_out_back(sum, parameters${noise}, scale * loss_loss_grad(output, target_value));
      ${storeDelta(layer, 'delta', 'deltas', 'row', 'col')}`,
  }[result.kind];
  const size = threads(tiling);
  const shared = {
    rows: 'pass_info.rows',
    cols: `${outputs}u`,
    before: result.kind === 'loss' ? 'var loss_here = 0.0;' : '',
    finish: `let at = row * ${outputs}u + col;
    ${finish}`,
    after:
      result.kind === 'loss'
        ? `partials[(group.y * ${Math.ceil(outputs / tileCols(tiling))}u + group.x) * ${size}u + lane] = loss_here;`
        : '',
  };
  const { features, weights } = packedOperands(layer);
  const { enable, declarations, body } = packed
    ? packedContraction({
        ...shared,
        tiling,
        sum: { type: 'u_Accumulator', fields: unit.accumulator },
        terms: unit.bilinear ?? [],
        start: '0u',
        end: `${Math.ceil(inputs / 4)}u`,
        left: { packed: features, along: 'depth' },
        right: { packed: weights, along: 'depth' },
      })
    : contraction({
        ...shared,
        tiling,
        sum: { type: 'u_Accumulator', zero: 'u_zero()' },
        step: (sum, left, right) => `u_fold(${sum}, ${left}, ${right})`,
        depthStart: '0u',
        depthEnd: `${inputs}u`,
        left: {
          type: 'u_Feature',
          contiguous: 'depth',
          load: (row, d) => {
            const at = `${row} * ${inputs}u + ${d}`;
            return `u_feature(x[${at}], u_load_input(${d})${noiseArgument(layer, 'input', at, 0)})`;
          },
        },
        right: {
          type: 'u_Weight',
          contiguous: 'extent',
          load: (col, d) => weightOf(unit, 'u', d, col),
        },
      });
  const code = wgsl`
${enable}
${math}
${derivatives}
${unitFragment(unit, 'u')}
${result.kind === 'loss' ? result.loss.text : ''}
${Pass.wgsl}
${drawn ? Counter.wgsl : ''}
${declare(bindings)}
${drawn ? random : ''}
${noiseFunction(layer, 'input', drawn)}${noiseFunction(layer, 'output', drawn)}
${loadParameters(layer, 'u', 'theta')}
${declarations}

@compute @workgroup_size(${size})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
${body}
}
`;
  return { label: `forward ${inputs}→${outputs} (${result.kind})`, code, bindings };
}
