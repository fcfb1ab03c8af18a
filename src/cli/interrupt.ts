/** Ctrl-C and the wish to terminate, as an AbortSignal. */

import { NaluError } from '../index.ts';
import { note } from './terminal.ts';

export interface Interruption {
  /** Aborts, with a NaluError of code `interrupted`, on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** What shells expect of a process that ends by such a signal; undefined while none came. */
  readonly exitCode: number | undefined;
  dispose(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 };
type SignalName = keyof typeof exitCodes;

/**
 * What `promise` comes to, or a rejection with the signal's reason as soon as it aborts: for work that does not hear of the
 * signal itself, such as the read of a pipe that nobody writes to. What comes of the work later is dropped by `drop`.
 */
export async function orAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  drop: (late: T) => unknown = () => {},
): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      void promise.then(drop).catch(() => {});
      reject(signal.reason);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** Listens until disposed; a second signal ends the process at once, and whatever it started. */
export function listenForInterrupt(): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const names = Object.keys(exitCodes) as SignalName[];
  const listener = (name: NodeJS.Signals): void => {
    if (exitCode !== undefined) process.exit(exitCode);
    exitCode = exitCodes[name as SignalName];
    if (process.stderr.isTTY) note('\nInterrupted: what is there is finished; once more ends at once.\n');
    controller.abort(new NaluError('interrupted', 'interrupted'));
  };
  for (const name of names) process.on(name, listener);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose() {
      for (const name of names) process.off(name, listener);
    },
  };
}
