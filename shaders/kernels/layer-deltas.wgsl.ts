/**
 * Where the backward pass of a stack begins, if its forward pass went no further than its outputs: the deltas of the last layer,
 * one thread per output at a time, from the accumulators [B, out] of the forward pass and
 *
 * - `gradient`: the gradient of the outputs, [B, out];
 * - `loss`: the targets, [B, out], by way of the loss, of which it writes one part per thread. Where the loss is one of whole rows,
 *   a thread has a row at a time, and reads its outputs twice.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { type LossPart, rowScale } from '../loss.ts';
import { math } from '../math.wgsl.ts';
import { random } from '../random.wgsl.ts';
import { drawsNoise, unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { loadAt, noiseArgument, noiseFunction, Pass, type StackedLayer, storeDelta } from './layer.ts';
import { loadParameters } from './parameters.ts';
import { Counter } from './tick.wgsl.ts';

const SIZE = 64;
const MOST_GROUPS = 64;

export type DeltasFrom = { kind: 'gradient' } | { kind: 'loss'; loss: LossPart };

const isPerRow = (from: DeltasFrom): boolean => from.kind === 'loss' && from.loss.perRow;

/** Workgroups over `rows` rows of `outputs` outputs. */
export const deltasGroups = (from: DeltasFrom, rows: number, outputs: number): number =>
  Math.min(MOST_GROUPS, Math.ceil((rows * (isPerRow(from) ? 1 : outputs)) / SIZE));

/** Parts of the loss. */
export const deltasPartials = (loss: LossPart, rows: number, outputs: number): number =>
  SIZE * deltasGroups({ kind: 'loss', loss }, rows, outputs);

/** `noised`: whether a unit with noise draws it, as in training; else it takes its mean, as in prediction. */
export function layerDeltas(layer: StackedLayer, from: DeltasFrom, noised: boolean): KernelSource {
  const { unit, outputs } = layer;
  const drawn = drawsNoise(unit, 'output') && noised;
  const perRow = isPerRow(from);
  const weighted = from.kind === 'loss' && from.loss.weighted;
  const bindings = {
    pass_info: uniform('Pass'),
    theta: read(),
    accumulators: read(),
    ...(from.kind === 'loss' ? { targets: read(), partials: write() } : { dy: read() }),
    ...(perRow ? { y: read() } : {}),
    ...(weighted ? { sample_weights: read() } : {}),
    deltas: write(),
    ...(drawn ? { counter: read('Counter') } : {}),
  };
  const noise = noiseArgument(layer, 'output', 'at', 0);
  const code = wgsl`
${math}
${derivatives}
${unitFragment(unit, 'u')}
${from.kind === 'loss' ? from.loss.text : ''}
${Pass.wgsl}
${drawn ? Counter.wgsl : ''}
${declare(bindings)}
${drawn ? random : ''}
${noiseFunction(layer, 'output', drawn)}
${loadParameters(layer, 'u', 'theta')}

@compute @workgroup_size(${SIZE})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) grid: vec3u) {
  var loss_here = 0.0;
#if ${perRow}
  for (var row = id.x; row < pass_info.rows; row += grid.x * ${SIZE}u) {
  var whole = loss_row();
  for (var at = row * ${outputs}u; at < (row + 1u) * ${outputs}u; at++) { whole = loss_row_add(whole, y[at], targets[at]); }
  for (var col = 0u; col < ${outputs}u; col++) {
    let at = row * ${outputs}u + col;
#else
  for (var at = id.x; at < pass_info.rows * ${outputs}u; at += grid.x * ${SIZE}u) {
    let row = at / ${outputs}u;
    let col = at % ${outputs}u;
#endif
    let parameters = u_load_output(col);
    let sum = ${loadAt('u_Accumulator', unit.accumulator, 'accumulators', 'at')};
#if ${from.kind === 'loss'}
    let scale = ${rowScale('pass_info.lossScale', { weighted }, 'row')};
    let output = u_out(sum, parameters${noise});
    let target_value = targets[at];
    loss_here += scale * loss_loss(output, target_value${perRow ? ', whole' : ''});
    let output_gradient = scale * loss_loss_grad(output, target_value${perRow ? ', whole' : ''});
#else
    let output_gradient = dy[at];
#endif
    let delta = u_out_back(sum, parameters${noise}, output_gradient);
    ${storeDelta(layer, 'delta', 'deltas', 'row', 'col')}
  }
#if ${perRow}
  }
#endif
#if ${from.kind === 'loss'}
  partials[id.x] = loss_here;
#endif
}
`;
  return { label: `deltas of ${outputs} (${from.kind}${perRow ? ' of rows' : ''})`, code, bindings };
}
