/**
 * Trains every model of an ensemble for many steps in one dispatch: a workgroup owns a model, its lanes share the rows of
 * the batch. Drawing the batch, forward, loss, backward, the sum over the lanes, penalties, clipping, optimiser and
 * projection all happen inside; parameters and optimiser state stay in workgroup memory from the first step to the last.
 *
 * A model whose loss is not finite, or beyond 1e30, is marked as diverged and keeps the parameters it had; the others never
 * notice.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import type { LossPart } from '../loss.ts';
import { math } from '../math.wgsl.ts';
import { random } from '../random.wgsl.ts';
import { struct } from '../struct.ts';
import { wgsl } from '../wgsl.ts';
import {
  backwardRow,
  declareStack,
  declareSums,
  fetchWeights,
  forwardRow,
  hasGroups,
  loopsFor,
  makeWeights,
  modelFloats,
  type NoiseText,
  prefixOf,
  sumRanges,
} from './ensemble-layers.ts';
import { reduction } from './ensemble-reduce.ts';
import { backwardSequence, forwardSequence, stepInputs } from './ensemble-sequence.ts';
import { type EnsembleSource, FIXED_COLUMNS, sourceText } from './ensemble-source.ts';
import { findModel, STATUS, TrainState } from './ensemble-train-state.ts';
import {
  declareNorm,
  type EnsembleUpdate,
  groupGradients,
  takeNorm,
  updateLayer,
} from './ensemble-update.ts';
import { NOISE_STREAMS } from './layer.ts';
import type { Layer } from './parameters.ts';

/** The uniform of a dispatch. */
export const Run = struct('Run', {
  /** Steps of this dispatch. */
  steps: 'u32',
  /** Where in the list of models this dispatch begins, and how many it trains. */
  first: 'u32',
  count: 'u32',
  /** Rows of the data, if training is on data. */
  rows: 'u32',
  /** Factor of the loss and its gradient. */
  lossScale: 'f32',
  /** Bound of the gradient's elements. */
  clip: 'f32',
  /** Bound of the norm of a model's whole gradient. */
  clipNorm: 'f32',
});

export interface EnsembleTraining extends EnsembleUpdate {
  /** Whether the lanes are exactly one subgroup. */
  readonly subgroups: boolean;
  readonly batch: number;
  readonly source: EnsembleSource;
  /** Steps of a training sequence, where the stack is recurrent (see `ensemble-sequence.ts`); undefined: rows are rows. */
  readonly sequence?: number | undefined;
  readonly loss: Pick<LossPart, 'text' | 'perRow'>;
  /** Text of the optimiser fragment, with prefix `opt`. */
  readonly optimizer: string;
}

/** Floats of workgroup memory up to which the optimiser state stays there. */
export const SHARED_STATE = 2048;

/** Floats of one model's state: parameters (and groups), then the optimiser's slots of each. */
export const stateFloats = (layers: readonly Layer[], slots: number): number =>
  modelFloats(layers) * (1 + slots);

export function ensembleTrain(config: EnsembleTraining): KernelSource {
  const { layers, lanes, batch, slots } = config;
  const loops = loopsFor(layers);
  const { sequence } = config;
  const inputs = sequence === undefined ? (layers[0] as Layer).inputs : stepInputs(layers);
  const outputs = (layers.at(-1) as Layer).outputs;
  const length = sequence === undefined ? {} : { steps: `${sequence}u` };
  const depth = layers.length;
  const floats = modelFloats(layers);
  const { ranges, totals } = sumRanges(layers);
  const reduce = reduction(ranges, totals, loops, lanes, config.subgroups);
  const source = sourceText(config.source, { inputs, outputs, ...length }, batch, loops);
  const columns = FIXED_COLUMNS + (config.source.kind === 'task' ? config.source.task.columns.length : 0);
  const shared = floats * (1 + slots) <= SHARED_STATE;
  const bindings = {
    run: uniform('Run'),
    hyper: uniform('opt_Hyper'),
    state: write(),
    train_states: write('array<TrainState>'),
    table: read('array<u32>'),
    models: read('array<u32>'),
    schedule: read(),
    losses: write(),
    ...(source.data ? { data: read() } : {}),
  };
  const noise: NoiseText = (k, kind, index) => {
    const width = (layers[k] as Layer)[`${kind}s`];
    // The cell of a recurrent stack draws at each step.
    const place = sequence !== undefined && k === 1 ? `(row * ${sequence}u + t)` : 'row';
    const element = `${place} * ${width}u + ${loops.u32(index)}`;
    return `r_unit(r_bits(vec4u(seed, ${NOISE_STREAMS[kind] + k}u, train_state.step, ${element})).x)`;
  };
  const { perRow } = config.loss;
  const whole = perRow ? ', whole' : '';
  const wholeRow = loops.each(
    outputs,
    (o) => `whole = loss_row_add(whole, ${loops.at(`x_${depth}`, o)}, ${loops.at('targets', o)});`,
  );
  const lossOf = loops.each(
    outputs,
    (o) => `{
      let y = ${loops.at(`x_${depth}`, o)};
      let t = ${loops.at('targets', o)};
      loss_here += run.lossScale * loss_loss(y, t${whole});
      ${loops.at(`dy_${depth}`, o)} = run.lossScale * loss_loss_grad(y, t${whole});
    }`,
  );
  const recurrent = sequence !== undefined && {
    ...{ layers, loops, source, noise },
    summed: config.source.kind === 'task',
    steps: `${sequence}u`,
  };
  const remainder = batch % lanes !== 0;
  const code = wgsl`
${config.subgroups ? 'enable subgroups;' : ''}
${math}
${derivatives}
${random}
// Of 1e30: no larger loss, no infinity and no NaN has bits below.
const LARGEST_LOSS_BITS = 0x7149f2cau;
${config.loss.text}
${config.optimizer}
${TrainState.wgsl}
${Run.wgsl}
${declare(bindings)}
${source.declarations}
var<workgroup> model_steps: u32;
var<workgroup> theta: array<f32, ${floats}>;
${shared ? `var<workgroup> moments: array<f32, ${Math.max(1, floats * slots)}>;` : ''}
${reduce.declarations}
${config.clipsNorm ? declareNorm(config) : ''}
${declareStack(layers)}
${layers
  .map(({ unit, inputs }, k) =>
    unit.group ? `var<workgroup> group_gradients_${k}: array<${prefixOf(k)}_Group, ${inputs}>;` : '',
  )
  .join('\n')}

@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  ${findModel('run')}
  let base = model * ${floats * (1 + slots)}u;
  let table_at = model * ${columns}u;
  let seed = table[table_at];
  let model_rate = bitcast<f32>(table[table_at + 1u]);
  var train_state = train_states[model];
  for (var n = lane; n < ${floats}u; n += ${lanes}u) { theta[n] = state[base + n]; }
  ${
    shared && slots > 0
      ? `for (var n = lane; n < ${floats * slots}u; n += ${lanes}u) { moments[n] = state[base + ${floats}u + n]; }`
      : ''
  }
  var last_loss = losses[model];
  // Models that do not train any more take no steps.
  if (lane == 0u) { model_steps = select(0u, run.steps, train_state.status == ${STATUS.running}u); }
  let steps = workgroupUniformLoad(&model_steps);
  for (var step = 0u; step < steps; step++) {
    let schedule_at = step * ${1 + depth}u;
    let info = opt_begin(hyper, model_rate * schedule[schedule_at], train_state.step + 1u);
    ${makeWeights(layers, lanes)}
    workgroupBarrier();
    ${fetchWeights(layers, loops)}
    ${declareSums(layers, loops)}
    var loss_here = 0.0;
    ${source.before}
    for (var pass_number = 0u; pass_number < ${Math.ceil(batch / lanes)}u; pass_number++) {
      let row = pass_number * ${lanes}u + lane;
      ${remainder ? `if (row < ${batch}u) {` : '{'}
      ${loops.declare('targets', 'f32', outputs)}
      ${
        recurrent
          ? forwardSequence(recurrent, sequence)
          : `${loops.declare('x_0', 'f32', inputs)}
      ${source.draw}
      ${forwardRow(layers, loops, noise)}`
      }
      ${loops.declare(`dy_${depth}`, 'f32', outputs)}
      ${perRow ? `var whole = loss_row();\n${wholeRow}` : ''}
      ${lossOf}
      ${recurrent ? backwardSequence(recurrent) : backwardRow(layers, loops, noise)}
      }
    }
    ${reduce.body}
    workgroupBarrier();
    ${layers.map((layer, k) => groupGradients(config, layer, k, ranges)).join('\n')}
    ${hasGroups(layers) ? 'workgroupBarrier();' : ''}
    ${config.clipsNorm ? takeNorm(config, ranges) : ''}
    let loss_bits = bitcast<u32>(totals[0]) & 0x7fffffffu;
    if (loss_bits > LARGEST_LOSS_BITS) { train_state.status = ${STATUS.diverged}u; }
    if (train_state.status == ${STATUS.running}u) {
      last_loss = totals[0];
      ${layers.map((layer, k) => updateLayer(config, layer, k, ranges, shared)).join('\n')}
      train_state.step += 1u;
      ${source.advance}
    }
    workgroupBarrier();
  }
  for (var n = lane; n < ${floats}u; n += ${lanes}u) { state[base + n] = theta[n]; }
  ${
    shared && slots > 0
      ? `for (var n = lane; n < ${floats * slots}u; n += ${lanes}u) { state[base + ${floats}u + n] = moments[n]; }`
      : ''
  }
  if (lane == 0u) {
    train_states[model] = train_state;
    losses[model] = last_loss;
  }
}
`;
  return { label: `ensemble of ${layers.map((l) => `${l.inputs}→${l.outputs}`).join(', ')}`, code, bindings };
}
