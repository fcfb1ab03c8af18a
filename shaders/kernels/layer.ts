/** What the kernels of the layered engine share: the uniform that describes a pass, and how values are laid out. */
import { struct } from '../struct.ts';
import { type FieldNames, load, store } from '../units/unit.ts';

/** The uniform of every layered kernel. */
export const Pass = struct('Pass', {
  /** Rows of this pass. */
  rows: 'u32',
  /** Rows each split of the weight gradient sums; a multiple of the kernel's depth. */
  rowsPerSplit: 'u32',
  /** Parts of the weight gradient that the step adds up: splits × slices. */
  parts: 'u32',
  /** Factor of the loss and its gradient: 1 / (rows · outputs) for means, 1 for sums. */
  lossScale: 'f32',
});

/** Structs stand in memory one after the other, field by field: element `index` of a struct of `fields`. */
export const loadAt = (type: string, fields: FieldNames, array: string, index: string): string =>
  load(type, fields, array, (field) => `(${index}) * ${fields.length}u + ${field}u`);

export const storeAt = (value: string, fields: FieldNames, array: string, index: string): string =>
  store(value, fields, array, (field) => `(${index}) * ${fields.length}u + ${field}u`);
