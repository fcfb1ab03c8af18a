/** Trains the models in hand to a step or a point in time, and keeps their states on the way. */

import type { AdvanceOptions, DrivenOptions } from './driven.ts';
import type { Ensemble } from './ensemble.ts';
import type { KeptWaves } from './kept-waves.ts';
import type { LogPoint } from './log.ts';
import type { EnsembleState } from './state.ts';
import type { Wave } from './waves.ts';

/** Milliseconds of training that a lost device may cost, about. */
const SNAPSHOT = 5000;

/** How far models are trained, and who listens. */
export interface Drive extends Pick<AdvanceOptions, 'signal'> {
  /** Whether a log point that is due at the end is taken. */
  readonly logs?: boolean;
  /** By `performance.now()`. */
  readonly deadline?: number;
  readonly onProgress?: (ensemble: Ensemble) => void;
}

export class WaveTraining {
  readonly #driven: Pick<DrivenOptions, 'onLog' | 'checkpoints'>;
  readonly #checkpoints: KeptWaves;
  /** When a state was last read back. */
  #kept = performance.now();
  /** Steps per millisecond of late; 0 before the first. */
  #pace = 0;

  constructor(driven: Pick<DrivenOptions, 'onLog' | 'checkpoints'>, checkpoints: KeptWaves) {
    this.#driven = driven;
    this.#checkpoints = checkpoints;
  }

  /** Trains `wave` to step `target`, or until the deadline. Rejects with the signal's reason, once the state is kept. */
  async train(ensemble: Ensemble, wave: Wave, target: number, drive: Drive): Promise<void> {
    const { logs = false, deadline = Number.POSITIVE_INFINITY, signal, onProgress } = drive;
    const { onLog, checkpoints } = this.#driven;
    const every = checkpoints?.every ?? SNAPSHOT;
    const age = (): number => performance.now() - this.#kept;
    const late = (): boolean => performance.now() >= deadline;
    const options = {
      signal,
      pause: () => late() || age() >= every,
      onLog: async (point: LogPoint) => {
        if (point.step > wave.logged) await onLog?.(point, wave.first);
        wave.logged = Math.max(wave.logged, point.step);
        wave.saved = point.state;
        // Log points have the state anyway: where they come often, training need not pause for it.
        if (age() >= every / 2) await this.#keep(wave, point.state);
      },
      onProgress: () => onProgress?.(ensemble),
    };
    try {
      while (ensemble.step < target || (logs && ensemble.logDue)) {
        if (ensemble.training === 0 && !ensemble.logDue) break;
        const [from, began] = [ensemble.step, performance.now()];
        await ensemble.run(Math.min(target - from, this.#stepsUntil(deadline)), options);
        if (ensemble.step > from) this.#pace = (ensemble.step - from) / (performance.now() - began);
        wave.reached = Math.max(wave.reached, ensemble.step);
        if (age() >= every) await this.#keep(wave, await ensemble.exportState());
        if (late()) break;
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason) {
        await this.#keep(wave, await ensemble.exportState());
        wave.reached = ensemble.step;
      }
      throw error;
    }
  }

  async #keep(wave: Wave, state: EnsembleState): Promise<void> {
    wave.saved = state;
    await this.#checkpoints.save(wave);
    this.#kept = performance.now();
  }

  /** Steps that can be done in time, at the pace of late; at least one. */
  #stepsUntil(deadline: number): number {
    if (deadline === Number.POSITIVE_INFINITY) return deadline;
    return Math.max(1, Math.floor(this.#pace * (deadline - performance.now())));
  }
}
