import { expect, it } from 'vitest';
import { derivatives } from '../../shaders/derivatives.wgsl.ts';
import { math } from '../../shaders/math.wgsl.ts';
import { drawsNoise, unitFragment } from '../../shaders/units/unit.ts';
import { createRandom } from '../../src/random.ts';
import { units } from '../../src/units/registry.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();
const ITEMS = 200;

/** The invariants that engines rely on when they pad tiles; see shaders/units/unit.ts. */
it.each(units.map((unit) => unit.name))('%s keeps the contract of units', async (name) => {
  const unit = units.find((candidate) => candidate.name === name) as (typeof units)[number];
  const shader = unit.shader(unit.options);
  const { edge, input = [], output = [], feature, weight, accumulator } = shader;
  let inputs = 1;
  const read = (fields: readonly string[]) => fields.map(() => `real(${inputs++}u)`).join(', ');
  const edgeValue = `u_Edge(${read(edge)})`;
  const inputValue = input.length > 0 ? `u_Input(${read(input)})` : 'u_Input()';
  const group = shader.group ? ', u_group_fold(u_group_zero(), edge)' : '';
  const noise = drawsNoise(shader, 'input') ? ', 0.3' : '';
  let outputs = 0;
  const put = (value: string, fields: readonly string[]) =>
    fields.map((field) => `put_real(${outputs++}u, ${value}.${field});`).join('\n');
  const body = `
    let edge = ${edgeValue};
    let own = ${inputValue};
    let x = u_feature(real(0u), own${noise});
    let w = u_weight(edge${group});
    let a = u_fold(u_zero(), x, w);
    let padded = u_fold(a, x, u_Weight());
    ${accumulator.map((field) => `put_real(${outputs++}u, padded.${field} - a.${field});`).join('\n')}
    let back = u_fold_back(x, w, u_Delta());
    ${put('back.x', feature)}
    ${put('back.w', weight)}
    let source = u_feature_back(real(0u), own${noise}, u_Feature());
    put_real(${outputs++}u, source.x);
    ${input.length > 0 ? put('source.s', input) : ''}
    ${put(`u_weight_back(edge${group}, u_Weight()${shader.group ? ', u_Group()' : ''})`, edge)}
    ${output.length > 0 ? put('u_output_back(u_Delta())', output) : ''}`;
  const random = createRandom(1);
  const { reals } = await run({
    code: `${math}${derivatives}${unitFragment(shader, 'u')}`,
    body,
    input: Float32Array.from({ length: inputs * ITEMS }, (_, index) =>
      index % 5 === 0 ? 0 : random.uniform(-3, 3),
    ),
    inputs,
    outputs,
  });
  expect(reals.every((value) => value === 0)).toBe(true);
});
