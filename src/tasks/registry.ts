/** The benchmark tasks of the literature, by name. A formula of one's own becomes one by `expressionBenchmark`. */

import { OptionError } from '../errors.ts';
import { show } from '../options/check.ts';
import { arithmetic, arithmeticSimple } from './arithmetic.ts';
import type { BenchmarkTask } from './benchmark.ts';
import { identity } from './identity.ts';
import { recurrent } from './recurrent.ts';
import { singleModule } from './single-module.ts';
import { staticFunction } from './static-function.ts';

/** The benchmark tasks of the literature, by the names that `nalu benchmark` takes. */
export const tasks: readonly BenchmarkTask[] = [
  singleModule,
  arithmetic,
  arithmeticSimple,
  staticFunction,
  recurrent,
  identity,
];

/** The task called `name`. Throws OptionError with the known names. */
export function findTask(name: string): BenchmarkTask {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task) return task;
  throw new OptionError(
    `there is no task ${show(name)}; known tasks: ${tasks.map((known) => known.name).join(', ')}`,
  );
}
