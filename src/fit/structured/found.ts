/** A candidate of the search. */

import type { Node } from './tree.ts';

export interface Found {
  /** Of the target itself. */
  readonly node: Node;
  /** Mean squared, weighted. */
  readonly error: number;
  readonly criterion: number;
  /** Twice the nats to say it. */
  readonly cost: number;
  /** Which part of the search found it. */
  readonly how: string;
}
