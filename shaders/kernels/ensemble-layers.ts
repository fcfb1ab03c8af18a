/**
 * The text of a stack of layers inside one kernel: one lane takes one row at a time through all layers and back, with
 * everything it needs in registers. Lanes of a workgroup share the parameters (`theta`) and the weights made of them
 * (`weights_k`), both in workgroup memory.
 *
 * Names: layer k has the prefix `lk`; its inputs are `x_k`, features `f_k`, accumulators `a_k`, and, on the way back,
 * the adjoints of its outputs `dy_k`, of its features `df_k`; the sums over the lane's rows are `gw_k`, `gi_k`, `go_k`.
 */
import { drawsNoise, type NoiseKind, type UnitShader, unitFragment } from '../units/unit.ts';
import { type Loops, looped, writtenOut } from './loops.ts';
import { type Layer, loadParameters, parameterCounts, thetaFloats, weightOf } from './parameters.ts';

/** Edges up to which a stack is written out; beyond, it is loops over arrays. */
const WRITTEN_OUT_EDGES = 256;

export const prefixOf = (k: number): string => `l${k}`;
export const edgesOf = ({ inputs, outputs }: Layer): number => inputs * outputs;

/** Where a layer's parameters start in `theta`. */
export const baseOf = (layers: readonly Layer[], k: number): number =>
  layers.slice(0, k).reduce((sum, layer) => sum + thetaFloats(layer), 0);

/** Floats of `theta`: all parameters and groups of one model. */
export const modelFloats = (layers: readonly Layer[]): number => baseOf(layers, layers.length);

export const loopsFor = (layers: readonly Layer[]): Loops =>
  layers.reduce((sum, layer) => sum + edgesOf(layer), 0) <= WRITTEN_OUT_EDGES ? writtenOut : looped();

/** Fragments of all units, workgroup arrays, and functions that read parameters. */
export function declareStack(layers: readonly Layer[]): string {
  return layers
    .map((layer, k) => {
      const p = prefixOf(k);
      return `${unitFragment(layer.unit, p)}
var<workgroup> weights_${k}: array<${p}_Weight, ${edgesOf(layer)}>;
${loadParameters(layer, p, 'theta', baseOf(layers, k))}`;
    })
    .join('');
}

/** Makes the weights of all layers, each lane its share. Barriers before and after are the caller's. */
export function makeWeights(layers: readonly Layer[], lanes: number): string {
  const groups = layers.map((layer, k) => {
    const { group } = layer.unit;
    if (!group) return '';
    const p = prefixOf(k);
    const at = baseOf(layers, k) + parameterCounts(layer).all;
    return `for (var i = lane; i < ${layer.inputs}u; i += ${lanes}u) {
  var group = ${p}_group_zero();
  for (var o = 0u; o < ${layer.outputs}u; o++) { group = ${p}_group_fold(group, ${p}_load_edge(i, o)); }
  ${group.map((field, n) => `theta[${at + n}u + i * ${group.length}u] = group.${field};`).join(' ')}
}`;
  });
  const weights = layers.map(
    (layer, k) => `for (var e = lane; e < ${edgesOf(layer)}u; e += ${lanes}u) {
  weights_${k}[e] = ${weightOf(layer.unit, prefixOf(k), `e / ${layer.outputs}u`, `e % ${layer.outputs}u`)};
}`,
  );
  return hasGroups(layers)
    ? `${groups.join('\n')}\nworkgroupBarrier();\n${weights.join('\n')}`
    : weights.join('\n');
}

export const hasGroups = (layers: readonly Layer[]): boolean => layers.some(({ unit }) => unit.group);

/** Takes the weights into registers where the stack is written out. */
export function fetchWeights(layers: readonly Layer[], loops: Loops): string {
  if (loops !== writtenOut) return '';
  return layers
    .map((layer, k) => loops.each(edgesOf(layer), (e) => `let weight_${k}_${e} = weights_${k}[${e}u];`))
    .join('\n');
}

const weight = (loops: Loops, k: number, e: string): string =>
  loops === writtenOut ? `weight_${k}_${e}` : `weights_${k}[${e}]`;

/** The expression of the noise of layer k's input or output `index`. */
export type NoiseText = (k: number, kind: NoiseKind, index: string) => string;

/** Layers of a stack, from index `from` up to, not including, `to`. Default: all. */
export interface Part {
  readonly from?: number;
  readonly to?: number;
}

const partOf = (layers: readonly Layer[], { from = 0, to = layers.length }: Part) =>
  [...layers.entries()].slice(from, to);

/** From the inputs of the part's first layer, `x_0`, to the outputs of its last, `x_L`, of one row. Noise of inputs is kept in `n_k`. */
export function forwardRow(
  layers: readonly Layer[],
  loops: Loops,
  noise: NoiseText,
  part: Part = {},
): string {
  return partOf(layers, part)
    .map(([k, layer]) => {
      const p = prefixOf(k);
      const { inputs, outputs } = layer;
      const x = (i: string) => loops.at(`x_${k}`, i);
      const noisy = drawsNoise(layer.unit, 'input');
      return `${noisy ? loops.declare(`n_${k}`, 'f32', inputs) : ''}
${noisy ? loops.each(inputs, (i) => `${loops.at(`n_${k}`, i)} = ${noise(k, 'input', i)};`) : ''}
${loops.declare(`f_${k}`, `${p}_Feature`, inputs)}
${loops.each(inputs, (i) => `${loops.at(`f_${k}`, i)} = ${p}_feature(${x(i)}, ${p}_load_input(${loops.u32(i)})${inputNoise(layer.unit, loops, k, i)});`)}
${loops.declare(`a_${k}`, `${p}_Accumulator`, outputs)}
${loops.declare(`x_${k + 1}`, 'f32', outputs)}
${loops.each(
  outputs,
  (o) => `{
  var acc = ${p}_zero();
  ${loops.each(inputs, (i) => `acc = ${p}_fold(acc, ${loops.at(`f_${k}`, i)}, ${weight(loops, k, loops.flat(i, outputs, o))});`)}
  ${loops.at(`a_${k}`, o)} = acc;
  ${loops.at(`x_${k + 1}`, o)} = ${p}_out(acc, ${p}_load_output(${loops.u32(o)})${outputNoise(layer.unit, noise, k, o)});
}`,
)}`;
    })
    .join('\n');
}

const outputNoise = (unit: UnitShader, noise: NoiseText, k: number, o: string): string =>
  drawsNoise(unit, 'output') ? `, ${noise(k, 'output', o)}` : '';
const inputNoise = (unit: UnitShader, loops: Loops, k: number, i: string): string =>
  drawsNoise(unit, 'input') ? `, ${loops.at(`n_${k}`, i)}` : '';

/** Declares the sums over the rows. */
export const declareSums = (layers: readonly Layer[], loops: Loops): string =>
  layers
    .map((layer, k) => {
      const p = prefixOf(k);
      const { input, output } = parameterCounts(layer);
      return `${loops.declare(`gw_${k}`, `${p}_Weight`, edgesOf(layer))}
${input > 0 ? loops.declare(`gi_${k}`, `${p}_Input`, layer.inputs) : ''}
${output > 0 ? loops.declare(`go_${k}`, `${p}_Output`, layer.outputs) : ''}`;
    })
    .join('\n');

/** From the adjoints `dy_L` of the outputs of the part's last layer back to the sums of its layers, and to its inputs unless they are `x_0`. */
export function backwardRow(
  layers: readonly Layer[],
  loops: Loops,
  noise: NoiseText,
  part: Part = {},
): string {
  const text = partOf(layers, part)
    .reverse()
    .map(([k, layer]) => {
      const p = prefixOf(k);
      const { inputs, outputs, unit } = layer;
      const counts = parameterCounts(layer);
      const towardsInputs = k > 0 || counts.input > 0;
      const addTo = (name: string, index: string, fields: readonly string[], value: string) =>
        fields.map((field) => `${loops.at(name, index)}.${field} += ${value}.${field};`).join(' ');
      return `${towardsInputs ? loops.declare(`df_${k}`, `${p}_Feature`, inputs) : ''}
${k > 0 ? loops.declare(`dy_${k}`, 'f32', inputs) : ''}
${loops.each(
  outputs,
  (o) => `{
  let delta = ${p}_out_back(${loops.at(`a_${k}`, o)}, ${p}_load_output(${loops.u32(o)})${outputNoise(unit, noise, k, o)}, ${loops.at(`dy_${k + 1}`, o)});
  ${counts.output > 0 ? `{ let own = ${p}_output_back(delta); ${addTo(`go_${k}`, o, unit.output ?? [], 'own')} }` : ''}
  ${loops.each(inputs, (i) => {
    const e = loops.flat(i, outputs, o);
    return `{
    let back = ${p}_fold_back(${loops.at(`f_${k}`, i)}, ${weight(loops, k, e)}, delta);
    ${addTo(`gw_${k}`, e, unit.weight, 'back.w')}
    ${towardsInputs ? addTo(`df_${k}`, i, unit.feature, 'back.x') : ''}
  }`;
  })}
}`,
)}
${
  towardsInputs
    ? loops.each(
        inputs,
        (i) => `{
  let source = ${p}_feature_back(${loops.at(`x_${k}`, i)}, ${p}_load_input(${loops.u32(i)})${inputNoise(unit, loops, k, i)}, ${loops.at(`df_${k}`, i)});
  ${k > 0 ? `${loops.at(`dy_${k}`, i)} = source.x;` : ''}
  ${counts.input > 0 ? addTo(`gi_${k}`, i, unit.input ?? [], 'source.s') : ''}
}`,
      )
    : ''
}`;
    });
  return text.join('\n');
}

/** One sum that has to be added up over the lanes: how to read it, and its range among the totals. */
export interface SumRange {
  readonly name: string;
  readonly count: number;
  readonly fields: readonly string[];
  /** The total of element e's field f is at `start + e · fields + f`. */
  readonly start: number;
}

/** All sums of the stack, in the order of their totals. The loss comes first, at 0. */
export function sumRanges(layers: readonly Layer[]): { ranges: SumRange[]; totals: number } {
  let start = 1;
  const ranges: SumRange[] = [];
  const add = (name: string, count: number, fields: readonly string[]) => {
    if (fields.length === 0) return;
    ranges.push({ name, count, fields, start });
    start += count * fields.length;
  };
  layers.forEach((layer, k) => {
    add(`gw_${k}`, edgesOf(layer), layer.unit.weight);
    add(`gi_${k}`, layer.inputs, layer.unit.input ?? []);
    add(`go_${k}`, layer.outputs, layer.unit.output ?? []);
  });
  return { ranges, totals: start };
}
