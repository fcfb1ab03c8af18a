/** The other libraries by the names of their contenders; each is loaded when it is asked for. */

import type { Contender } from '../contender.ts';

const libraries: Readonly<Record<string, () => Promise<{ contender: Contender }>>> = {
  'tfjs-webgpu': () => import('./tfjs-webgpu.ts'),
  'tfjs-webgl': () => import('./tfjs-webgl.ts'),
  'tfjs-wasm': () => import('./tfjs-wasm.ts'),
  'tfjs-cpu': () => import('./tfjs-cpu.ts'),
  'jax-webgpu': () => import('./jax-webgpu.ts'),
  'jax-wasm': () => import('./jax-wasm.ts'),
};

/** Rejects where there is no such library. */
export async function loadContender(name: string): Promise<Contender> {
  const load = libraries[name];
  if (!load) throw new Error('it does not run here');
  return (await load()).contender;
}
