/** Compiled kernels by their text: the latest are kept, others are found again as long as somebody uses them. */

import type { KernelSource } from '../../shaders/bindings.ts';
import type { Kernel } from './kernel.ts';

/** Kernels kept although nobody may use them: each takes about 2 MB on a software adapter. */
const MOST = 64;

export class KernelCache {
  /** The latest, from the oldest use to the newest. */
  readonly #latest = new Map<string, Promise<Kernel>>();
  readonly #inUse = new Map<string, WeakRef<Kernel>>();
  readonly #ended = new FinalizationRegistry<string>((key) => {
    if (this.#inUse.get(key)?.deref() === undefined) this.#inUse.delete(key);
  });

  /** The kernel of `source`, compiled by `compile` where there is none. */
  get(source: KernelSource, compile: () => Promise<Kernel>): Promise<Kernel> {
    const key = `${source.label}\n${source.code}`;
    const kernel = this.#latest.get(key) ?? this.#found(key) ?? this.#compiled(key, compile);
    this.#latest.delete(key);
    this.#latest.set(key, kernel);
    for (const oldest of this.#latest.keys()) {
      if (this.#latest.size <= MOST) break;
      this.#latest.delete(oldest);
    }
    return kernel;
  }

  clear(): void {
    this.#latest.clear();
    this.#inUse.clear();
  }

  #found(key: string): Promise<Kernel> | undefined {
    const kernel = this.#inUse.get(key)?.deref();
    return kernel && Promise.resolve(kernel);
  }

  #compiled(key: string, compile: () => Promise<Kernel>): Promise<Kernel> {
    const compiling = compile();
    compiling.then(
      (kernel) => {
        this.#inUse.set(key, new WeakRef(kernel));
        this.#ended.register(kernel, key);
      },
      () => {}, // whoever asked for it hears of it
    );
    return compiling;
  }
}
