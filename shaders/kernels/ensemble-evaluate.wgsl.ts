/**
 * Mean squared error of every model of an ensemble on a fixed set of rows: one workgroup per model, its lanes share the
 * rows. Units with noise use its mean.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { math } from '../math.wgsl.ts';
import { slopes } from '../slopes.wgsl.ts';
import { struct } from '../struct.ts';
import { wgsl } from '../wgsl.ts';
import {
  declareStack,
  fetchWeights,
  forwardRow,
  loopsFor,
  makeWeights,
  modelFloats,
} from './ensemble-layers.ts';
import { reduction } from './ensemble-reduce.ts';
import type { Layer } from './parameters.ts';

/** The uniform of a dispatch. */
export const Evaluation = struct('Evaluation', {
  /** Where in the list of models this dispatch begins. */
  first: 'u32',
  rows: 'u32',
  /** 1 / (rows · outputs). */
  scale: 'f32',
});

export interface EnsembleEvaluation {
  readonly layers: readonly Layer[];
  readonly lanes: number;
  readonly subgroups: boolean;
  /** Optimiser slots per parameter, which decide where a model's state begins. */
  readonly slots: number;
}

export function ensembleEvaluate({ layers, lanes, subgroups, slots }: EnsembleEvaluation): KernelSource {
  const loops = loopsFor(layers);
  const inputs = (layers[0] as Layer).inputs;
  const outputs = (layers.at(-1) as Layer).outputs;
  const floats = modelFloats(layers);
  const reduce = reduction([], 1, loops, lanes, subgroups);
  const bindings = {
    evaluation: uniform('Evaluation'),
    state: read(),
    models: read('array<u32>'),
    data: read(),
    errors: write(),
  };
  const code = wgsl`
${subgroups ? 'enable subgroups;' : ''}
${math}
${slopes}
${Evaluation.wgsl}
${declare(bindings)}
var<workgroup> theta: array<f32, ${floats}>;
${reduce.declarations}
${declareStack(layers)}

@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let model = models[evaluation.first + group.x];
  let base = model * ${floats * (1 + slots)}u;
  for (var n = lane; n < ${floats}u; n += ${lanes}u) { theta[n] = state[base + n]; }
  workgroupBarrier();
  ${makeWeights(layers, lanes)}
  workgroupBarrier();
  ${fetchWeights(layers, loops)}
  var loss_here = 0.0;
  for (var row = lane; row < evaluation.rows; row += ${lanes}u) {
    let data_at = row * ${inputs + outputs}u;
    ${loops.declare('x_0', 'f32', inputs)}
    ${loops.each(inputs, (i) => `${loops.at('x_0', i)} = data[data_at + ${loops.u32(i)}];`)}
    ${forwardRow(layers, loops, () => '0.5')}
    ${loops.each(
      outputs,
      (o) => `{
      let error = ${loops.at(`x_${layers.length}`, o)} - data[data_at + ${inputs}u + ${loops.u32(o)}];
      loss_here += evaluation.scale * error * error;
    }`,
    )}
  }
  ${reduce.body}
  workgroupBarrier();
  if (lane == 0u) { errors[model] = totals[0]; }
}
`;
  return {
    label: `ensemble evaluation of ${layers.map((l) => `${l.inputs}→${l.outputs}`).join(', ')}`,
    code,
    bindings,
  };
}
