/** One line on a terminal that is written over and over. */

import type { ReproduceProgress } from '../reproduce/reproduce.ts';
import { capital, count } from './text.ts';

/** Milliseconds between two versions of the line. */
const INTERVAL = 100;

export interface ProgressLine {
  show(text: string): void;
  /** Removes the line, so that other output can take its place. */
  clear(): void;
}

/** Writes to `stream` while it is a terminal, and nothing at all otherwise. */
export function createProgressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  if (!stream.isTTY) return { show() {}, clear() {} };
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(text) {
      if (performance.now() - shownAt < INTERVAL) return;
      shownAt = performance.now();
      stream.write(`\r\x1b[2K${text.slice(0, (stream.columns || 80) - 1)}`);
    },
    clear() {
      shownAt = Number.NEGATIVE_INFINITY;
      stream.write('\r\x1b[2K');
    },
  };
}

/** `Addition  41%  seed 9 of 20  loss 1.2e+7  about 25 s left`; with a single seed, its epochs in place of the seed. */
export function describeProgress(progress: ReproduceProgress): string {
  const { experiment, finished, seeds, epoch, epochs, loss, seconds } = progress;
  const left = (seconds * (epochs - epoch)) / epoch;
  return [
    capital(experiment),
    `${Math.floor((100 * epoch) / epochs)}%`.padStart(4),
    seeds > 1
      ? `seed ${Math.min(finished + 1, seeds)} of ${seeds}`
      : `epoch ${count(epoch)} of ${count(epochs)}`,
    `loss ${loss.toExponential(1)}`,
    // The first second tells little: kernels are still being compiled.
    ...(seconds > 1 && epoch > 0
      ? [`about ${left < 120 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`} left`]
      : []),
  ].join('  ');
}
