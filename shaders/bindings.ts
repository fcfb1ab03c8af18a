/** A kernel as data: its WGSL text and the bindings it declares. Compiling and dispatching it is `src/gpu`'s work. */

/** `uniform`: small read-only struct · `read`: read-only array · `write`: array that is read and written. */
export type Access = 'uniform' | 'read' | 'write';

export interface Binding {
  readonly access: Access;
  /** WGSL type: a struct name for `uniform`, a store type such as `array<f32>` otherwise. */
  readonly type: string;
}

export type Bindings = Readonly<Record<string, Binding>>;

export const uniform = (type: string): Binding => ({ access: 'uniform', type });
export const read = (type = 'array<f32>'): Binding => ({ access: 'read', type });
export const write = (type = 'array<f32>'): Binding => ({ access: 'write', type });

/** Storage buffers a compute stage may bind under the default WebGPU limits. */
const MAX_STORAGE = 8;

export interface KernelSource<B extends Bindings = Bindings> {
  /** Names the kernel in error messages and in GPU debuggers. */
  readonly label: string;
  readonly code: string;
  /** Bound in this order to group 0, binding 0, 1, 2, … */
  readonly bindings: B;
}

/** The declarations of `bindings` in group 0, in order. Throws when a kernel needs more than the default limits allow. */
export function declare(bindings: Bindings): string {
  const entries = Object.entries(bindings);
  const storage = entries.filter(([, binding]) => binding.access !== 'uniform').length;
  if (storage > MAX_STORAGE) {
    throw new Error(`a kernel binds ${storage} storage buffers; the default limit is ${MAX_STORAGE}`);
  }
  const space = { uniform: 'var<uniform>', read: 'var<storage, read>', write: 'var<storage, read_write>' };
  return entries
    .map(
      ([name, { access, type }], index) =>
        `@group(0) @binding(${index}) ${space[access]} ${name}: ${type};\n`,
    )
    .join('');
}
