/**
 * Makes the packed operands of a wide layer before its forward pass (see `packed.ts`): `features` of every row, and
 * `weights` of every edge, each once. A thread makes the four values of one block.
 */
import { declare, type KernelSource, read, uniform, write } from '../bindings.ts';
import { derivatives } from '../derivatives.wgsl.ts';
import { math } from '../math.wgsl.ts';
import { unitFragment } from '../units/unit.ts';
import { wgsl } from '../wgsl.ts';
import { Pass } from './layer.ts';
import { packedAt, packedOperands } from './packed.ts';
import { type Layer, loadParameters, weightOf } from './parameters.ts';

/** A workgroup's extent over the blocks and over the other axis. */
const BLOCKS = 4;
const OTHERS = 16;

/** Workgroups over the inputs, and over `others` rows or outputs. */
export const packGrid = (inputs: number, others: number): readonly [number, number, number] => [
  Math.ceil(inputs / (4 * BLOCKS)),
  Math.ceil(others / OTHERS),
  1,
];

export function layerPack(layer: Layer, kind: 'features' | 'weights'): KernelSource {
  const { unit, inputs, outputs } = layer;
  const features = kind === 'features';
  const packed = packedOperands(layer)[kind];
  const type = features ? 'u_Feature' : 'u_Weight';
  const bindings = {
    pass_info: uniform('Pass'),
    theta: read(),
    ...(features ? { x: read() } : {}),
    [kind]: write('array<vec4f>'),
  };
  const made = (k: number) =>
    features
      ? `u_feature(x[other * ${inputs}u + block * 4u + ${k}u], u_load_input(block * 4u + ${k}u))`
      : weightOf(unit, 'u', `block * 4u + ${k}u`, 'other');
  const values = [0, 1, 2, 3];
  const code = wgsl`
${math}
${derivatives}
${unitFragment(unit, 'u')}
${Pass.wgsl}
${declare(bindings)}
${loadParameters(layer, 'u', 'theta')}

@compute @workgroup_size(${BLOCKS * OTHERS})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let other = group.y * ${OTHERS}u + lane % ${OTHERS}u;
  let block = group.x * ${BLOCKS}u + lane / ${OTHERS}u;
  if (other >= ${features ? 'pass_info.rows' : `${outputs}u`} || block >= ${Math.ceil(inputs / 4)}u) { return; }
  ${values
    .map((k) => {
      const check = inputs % 4 === 0 || k === 0 ? '' : `if (block * 4u + ${k}u < ${inputs}u) `;
      return `var value_${k} = ${type}();\n  ${check}{ value_${k} = ${made(k)}; }`;
    })
    .join('\n  ')}
  ${packed.fields
    .map(
      (field, f) =>
        `${kind}[${packedAt(packed, f, 'block', 'other')}] = vec4f(${values.map((k) => `value_${k}.${field}`).join(', ')});`,
    )
    .join('\n  ')}
}
`;
  return { label: `${kind} ${inputs}→${outputs}`, code, bindings };
}
