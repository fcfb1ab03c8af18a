/** Ctrl-C and the wish to terminate, as an AbortSignal. */

import { NaluError } from '../index.ts';

export interface Interruption {
  /** Aborts, with a NaluError of code `interrupted`, on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** What shells expect of a process that ends by such a signal; undefined while none came. */
  readonly exitCode: number | undefined;
  dispose(): void;
}

const exitCodes = { SIGINT: 130, SIGTERM: 143 };
type SignalName = keyof typeof exitCodes;

/** Listens until disposed; a second signal ends the process at once, and whatever it started. */
export function listenForInterrupt(): Interruption {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const names = Object.keys(exitCodes) as SignalName[];
  const listener = (name: NodeJS.Signals): void => {
    if (exitCode !== undefined) process.exit(exitCode);
    exitCode = exitCodes[name as SignalName];
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
