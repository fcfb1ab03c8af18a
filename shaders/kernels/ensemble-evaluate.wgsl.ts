/**
 * Mean squared error of every model of an ensemble on a fixed set of rows: one workgroup per model, its lanes share the
 * rows. Noise is what it is in prediction.
 *
 * At log points it also decides: a model whose error is below its bound stops, and penalties that wait for the validation
 * error come into effect or go out of it. So training can go on while the errors are on their way to the CPU.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { random } from '../random.wgsl.ts';
import { struct } from '../struct.ts';
import { quietNoise } from '../units/unit.ts';
import { f32, wgsl } from '../wgsl.ts';
import {
  declareStack,
  fetchWeights,
  forwardRow,
  loopsFor,
  makeWeights,
  modelFloats,
  type NoiseText,
} from './ensemble-layers.ts';
import { reduction } from './ensemble-reduce.ts';
import { forwardSequence, stepInputs } from './ensemble-sequence.ts';
import { dataRow, type TaskShader, taskRow, wholeRow } from './ensemble-source.ts';
import { findModel, STATUS, TrainState } from './ensemble-train-state.ts';
import type { Layer } from './parameters.ts';

/** The uniform of a dispatch. */
export const Evaluation = struct('Evaluation', {
  /** Where in the list of models this dispatch begins, and how many it takes. */
  first: 'u32',
  count: 'u32',
  rows: 'u32',
  /** Steps of each row, where rows are sequences. */
  steps: 'u32',
  /** Seed of a task's draws. */
  seed: 'u32',
  /** 1 / (rows · outputs). */
  scale: 'f32',
  /** 1 at log points, where models are stopped and penalties switched; else 0. */
  decide: 'u32',
});

/** Columns of a set's per-model table before those of its task: the error below which the model stops. */
export const BOUND_COLUMNS = 1;

export interface EnsembleEvaluation {
  readonly layers: readonly Layer[];
  readonly lanes: number;
  readonly subgroups: boolean;
  /** Optimiser slots per parameter, which decide where a model's state begins. */
  readonly slots: number;
  /** Whether the stack is recurrent: see `ensemble-sequence.ts`. */
  readonly recurrent?: boolean;
  /** What draws the rows; without one they stand in a buffer. */
  readonly task?: TaskShader;
  /** Whether models stop below their bound on this set. */
  readonly stops: boolean;
  /** The error on this set below which waiting penalties are in effect. */
  readonly penaltyBelow?: number;
}

export function ensembleEvaluate(config: EnsembleEvaluation): KernelSource {
  const { layers, lanes, subgroups, slots, task, penaltyBelow } = config;
  const loops = loopsFor(layers);
  const inputs = config.recurrent ? stepInputs(layers) : (layers[0] as Layer).inputs;
  const outputs = (layers.at(-1) as Layer).outputs;
  const floats = modelFloats(layers);
  const reduce = reduction([], 1, loops, lanes, subgroups);
  const bindings = {
    evaluation: uniform('Evaluation'),
    state: read(),
    models: read('array<u32>'),
    table: read('array<u32>'),
    train_states: write('array<TrainState>'),
    errors: write(),
    ...(task ? {} : { data: read() }),
  };
  const width = BOUND_COLUMNS + (task?.columns.length ?? 0);
  const steps = 'evaluation.steps';
  const shape = { inputs, outputs, ...(config.recurrent && { steps }) };
  const source = task
    ? taskRow(task, shape, loops, { step: '0u', columns: BOUND_COLUMNS })
    : dataRow('let data_row = row;', shape, loops);
  const noise: NoiseText = (k) => quietNoise((layers[k] as Layer).unit);
  const code = wgsl`
${subgroups ? 'enable subgroups;' : ''}
${math}
${derivatives}
${random}
${TrainState.wgsl}
${Evaluation.wgsl}
${declare(bindings)}
${task?.declarations ?? ''}
var<workgroup> theta: array<f32, ${floats}>;
${reduce.declarations}
${declareStack(layers)}

@compute @workgroup_size(${lanes})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  ${findModel('evaluation')}
  let base = model * ${floats * (1 + slots)}u;
  let table_at = model * ${width}u;
  let seed = evaluation.seed;
  for (var n = lane; n < ${floats}u; n += ${lanes}u) { theta[n] = state[base + n]; }
  workgroupBarrier();
  ${makeWeights(layers, lanes)}
  workgroupBarrier();
  ${fetchWeights(layers, loops)}
  var loss_here = 0.0;
  for (var row = lane; row < evaluation.rows; row += ${lanes}u) {
    ${loops.declare('targets', 'f32', outputs)}
    ${
      config.recurrent
        ? forwardSequence({ layers, loops, source, noise, steps, summed: task !== undefined })
        : `${loops.declare('x_0', 'f32', inputs)}
    ${wholeRow(source)}
    ${forwardRow(layers, loops, noise)}`
    }
    ${loops.each(
      outputs,
      (o) => `{
      let error = ${loops.at(`x_${layers.length}`, o)} - ${loops.at('targets', o)};
      loss_here += evaluation.scale * error * error;
    }`,
    )}
  }
  ${reduce.body}
  workgroupBarrier();
  if (lane == 0u) {
    let error = totals[0];
    errors[model] = error;
    let small = evaluation.decide != 0u && m_finite_bits(bitcast<u32>(error));
    ${
      config.stops
        ? `if (small && train_states[model].status == ${STATUS.running}u && error < bitcast<f32>(table[table_at])) {
      train_states[model].status = ${STATUS.stopped}u;
    }`
        : ''
    }
    ${
      penaltyBelow === undefined
        ? ''
        : `if (evaluation.decide != 0u) {
      train_states[model].penalty = select(0.0, 1.0, small && error < ${f32(Math.min(penaltyBelow, 3e38))});
    }`
    }
  }
}
`;
  return {
    label: `ensemble evaluation of ${layers.map((l) => `${l.inputs}→${l.outputs}`).join(', ')}`,
    code,
    bindings,
  };
}
