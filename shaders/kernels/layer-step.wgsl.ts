/**
 * The end of a training step for one layer: adds the parts of the weight gradient in a fixed order, applies the chain
 * rule to the raw parameters, and either updates them (`update`: regulariser, clipping, optimiser, projection) or writes
 * the gradient (`gradient`), in parameter order.
 *
 * Where the norm of the gradient is clipped, a step has two such kernels: `whole` writes the gradient with its penalties among those
 * of the other layers, and `apply` goes on with it, scaled, once the norm is known (`gradient-norm.wgsl.ts`).
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { load, type ParameterKind, unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { loadAt, Pass } from './layer.ts';
import { type Layer, loadParameters, parameterCounts } from './parameters.ts';
import { kinds, updateParameters, wholeGradients } from './update.ts';

export const STEP_SIZE = 64;

/** Where the strength of the regulariser stands, and whether that is a mean; `l1`: whether there is that penalty. */
interface Penalties {
  strengthIndex: number;
  mean: boolean;
  l1: boolean;
}

/** The optimiser fragment's text with prefix `opt`, and its state floats per parameter. */
interface Optimizer {
  optimizer: string;
  slots: number;
}

/** `base` is where the layer's parameters begin in the gradient of the model. */
export type StepResult =
  | { kind: 'gradient' }
  | ({ kind: 'update' } & Optimizer & Penalties)
  | ({ kind: 'whole'; base: number } & Penalties)
  | ({ kind: 'apply'; base: number } & Optimizer);

export function layerStep(layer: Layer, result: StepResult): KernelSource {
  const { unit, inputs, outputs } = layer;
  const counts = parameterCounts(layer);
  const edges = inputs * outputs;
  const update = result.kind === 'update' || result.kind === 'apply';
  const penalised = result.kind === 'update' || result.kind === 'whole';
  const given = result.kind === 'apply';
  const bindings = {
    pass_info: uniform('Pass'),
    theta: update ? write() : read(),
    ...(given
      ? { whole_gradient: read(), norm_factor: read() }
      : {
          weight_gradients: read(),
          ...(counts.input + counts.output > 0 ? { sums: read() } : {}),
          ...(unit.group ? { group_gradients: read() } : {}),
        }),
    ...(update ? { moments: write(), step_info: read('opt_Step') } : {}),
    ...(result.kind === 'gradient' ? { gradient: write() } : {}),
    ...(result.kind === 'whole' ? { whole_gradient: write() } : {}),
    ...(penalised ? { strengths: read() } : {}),
  };
  /** What becomes of `gradient`, that of element `index` of a kind whose parameters start at `start`. */
  const finish = (kind: ParameterKind, start: number, count: number, index: string, gradient: string) => {
    const at = (field: number) => `${start + field * count}u + ${index}`;
    if (result.kind === 'gradient') {
      return `let element_gradient = ${gradient};
    ${kinds[kind]
      .fields(unit)
      .map((field, k) => `gradient[${at(k)}] = element_gradient.${field};`)
      .join('\n    ')}`;
    }
    const penalties =
      result.kind === 'apply'
        ? { share: 1 }
        : {
            strength: `strengths[${result.strengthIndex}u]`,
            share: result.mean ? 1 / count : 1,
            l1: result.l1 ? 'pass_info.l1' : undefined,
          };
    const theta = (field: number) => `theta[${at(field)}]`;
    const whole = { unit, prefix: 'u', kind, theta, gradient, clip: 'pass_info.clip', ...penalties };
    if (result.kind === 'whole')
      return wholeGradients(
        whole,
        (field, value) => `whole_gradient[${result.base}u + ${at(field)}] = ${value};`,
      );
    const { slots } = result;
    return updateParameters({
      ...whole,
      moment: (field, slot) => `moments[(${at(field)}) * ${slots}u + ${slot}u]`,
      slots,
      step: 'step_info',
    });
  };
  /** The gradient that `whole` wrote, scaled. */
  const scaled = (kind: ParameterKind, start: number, count: number, index: string) => {
    const base = result.kind === 'apply' ? result.base : 0;
    const at = (field: number) => `${base + start + field * count}u + ${index}`;
    const fields = kinds[kind]
      .fields(unit)
      .map((_, field) => `whole_gradient[${at(field)}] * norm_factor[0]`);
    return `u_${kinds[kind].type}(${fields.join(', ')})`;
  };
  /** The gradient of per-input or per-output parameters, which stands in `sums` field after field from `start`. */
  const summed = (kind: 'input' | 'output', start: number, count: number, index: string) =>
    given
      ? scaled(kind, counts.edge + start, count, index)
      : load(
          `u_${kinds[kind].type}`,
          kinds[kind].fields(unit),
          'sums',
          (k) => `${start + k * count}u + ${index}`,
        );
  const ofWeights = `var total = u_Weight();
    for (var part = 0u; part < pass_info.parts; part++) {
      total = u_add_weight(total, ${loadAt('u_Weight', unit.weight, 'weight_gradients', `part * ${edges}u + index`)});
    }
    let i = index / ${outputs}u;
    let edge = u_load_edge(i, index % ${outputs}u);
    let edge_gradient = u_weight_back(edge, ${unit.group ? 'u_load_group(i), ' : ''}total${unit.group ? `, ${loadAt('u_Group', unit.group, 'group_gradients', 'i')}` : ''});`;
  const code = wgsl`
${math}
${derivatives}
${unitFragment(unit, 'u')}
${'optimizer' in result ? result.optimizer : ''}
${Pass.wgsl}
${declare(bindings)}
${loadParameters(layer, 'u', 'theta')}

@compute @workgroup_size(${STEP_SIZE})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) grid: vec3u, @builtin(local_invocation_index) lane: u32) {
  let index = (group.y * grid.x + group.x) * ${STEP_SIZE}u + lane;
  if (index < ${edges}u) {
    ${given ? '' : ofWeights}
    ${unit.edge.length > 0 ? finish('edge', 0, edges, 'index', given ? scaled('edge', 0, edges, 'index') : 'edge_gradient') : ''}
    return;
  }
#if ${counts.input > 0}
  let input = index - ${edges}u;
  if (input < ${inputs}u) {
    ${finish('input', counts.edge, inputs, 'input', summed('input', 0, inputs, 'input'))}
    return;
  }
#endif
#if ${counts.output > 0}
  let output = index - ${edges + (counts.input > 0 ? inputs : 0)}u;
  if (output < ${outputs}u) {
    ${finish('output', counts.edge + counts.input, outputs, 'output', summed('output', counts.input, outputs, 'output'))}
  }
#endif
}
`;
  return { label: `step ${inputs}→${outputs} (${result.kind})`, code, bindings };
}

/** Threads of a layer's step: one per edge, and per input and output that has parameters. */
export function stepThreads(layer: Layer): number {
  const counts = parameterCounts(layer);
  const { inputs, outputs } = layer;
  return inputs * outputs + (counts.input > 0 ? inputs : 0) + (counts.output > 0 ? outputs : 0);
}
