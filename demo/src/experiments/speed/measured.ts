/** What was measured before: `npm run bench`, kept in `bench/results`. */

import results from '../../../../bench/results/swiftshader.json' with { type: 'json' };
import { libraries } from './libraries.ts';
import type { Comparison } from './work.ts';

/** One step of each of a hundred NALUs: by whom it was measured, and on what. */
export const measured = (): Comparison & { readonly on: string } => {
  const { machine, rounds, versions, workloads } = results;
  const found = workloads.find(({ workload }) => workload === 'ensemble-100');
  if (!found) throw new Error('the results have no ensemble of 100');
  // As on the page: each library once, in the order of its list.
  const shown = libraries.flatMap(
    ({ name }) => found.results.find(({ contender }) => contender === name) ?? [],
  );
  const { cores, cpu } = machine;
  return {
    ...{ workload: found.workload, models: found.models, results: shown as Comparison['results'] },
    on: `${cores} cores of an ${cpu} server without a graphics card, headless Chrome ${versions.chrome.split('.')[0]}, medians of ${rounds} rounds`,
  };
};
