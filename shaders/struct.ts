/**
 * One record describes a struct; its WGSL text, byte layout and TypeScript type all follow from it.
 *
 * Fields are flat 32-bit scalars, so every offset is 4 · index, padding cannot exist, and the layout is the same in
 * the uniform and the storage address space.
 */

export type Scalar = 'f32' | 'u32' | 'i32';
export type Fields = Readonly<Record<string, Scalar>>;
export type Values<F extends Fields> = { readonly [K in keyof F]: number };

export interface Struct<F extends Fields> {
  readonly name: string;
  readonly fields: F;
  /** Size in bytes. */
  readonly size: number;
  /** The WGSL declaration. */
  readonly wgsl: string;
  /** Bytes of one value, ready for a buffer. Every field must be given. */
  pack(values: Values<F>): ArrayBuffer;
  /** The value at byte `offset` of `bytes`. */
  unpack(bytes: ArrayBuffer, offset?: number): Values<F>;
}

const setters = { f32: 'setFloat32', u32: 'setUint32', i32: 'setInt32' } as const;
const getters = { f32: 'getFloat32', u32: 'getUint32', i32: 'getInt32' } as const;

/** Declares a struct of 32-bit scalars; WGSL, layout and types follow from `fields`. */
export function struct<const F extends Fields>(name: string, fields: F): Struct<F> {
  const entries = Object.entries(fields);
  return {
    name,
    fields,
    size: 4 * entries.length,
    wgsl: `struct ${name} { ${entries.map(([field, type]) => `${field}: ${type}`).join(', ')} }\n`,
    pack(values) {
      const view = new DataView(new ArrayBuffer(4 * entries.length));
      entries.forEach(([field, type], index) => {
        view[setters[type]](4 * index, values[field] as number, true);
      });
      return view.buffer as ArrayBuffer;
    },
    unpack(bytes, offset = 0) {
      const view = new DataView(bytes, offset);
      return Object.fromEntries(
        entries.map(([field, type], index) => [field, view[getters[type]](4 * index, true)]),
      ) as Values<F>;
    },
  };
}
