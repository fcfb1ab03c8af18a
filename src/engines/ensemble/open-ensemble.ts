/** The ensemble of the models in hand: on one device at a time, made when it is needed and given up when that is lost. */

import { DisposedError } from '../../errors.ts';
import { createEnsemble } from './create.ts';
import type { Devices } from './devices.ts';
import type { Ensemble } from './ensemble.ts';
import type { EnsembleOptions, ResolvedEnsemble } from './options.ts';
import { type Wave, waveOptions } from './waves.ts';

export class OpenEnsemble {
  readonly #devices: Devices;
  readonly #given: EnsembleOptions;
  readonly #options: ResolvedEnsemble;
  #ensemble: Ensemble | undefined;
  #lanes = 0;
  #disposed = false;

  /** `options` are what follows from `given`. */
  constructor(devices: Devices, given: EnsembleOptions, options: ResolvedEnsemble) {
    this.#devices = devices;
    this.#given = given;
    this.#options = options;
  }

  /** Threads per model; 0 before the first ensemble. */
  get lanes(): number {
    return this.#lanes;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** The ensemble of `wave`, at the state that was kept of it. Rejects with the signal's reason while kernels compile. */
  async of(wave: Wave, signal: AbortSignal | undefined): Promise<Ensemble> {
    if (this.#ensemble) return this.#ensemble;
    // What was calibrated once holds for all waves, and after a recovery; what was kept goes on with the same.
    const fixed = wave.saved?.lanes ?? this.#lanes;
    const part = waveOptions(this.#given, this.#options, wave.first, wave.end);
    const ensemble = await createEnsemble(
      this.#devices.current,
      { ...part, ...(fixed > 0 && { lanes: fixed }) },
      { signal },
    );
    if (this.#disposed) {
      ensemble.dispose();
      throw new DisposedError('this run');
    }
    if (wave.saved) ensemble.importState(wave.saved);
    this.#ensemble = ensemble;
    this.#lanes = ensemble.lanes;
    return ensemble;
  }

  /** Frees the ensemble; the next is made anew. */
  close(): void {
    this.#ensemble?.dispose();
    this.#ensemble = undefined;
  }

  dispose(): void {
    this.#disposed = true;
    this.close();
  }
}
