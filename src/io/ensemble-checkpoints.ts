/** States of a run of `trainEnsemble`, kept so that a page that was closed or a process that ended goes on to the same bits. */

import type { EnsembleCheckpoints, SavedWave } from '../engines/ensemble/checkpoints.ts';
import { FileFormatError } from '../errors.ts';
import { checkOptions, checkValue } from '../options/check.ts';
import { type Description, having, number, size, text } from '../options/kinds.ts';
import { loadCheckpoint, saveCheckpoint } from './checkpoint.ts';
import type { ByteStore } from './store.ts';

/** How often the state of a run is kept, and how many states. */
export interface EnsembleCheckpointOptions {
  /** Least milliseconds from one state to the next. Default 2000. */
  every?: number;
  /** States that are kept of each wave, the latest ones. Default 2. */
  keep?: number;
  /** What else must be equal for a state to fit: the adapter, for example. Default: nothing. */
  label?: string;
}

const storeKind = having<ByteStore>(
  'a store with read, write and remove, as browserStore() and folderStore() give',
  'read',
  'write',
  'remove',
);

const checkpointsDescription: Description<EnsembleCheckpointOptions> = {
  fields: {
    every: number({ least: 0, infinite: true, what: 'milliseconds, at least 0' }),
    keep: size,
    label: text,
  },
};

/** Checkpoints that can be thrown away once the run they belong to is no longer wanted. */
export interface StoredCheckpoints extends EnsembleCheckpoints {
  /** Removes every state that this object has saved or loaded. */
  clear(): Promise<void>;
}

/**
 * Checkpoints in `store`, under names that begin with `name`. What is damaged counts as not there; what the store itself
 * cannot do rejects.
 */
export function ensembleCheckpoints(
  store: ByteStore,
  name: string,
  options: EnsembleCheckpointOptions = {},
): StoredCheckpoints {
  checkValue(storeKind, store, 'store');
  const {
    every = 2000,
    keep = 2,
    label = '',
  } = checkOptions(checkpointsDescription, options, 'ensembleCheckpoints()');
  const used = new Set<string>();
  const slotOf = (first: number, slot: number): string => {
    const key = `${name}-${first}-${slot}.safetensors`;
    used.add(key);
    return key;
  };
  const latest = new Map<number, number>();
  return {
    every,
    label,
    async load(first) {
      const found: { readonly saved: SavedWave; readonly slot: number }[] = [];
      for (let slot = 0; slot < keep; slot++) {
        const bytes = await store.read(slotOf(first, slot));
        const saved = bytes && (await readWave(bytes));
        if (saved) found.push({ saved, slot });
      }
      found.sort((a, b) => b.saved.state.step - a.saved.state.step || b.saved.logged - a.saved.logged);
      if (found[0]) latest.set(first, found[0].slot);
      return found.map(({ saved }) => saved);
    },
    async save(first, saved) {
      const slot = ((latest.get(first) ?? -1) + 1) % keep;
      await store.write(slotOf(first, slot), await writeWave(saved));
      latest.set(first, slot);
    },
    async clear() {
      for (const key of used) await store.remove(key);
      latest.clear();
    },
  };
}

/** A checkpoint with a digest of itself, since storage may change bits that a file's structure does not depend on. */
async function writeWave({ state, logged, attached, run }: SavedWave): Promise<Uint8Array> {
  const notes = { run, logged: String(logged) };
  const digest = await digestOf(saveCheckpoint(state, notes, attached));
  return saveCheckpoint(state, { ...notes, digest }, attached);
}

/** Undefined for what is damaged. */
async function readWave(bytes: Uint8Array): Promise<SavedWave | undefined> {
  try {
    const { state, notes, attached } = loadCheckpoint(bytes);
    const { run, logged, digest } = notes;
    if (run === undefined || !/^(-1|\d{1,15})$/.test(logged ?? '')) return undefined;
    const whole = await digestOf(saveCheckpoint(state, { run, logged: logged as string }, attached));
    return digest === whole ? { state, logged: Number(logged), attached, run } : undefined;
  } catch (error) {
    if (error instanceof FileFormatError) return undefined;
    throw error;
  }
}

/** SHA-256, hexadecimal. */
async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
