/**
 * Packed operands of wide layers: what a contraction reads, made once per pass instead of once per tile, and laid out so
 * that its main loop needs no bounds checks.
 *
 * A packed operand holds structs over two axes, one of which is cut into blocks of four. Field after field, block after
 * block, it is an `array<vec4f>`: element (field, block, other) has the four values of its block at `other` of the
 * other axis, and stands at (field · blocks + block) · stride + other. Both axes are padded with zeros, which units
 * guarantee to be harmless: a zero weight is the identity of the fold, and a zero delta has zero adjoints.
 *
 * | operand    | axis in blocks | other axis | made by                                 |
 * |------------|----------------|------------|-----------------------------------------|
 * | features   | inputs         | rows       | the pack kernel, from x                 |
 * | weights    | inputs         | outputs    | the pack kernel, from the parameters    |
 * | deltas     | outputs        | rows       | the forward and backward pass           |
 */
import { drawsNoise, type FieldNames, type UnitShader } from '../units/unit.ts';
import type { Layer } from './parameters.ts';

/**
 * Inputs and outputs from which on a layer's operands are packed: with fewer, the work is too little to make up for the
 * larger kernels, which software adapters take a second or more to compile.
 */
export const WIDE = 64;

/**
 * Whether a layer's operands are packed: those of wide layers whose fold is a sum of products. One whose inputs have
 * parameters, behind a layer with noise, is not: its backward pass would need more buffers than every device has.
 */
export const isPacked = ({ unit, inputs, outputs }: Layer, before?: UnitShader): boolean =>
  unit.bilinear !== undefined &&
  Math.min(inputs, outputs) >= WIDE &&
  !(unit.input !== undefined && before !== undefined && drawsNoise(before, 'output'));

/** A multiple of every tile and of every piece of depth, so that no kernel reads beyond an axis. */
export const PADDING = 64;

/** Length of an axis with its padding. */
export const padded = (extent: number): number => PADDING * Math.ceil(extent / PADDING);

/** Floats of a packed operand of `fields` fields. */
export const packedFloats = (fields: FieldNames, blocked: number, other: number): number =>
  fields.length * padded(blocked) * padded(other);

/** A packed operand as kernels see it. */
export interface Packed {
  /** Name of its binding. */
  readonly buffer: string;
  readonly fields: FieldNames;
  /** Length of the axis in blocks, before padding. */
  readonly blocked: number;
  /** WGSL expression of the padded length of the other axis. */
  readonly stride: string;
}

export const blocksOf = ({ blocked }: Packed): number => padded(blocked) / 4;

/** WGSL index of the vec4 of field `field` at `block` and `other`. */
export const packedAt = (p: Packed, field: number, block: string, other: string): string =>
  `(${field * blocksOf(p)}u + ${block}) * ${p.stride} + ${other}`;

/** WGSL index of one value, `at` on the axis in blocks, where the buffer is bound as `array<f32>`. */
export const packedIndex = (p: Packed, field: number, at: string, other: string): string =>
  `(${packedAt(p, field, `(${at}) / 4u`, other)}) * 4u + (${at}) % 4u`;

/** The operands of a layer; `pass_info.stride` is the padded number of rows. */
export const packedOperands = ({ unit, inputs, outputs }: Layer) => ({
  features: { buffer: 'features', fields: unit.feature, blocked: inputs, stride: 'pass_info.stride' },
  weights: { buffer: 'weights', fields: unit.weight, blocked: inputs, stride: `${padded(outputs)}u` },
  deltas: { buffer: 'deltas', fields: unit.delta, blocked: outputs, stride: 'pass_info.stride' },
});
