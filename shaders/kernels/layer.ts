/** What the kernels of the layered engine share: the uniform that describes a pass, and how values are laid out. */
import { struct } from '../struct.ts';
import { drawsNoise, type FieldNames, load, type NoiseKind, quietNoise, store } from '../units/unit.ts';
import { packedIndex, packedOperands } from './packed.ts';
import type { Layer } from './parameters.ts';

/** A layer in its stack, for kernels: where it stands decides which random numbers it draws. */
export interface StackedLayer extends Layer {
  readonly index: number;
  /** Whether its operands are packed: see `packed.ts`. */
  readonly packed: boolean;
}

/** The uniform of every layered kernel. */
export const Pass = struct('Pass', {
  /** Rows of this pass. */
  rows: 'u32',
  /** Rows each split of the weight gradient sums; a multiple of the kernel's depth. */
  rowsPerSplit: 'u32',
  /** Parts of the weight gradient that the step adds up: splits × slices. */
  parts: 'u32',
  /** Rows with the padding of packed operands. */
  stride: 'u32',
  /** Factor of the loss and its gradient: 1 / (rows · outputs) for means, 1 for sums. */
  lossScale: 'f32',
  /** Bound of the gradient's elements. */
  clip: 'f32',
  /** Seed of what units draw in training. */
  seed: 'u32',
  /** Strength of the L1 penalty. */
  l1: 'f32',
});

/** Streams of the random numbers of units with noise: one per layer, from here on. */
export const NOISE_STREAMS: Readonly<Record<NoiseKind, number>> = { output: 0x200, input: 0x500 };

/**
 * `layer_input_noise_k(index, ticks)` and `layer_output_noise_k(index, ticks)`, where `layer` has such noise: the number for element
 * `index` of its inputs or outputs. In training it is drawn for the step; `ticks` is what the tick kernel has added to the counter
 * since the step began. Otherwise it is the one of prediction.
 */
export function noiseFunction({ unit, index }: StackedLayer, kind: NoiseKind, drawn: boolean): string {
  if (!drawsNoise(unit, kind)) return '';
  const stream = NOISE_STREAMS[kind] + index;
  const bits = `r_bits(vec4u(pass_info.seed, ${stream}u, counter.step - ticks, index))`;
  return `fn layer_${kind}_noise_${index}(index: u32, ticks: u32) -> f32 {
  return ${drawn ? `r_unit(${bits}.x)` : quietNoise(unit)};
}
`;
}

/** The argument with the noise of element `at` of the layer's inputs or outputs, behind others; nothing where there is none. */
export const noiseArgument = (
  { unit, index }: StackedLayer,
  kind: NoiseKind,
  at: string,
  ticks: number,
): string => (drawsNoise(unit, kind) ? `, layer_${kind}_noise_${index}(${at}, ${ticks}u)` : '');

/** Structs stand in memory one after the other, field by field: element `index` of a struct of `fields`. */
export const loadAt = (type: string, fields: FieldNames, array: string, index: string): string =>
  load(type, fields, array, (field) => `(${index}) * ${fields.length}u + ${field}u`);

export const storeAt = (value: string, fields: FieldNames, array: string, index: string): string =>
  store(value, fields, array, (field) => `(${index}) * ${fields.length}u + ${field}u`);

/** WGSL index, in the array of floats, of field `field` of the delta of (`row`, `col`): packed, or row by row. */
export function deltaIndex(layer: StackedLayer, field: number, row: string, col: string): string {
  if (layer.packed) return packedIndex(packedOperands(layer).deltas, field, col, row);
  return `(${row} * ${layer.outputs}u + ${col}) * ${layer.unit.delta.length}u + ${field}u`;
}

export const loadDelta = (layer: StackedLayer, p: string, array: string, row: string, col: string): string =>
  load(`${p}_Delta`, layer.unit.delta, array, (field) => deltaIndex(layer, field, row, col));

export const storeDelta = (
  layer: StackedLayer,
  value: string,
  array: string,
  row: string,
  col: string,
): string => store(value, layer.unit.delta, array, (field) => deltaIndex(layer, field, row, col));
