/** A search as plain data, so that it can be kept in a file and go on another time. */

import type { Found } from './found.ts';
import type { Node } from './tree.ts';

/** A factor that a product holds beside powers of columns. */
export interface Factor {
  readonly node: Node;
  /** Whether it is above zero on all rows, so that any power of it may be taken. */
  readonly positive: boolean;
}

/** A product that further factors are tried on. */
export interface SavedBeam {
  readonly node: Node;
  readonly factors: readonly Factor[];
}

/** A search in float64 as it is kept: where it ended, and what it found. */
export interface SavedSearch {
  /** Stages that are done: the search goes on with this one. */
  readonly stage: number;
  /** Work of those stages. */
  readonly work: number;
  readonly ended: 'exact' | 'accepted' | 'done' | 'spent' | 'interrupted';
  /** Work that it might do. */
  readonly limit: number;
  readonly found: readonly Found[];
  /** By target and columns. */
  readonly beams: readonly (readonly [string, readonly SavedBeam[]])[];
}
