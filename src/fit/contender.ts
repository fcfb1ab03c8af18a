/** An architecture in the search. */

import type { Architecture } from './architectures.ts';
import type { Candidate } from './candidate.ts';
import type { Starts } from './starts.ts';

export interface Contender {
  readonly architecture: Architecture;
  readonly starts: Starts;
  /** The best formula of its starts so far. */
  best: Candidate | undefined;
}
