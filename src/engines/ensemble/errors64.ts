/** Errors on held-out sets in float64, on the CPU, from parameters as the GPU left them. */

import type { Matrix } from '../../model/data.ts';
import { hasForward64, squaredErrors64 } from '../../model/evaluate.ts';
import { type DrawnRows, drawRows } from '../../model/task.ts';
import type { ResolvedEnsemble, ResolvedSet } from './options.ts';

/** Rows of tasks' sets that are kept: models of one range share theirs. */
const KEPT_SETS = 16;

export interface Errors64 {
  /** Mean squared error of model `index` on each set, if it had these parameters (raw, layer after layer). */
  of(index: number, parameters: Float32Array): Record<string, number>;
}

/** What computes the errors of an ensemble's models; undefined where a unit has no `forward` or a task has no twin. */
export function errors64(ensemble: ResolvedEnsemble): Errors64 | undefined {
  const { model, sets } = ensemble;
  const known = sets.every((set) => set.kind === 'data' || set.task.twin !== undefined);
  if (!known || !hasForward64(model)) return undefined;
  const drawn = new Map<string, DrawnRows>();
  return {
    of: (index, parameters) =>
      Object.fromEntries(
        sets.map((set) => {
          const { x, y } =
            set.kind === 'data' ? dataOf(set) : drawnOf(set, index, model.recurrent === true, drawn);
          return [set.name, squaredErrors64(model, parameters, x, y) / (set.rows * model.outputs)];
        }),
      ),
  };
}

const dataOf = ({ x, y }: { x: Matrix; y: Matrix }) => ({ x: x.data, y: y.data });

/** The rows of a task's set for one model. */
function drawnOf(
  { name, task, seed, rows, steps, columns }: ResolvedSet & { kind: 'task' },
  index: number,
  recurrent: boolean,
  drawn: Map<string, DrawnRows>,
): DrawnRows {
  const values = columns.map((column) => Math.fround(column[index] as number));
  const key = JSON.stringify([name, values]);
  const kept = drawn.get(key);
  if (kept) return kept;
  const { columns: names } = task.shader;
  const columnOf = (column: string) => values[names.indexOf(column)] as number;
  const fresh = drawRows(task, columnOf, seed, 0, rows, recurrent ? steps : undefined);
  const [oldest] = drawn.keys();
  if (drawn.size >= KEPT_SETS && oldest !== undefined) drawn.delete(oldest);
  drawn.set(key, fresh);
  return fresh;
}
