/**
 * Runs in a worker of its own, with a device of its own: reads the visitor's table and searches for the formula in it. A
 * search is one long piece of work, part of it on the CPU, that would keep the other sections waiting for their turns.
 */

import { type Gpu, requestGpu } from '../../../../src/index.ts';
import type { Table } from '../../../../src/io/index.ts';
import { describeError } from '../job.ts';
import type { FitReply, FitRequest } from './plan.ts';
import { read } from './read.ts';

interface WorkerScope {
  postMessage(message: FitReply): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<FitRequest>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const post = scope.postMessage.bind(scope);

let table: Table | undefined;
/** The best of the last search. */
let formula: ((row: readonly number[]) => number) | undefined;
let device: Promise<Gpu> | undefined;
let running = new AbortController();
/** Requests are answered one after the other; each ends the search that is under way. */
let queue: Promise<void> = Promise.resolve();

scope.addEventListener('message', ({ data: request }) => {
  if (request.type === 'predict') {
    const value = formula?.(request.row) ?? Number.NaN;
    post({ id: request.id, type: 'predicted', row: request.row, value });
    return;
  }
  running.abort();
  if (request.type === 'stop') return;
  running = new AbortController();
  const { signal } = running;
  queue = queue.then(async () => {
    try {
      if (request.type === 'read') {
        table = undefined;
        const found = await read(request.content, request.options);
        if ('fault' in found) post({ id: request.id, type: 'failed', fault: found.fault });
        else {
          table = found.table;
          post({ id: request.id, type: 'table', table: found.facts });
        }
      } else await search(request, signal);
    } catch (error) {
      post({ id: request.id, type: 'failed', fault: describeError(error) });
    }
  });
});

type SearchRequest = Extract<FitRequest, { type: 'search' }>;

async function search(
  { id, choice, interval, gpu: wanted }: SearchRequest,
  signal: AbortSignal,
): Promise<void> {
  if (!table) throw new Error('there is no table');
  const [{ fit: findFormula, parseSplit }, { formulaOf, outcomeOf }] = await Promise.all([
    import('../../../../src/fit/index.ts'),
    import('./report.ts'),
  ]);
  let posted = Number.NEGATIVE_INFINITY;
  const { split, ...rest } = choice;
  const result = await findFormula(wanted ? gpu : undefined, table, {
    ...rest,
    // Unless another split is chosen, small tables are tested in folds.
    ...(split !== 'magnitude' && { split: parseSplit(split) }),
    signal,
    onDeviceLost: ({ message }) => post({ id, type: 'recovered', message }),
    onProgress: (progress) => {
      const now = performance.now();
      if (now - posted < interval) return;
      posted = now;
      post({ id, type: 'progress', progress });
    },
  });
  formula = formulaOf(result);
  post({ id, type: 'outcome', outcome: outcomeOf(result) });
}

/** The device, or another one where that was lost. */
function gpu(): Promise<Gpu> {
  device ??= requestGpu().then(
    (found) => {
      void found.lost.then(() => {
        device = undefined;
      });
      return found;
    },
    (error) => {
      device = undefined;
      throw error;
    },
  );
  return device;
}
