/** The comparison as the page sees it: what is chosen, how far it is, what came out. */

import { signal } from '@preact/signals';
import { usualComparisons, usualLibraries } from '../experiments/speed/libraries.ts';
import type { Adapter, Comparison, Outcome } from '../experiments/speed/protocol.ts';
import { type News, startWork, type Work } from '../experiments/speed/work.ts';

export type Status =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly text: string }
  | Outcome;

export const chosenWorkloads = signal<readonly string[]>(usualComparisons);
export const chosenLibraries = signal<readonly string[]>(usualLibraries);
export const status = signal<Status>({ kind: 'idle' });
export const adapter = signal<Adapter | undefined>(undefined);
export const comparisonsDone = signal<readonly Comparison[]>([]);

let work: Work | undefined;

/** Begins anew. */
export function start(): void {
  stop();
  comparisonsDone.value = [];
  status.value = { kind: 'running', text: 'starts' };
  const [workloads, contenders] = [chosenWorkloads.value, chosenLibraries.value];
  work = startWork({ type: 'compare', workloads, contenders }, receive, (outcome) => {
    status.value = outcome;
  });
}

export function stop(): void {
  work?.stop();
}

function receive(news: News): void {
  switch (news.type) {
    case 'adapter':
      adapter.value = news;
      break;
    case 'progress':
      status.value = { kind: 'running', text: news.text };
      break;
    case 'results': {
      const { workload, models, results } = news;
      const others = comparisonsDone.value.filter((each) => each.workload !== workload);
      comparisonsDone.value = [...others, { workload, models, results }];
    }
  }
}

/** With `name` if it was not in the list, without if it was; in the order of `all`. */
export function toggled(list: readonly string[], name: string, all: readonly string[]): string[] {
  return all.filter((each) => (each === name ? !list.includes(each) : list.includes(each)));
}
