/** Where a command runs: this Node process, or a page in headless Chrome. Both do the same. */

import type { AdapterFacts } from '../index.ts';
import type { ReproduceOptions } from '../reproduce/reproduce.ts';
import type { ReproduceResult } from '../reproduce/result.ts';
import type { SharedOptions } from './options.ts';

export interface Runtime {
  readonly name: SharedOptions['runtime'];
  /** Where WebGPU comes from, for people. */
  readonly webgpu: string;
  /** Versions by name: `node`, and `dawn` (the npm package `webgpu`) or `chrome`. */
  readonly versions: Readonly<Record<string, string>>;
  readonly adapter: AdapterFacts;
  reproduce(options: ReproduceOptions): Promise<ReproduceResult>;
  /** Frees the GPU, and the browser. */
  close(): Promise<void>;
}
