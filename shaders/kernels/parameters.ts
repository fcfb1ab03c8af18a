/**
 * Where a layer's raw parameters stand in its flat array: one tensor after the other, row-major, first the edge fields
 * [in, out], then the input fields [in], then the output fields [out]. Gradients and optimiser state use the same order.
 *
 * Behind the parameters stand the groups of units that have them, [in, fields]: not parameters, but computed from them
 * before each forward pass.
 */
import { load, type UnitShader } from '../units/unit.ts';

export interface LayerShape {
  readonly inputs: number;
  readonly outputs: number;
}

/** A unit in a layer: its prefix in the shader and the shape of its layer. */
export interface Layer extends LayerShape {
  readonly unit: UnitShader;
}

/** Number of raw parameters of each kind: per edge, per input, per output, and in all. */
export function parameterCounts({ unit, inputs, outputs }: Layer) {
  const edge = unit.edge.length * inputs * outputs;
  const input = (unit.input?.length ?? 0) * inputs;
  const output = (unit.output?.length ?? 0) * outputs;
  return { edge, input, output, all: edge + input + output };
}

/** Floats of the array that holds a layer's parameters and groups. */
export const thetaFloats = (layer: Layer): number =>
  parameterCounts(layer).all + (layer.unit.group?.length ?? 0) * layer.inputs;

/** WGSL expression of the weight of edge (i, o). */
export const weightOf = (unit: UnitShader, p: string, i: string, o: string): string =>
  unit.group
    ? `${p}_weight(${p}_load_edge(${i}, ${o}), ${p}_load_group(${i}))`
    : `${p}_weight(${p}_load_edge(${i}, ${o}))`;

/**
 * `p_load_edge(i, o)`, `p_load_input(i)`, `p_load_output(o)` and, if there are groups, `p_load_group(i)`, which read a
 * layer's parameters from `array`, where they start at `base`.
 */
export function loadParameters(layer: Layer, p: string, array: string, base = 0): string {
  const { unit, inputs, outputs } = layer;
  const { edge, input, all } = parameterCounts(layer);
  const group = unit.group ?? [];
  const at = (start: number, count: number, index: string) => (field: number) =>
    `${start + field * count}u + ${index}`;
  return `
fn ${p}_load_edge(i: u32, o: u32) -> ${p}_Edge {
  let edge = i * ${outputs}u + o;
  return ${load(`${p}_Edge`, unit.edge, array, at(base, inputs * outputs, 'edge'))};
}
fn ${p}_load_input(i: u32) -> ${p}_Input {
  return ${load(`${p}_Input`, unit.input ?? [], array, at(base + edge, inputs, 'i'))};
}
fn ${p}_load_output(o: u32) -> ${p}_Output {
  return ${load(`${p}_Output`, unit.output ?? [], array, at(base + edge + input, outputs, 'o'))};
}
${
  group.length > 0
    ? `fn ${p}_load_group(i: u32) -> ${p}_Group {
  return ${load(`${p}_Group`, group, array, (field) => `${base + all + field}u + i * ${group.length}u`)};
}`
    : ''
}
`;
}
