/** What trains on the page now, in whichever section. */

import { computed, type ReadonlySignal, signal } from '@preact/signals';

interface Pausable {
  readonly busy: ReadonlySignal<boolean>;
  pause(): void;
}

const all = signal<readonly Pausable[]>([]);

export const underWay = computed(() => all.value.filter(({ busy }) => busy.value));

/** Gives the way out. */
export function register(training: Pausable): () => void {
  all.value = [...all.peek(), training];
  return () => {
    all.value = all.peek().filter((other) => other !== training);
  };
}
