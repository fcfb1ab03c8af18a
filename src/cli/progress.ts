/** One line on a terminal that is written over and over. */

import type { ReproduceProgress } from '../reproduce/reproduce.ts';
import { visibleName } from './terminal.ts';
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
      stream.write(`\r\x1b[2K${visibleName(text).slice(0, (stream.columns || 80) - 1)}`);
    },
    clear() {
      shownAt = Number.NEGATIVE_INFINITY;
      stream.write('\r\x1b[2K');
    },
  };
}

/** `Addition  41%  epoch 9,020 of 22,000  loss 1.2e+7  about 25 s left`; the wave, too, where there are several. */
export function describeProgress(progress: ReproduceProgress): string {
  const { experiment, wave, waves, epoch, epochs, done, total, loss, seconds } = progress;
  const left = (seconds * (total - done)) / done;
  return [
    capital(experiment),
    `${Math.floor((100 * done) / total)}%`.padStart(4),
    waves > 1
      ? `wave ${wave} of ${waves}, epoch ${count(epoch)}`
      : `epoch ${count(epoch)} of ${count(epochs)}`,
    ...(Number.isFinite(loss) ? [`loss ${loss.toExponential(1)}`] : []),
    // The first second tells little: kernels are still being compiled.
    ...(seconds > 1 && done > 0
      ? [`about ${left < 120 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`} left`]
      : []),
  ].join('  ');
}
