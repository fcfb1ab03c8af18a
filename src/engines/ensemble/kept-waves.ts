/** The checkpoints of one run: the states of its waves as they are written, and found again. */

import { DataError } from '../../errors.ts';
import { checkFingerprint, type SavedWave } from './checkpoints.ts';
import type { DrivenOptions } from './driven.ts';
import { Fingerprint } from './fingerprint.ts';
import type { EnsembleOptions, ResolvedEnsemble } from './options.ts';
import { resolveEnsemble } from './resolve.ts';
import { checkState, floatsPerModel } from './state.ts';
import { type Wave, waveOptions } from './waves.ts';

export class KeptWaves {
  readonly #given: EnsembleOptions;
  readonly #options: ResolvedEnsemble;
  readonly #kept: Pick<DrivenOptions, 'checkpoints' | 'attachments' | 'steps'>;

  /** `options` are what follows from `given`. */
  constructor(
    given: EnsembleOptions,
    options: ResolvedEnsemble,
    kept: Pick<DrivenOptions, 'checkpoints' | 'attachments' | 'steps'>,
  ) {
    this.#given = given;
    this.#options = options;
    this.#kept = kept;
  }

  /** The latest kept state of the models from `first` on that fits this run; what was attached to it is restored. */
  async load(first: number): Promise<SavedWave | undefined> {
    const { checkpoints, attachments, steps } = this.#kept;
    const { seeds, lanes: fixed } = this.#options;
    for (const saved of (await checkpoints?.load(first)) ?? []) {
      try {
        const { models, lanes, step } = saved.state;
        if (!(models >= 1 && first + models <= seeds.length && step <= steps)) continue;
        if (typeof fixed === 'number' && lanes !== fixed) continue;
        await checkFingerprint(saved, this.#fingerprint(first, first + models));
        checkState(saved.state, models, floatsPerModel(this.#options));
        attachments?.restore(first, models, saved.attached);
        return saved;
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
      }
    }
    return undefined;
  }

  /** Writes the state of `wave`, if it has one and there are checkpoints. */
  async save(wave: Wave): Promise<void> {
    const { first, end, saved: state, logged } = wave;
    const { checkpoints, attachments } = this.#kept;
    if (!checkpoints || !state) return;
    wave.fingerprint ??= this.#fingerprint(first, end);
    const run = await wave.fingerprint.at(state.step);
    const attached = attachments?.save(first, end - first) ?? {};
    await checkpoints.save(first, { state, logged, attached, run });
  }

  #fingerprint(first: number, end: number): Fingerprint {
    const part = resolveEnsemble(waveOptions(this.#given, this.#options, first, end));
    return new Fingerprint(part, this.#kept.checkpoints?.label);
  }
}
