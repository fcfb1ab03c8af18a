/** States of a run of `trainEnsemble`, kept so that a page that was closed or a process that ended goes on to the same bits. */

import type { EnsembleCheckpoints } from '../engines/ensemble/train.ts';
import { FileFormatError, OptionError } from '../errors.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { ByteStore } from './store.ts';

/** How often the state of a run is kept, and how many states. */
export interface EnsembleCheckpointOptions {
  /** Least milliseconds from one state to the next. Default 2000. */
  every?: number;
  /** States that are kept of each wave, the latest ones. Default 2. */
  keep?: number;
}

/** Checkpoints that can be thrown away once the run they belong to is no longer wanted. */
export interface StoredCheckpoints extends EnsembleCheckpoints {
  /** Removes every state that this object has saved or loaded. */
  clear(): Promise<void>;
}

/**
 * Checkpoints in `store`, under names that begin with `name`. What is damaged, or of a run with other models, data or
 * options, counts as not there; what the store itself cannot do rejects.
 */
export function ensembleCheckpoints(
  store: ByteStore,
  name: string,
  { every = 2000, keep = 2 }: EnsembleCheckpointOptions = {},
): StoredCheckpoints {
  if (!(every >= 0)) throw new OptionError(`every is ${every}; it must be a number of milliseconds`);
  if (!Number.isInteger(keep) || keep < 1)
    throw new OptionError(`keep is ${keep}; it must be a whole number above 0`);
  const used = new Set<string>();
  const slotOf = (first: number, slot: number): string => {
    const key = `${name}-${first}-${slot}.safetensors`;
    used.add(key);
    return key;
  };
  const latest = new Map<number, number>();
  return {
    every,
    async load(first, run) {
      let found: ReturnType<typeof loadCheckpoint>['state'] | undefined;
      for (let slot = 0; slot < keep; slot++) {
        const bytes = await store.read(slotOf(first, slot));
        const checkpoint = bytes && tryToLoad(bytes);
        if (checkpoint?.notes.run !== run || (found && found.step >= checkpoint.state.step)) continue;
        found = checkpoint.state;
        latest.set(first, slot);
      }
      return found;
    },
    async save(first, run, state) {
      const slot = ((latest.get(first) ?? -1) + 1) % keep;
      await store.write(slotOf(first, slot), saveCheckpoint(state, { run }));
      latest.set(first, slot);
    },
    async clear() {
      for (const key of used) await store.remove(key);
      latest.clear();
    },
  };
}

function tryToLoad(bytes: Uint8Array) {
  try {
    return loadCheckpoint(bytes);
  } catch (error) {
    if (error instanceof FileFormatError) return undefined;
    throw error;
  }
}
