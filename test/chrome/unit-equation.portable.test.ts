import { expect, it } from 'vitest';
import { derivatives } from '../../shaders/derivatives.wgsl.ts';
import { math } from '../../shaders/math.wgsl.ts';
import { drawsNoise, unitFragment } from '../../shaders/units/unit.ts';
import { gradient } from '../../src/expression/differentiate.ts';
import { compile } from '../../src/expression/evaluate.ts';
import { constant, type Expression, op, replaceLeaves, variable } from '../../src/expression/tree.ts';
import { createRandom } from '../../src/random.ts';
import { resolveEquation } from '../../src/units/equation.ts';
import { units } from '../../src/units/registry.ts';
import type { Unit } from '../../src/units/unit.ts';
import { relativeError } from '../support/compare.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();
const ITEMS = 300;
/** Two inputs and one output; with one output, a share is 1. */
const INPUTS = 2;

const put = (expression: Expression, scope: Readonly<Record<string, Expression>>): Expression =>
  replaceLeaves(expression, (leaf) => (leaf.kind === 'symbol' ? (scope[leaf.name] ?? leaf) : leaf));

/** y of a layer as one expression over columns: both x, the parameters of both edges, of both inputs, of the output. */
function wholeEquation(unit: Unit) {
  if (!unit.equation) throw new Error(`${unit.name} has no equation`);
  const equation = resolveEquation(unit.equation, unit.options);
  const { parameters, weights, softmax, inputs = {}, outputs = {}, features, accumulators, out } = equation;
  let columns = INPUTS;
  const next = (names: readonly string[] = []) =>
    Object.fromEntries(names.map((name) => [name, variable(columns++)] as const));
  const both = [0, 1];
  const edges = both.map(() => next(parameters.edge));
  const own = both.map(() => next(parameters.input));
  const output = next(parameters.output);
  const all = (named: Readonly<Record<string, Expression>>, scope: Readonly<Record<string, Expression>>) =>
    Object.fromEntries(Object.entries(named).map(([name, value]) => [name, put(value, scope)]));
  const scopes = both.map((i) => {
    const input = all(inputs, own[i] ?? {});
    const edge = all(weights, edges[i] ?? {});
    if (softmax !== undefined) edge[softmax] = constant(1);
    return { ...all(features, { ...input, x: variable(i), noise: constant(0.3) }), ...edge };
  });
  const folded = Object.entries(accumulators).map(([name, { kind, term }]) => {
    const terms = scopes.map((scope) => put(term, scope));
    return [name, kind === 'sum' ? op.add(...terms) : op.multiply(...terms)] as const;
  });
  const y = put(out, { ...Object.fromEntries(folded), ...all(outputs, output), noise: constant(0.3) });
  return { y, columns };
}

/** Holds the WGSL of every unit, written or printed, against its equation and the symbolic derivative of that. */
it.each(units.map((unit) => [unit.name, unit] as const))('%s is its equation', async (_, unit) => {
  const shader = unit.shader(unit.options);
  const { edge, input = [], output = [] } = shader;
  const { y, columns } = wholeEquation(unit);
  let at = INPUTS;
  const read = (type: string, fields: readonly string[]) =>
    `${type}(${fields.map(() => `real(${at++}u)`).join(', ')})`;
  const both = [0, 1];
  const edges = both.map((i) => `let e${i} = ${read('u_Edge', edge)};`);
  const inputs = both.map((i) => `let s${i} = ${read('u_Input', input)};`);
  const own = `let s = ${read('u_Output', output)};`;
  let outputs = 0;
  const write = (value: string, fields: readonly string[]) =>
    fields.map((field) => `put_real(${outputs++}u, ${value}.${field});`).join('\n');
  const noise = drawsNoise(shader, 'output') ? ', 0.3' : '';
  const inputNoise = drawsNoise(shader, 'input') ? ', 0.3' : '';
  const group = shader.group ? both.map((i) => `let g${i} = u_group_fold(u_group_zero(), e${i});`) : [];
  const weight = (i: number) => (shader.group ? `u_weight(e${i}, g${i})` : `u_weight(e${i})`);
  const weightBack = (i: number) =>
    shader.group
      ? `u_weight_back(e${i}, g${i}, b${i}.w, u_group_back(e${i}, g${i}, b${i}.w))`
      : `u_weight_back(e${i}, b${i}.w)`;
  const body = `
    ${[...edges, ...inputs, own, ...group].join('\n')}
    ${both.map((i) => `let f${i} = u_feature(real(${i}u), s${i}${inputNoise}); let w${i} = ${weight(i)};`).join('\n')}
    let a = u_fold(u_fold(u_zero(), f0, w0), f1, w1);
    put_real(${outputs++}u, u_out(a, s${noise}));
    let d = u_out_back(a, s${noise}, 1.0);
    ${both.map((i) => `let b${i} = u_fold_back(f${i}, w${i}, d); let r${i} = u_feature_back(real(${i}u), s${i}${inputNoise}, b${i}.x);`).join('\n')}
    ${both.map((i) => `put_real(${outputs++}u, r${i}.x);`).join('\n')}
    ${both.map((i) => write(weightBack(i), edge)).join('\n')}
    ${both.map((i) => (input.length > 0 ? write(`r${i}.s`, input) : '')).join('\n')}
    ${output.length > 0 ? write('u_output_back(d)', output) : ''}`;
  const random = createRandom(5);
  // The sNMU divides by 1 + W (n − 1), which is 0 for a W outside its range.
  const least = unit.name === 'sNMU' ? 0.1 : -1.5;
  const values = Float32Array.from({ length: columns * ITEMS }, () => random.uniform(least, 1.5));
  const { reals } = await run({
    code: `${math}${derivatives}${unitFragment(shader, 'u')}`,
    body,
    input: values,
    inputs: columns,
    outputs,
  });
  const leaves = Array.from({ length: columns }, (_leaf, k) => variable(k));
  const functions = [y, ...gradient(y, leaves)].map(compile);
  functions.forEach((f, k) => {
    const expected = Float64Array.from({ length: ITEMS }, (_item, n) => f(values.subarray(n * columns)));
    const found = expected.map((_value, n) => reals[n * outputs + k] as number);
    expect(relativeError(found, expected), k === 0 ? 'y' : `∂y/∂ column ${k - 1}`).toBeLessThan(1e-5);
  });
  expect(outputs).toBe(1 + columns);
});
