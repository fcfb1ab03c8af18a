/** What is kept of a run, so that it goes on after its process or its page was ended. */

import { DataError } from '../../errors.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { EnsembleState } from './state.ts';

/** Arrays that are kept with a state, by name. */
export type Attached = Readonly<
  Record<string, Float64Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>
>;

/** How far the models that train together have come. */
export interface SavedWave {
  readonly state: EnsembleState;
  /** Step of the last log point that `onLog` has seen; it may be later than the state. -1 before the first. */
  readonly logged: number;
  /** What the run's `attachments` gave. */
  readonly attached: Attached;
  /** Fingerprint of the run at this state. */
  readonly run: string;
}

/** Keeps states of the models that are trained together; `first` is the first of them. */
export interface EnsembleCheckpoints {
  /** Milliseconds from one state to the next, about. */
  readonly every: number;
  /** What else must be equal for a state to fit: the adapter, for example. Default: nothing. */
  readonly label?: string;
  /** What is kept of the models from `first` on, the latest first; what cannot be read is left out. */
  load(first: number): Promise<readonly SavedWave[]>;
  save(first: number, saved: SavedWave): Promise<void>;
}

/** What else is to be kept with the states of a run and given back with them, such as the best log points so far. */
export interface Attachments {
  /** What is known of the models from `first` on, after all log points so far. */
  save(first: number, models: number): Attached;
  /** Takes back what `save` gave. Throws DataError where it does not fit: the state then counts as not there. */
  restore(first: number, models: number, attached: Attached): void;
}

/** Throws DataError unless the fingerprint of `saved` is that of the run at its step. */
export async function checkFingerprint(saved: SavedWave, fingerprint: Fingerprint): Promise<void> {
  if (saved.run !== (await fingerprint.at(saved.state.step))) {
    throw new DataError('the state is of a run with other models, data or options');
  }
}
