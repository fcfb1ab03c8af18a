/** The benchmark tasks of the literature, by name. */

import { OptionError } from '../errors.ts';
import { arithmetic, arithmeticSimple } from './arithmetic.ts';
import type { BenchmarkTask } from './benchmark.ts';
import { singleModule } from './single-module.ts';

export const tasks: readonly BenchmarkTask[] = [singleModule, arithmetic, arithmeticSimple];

/** The task called `name`. Throws OptionError with the known names. */
export function findTask(name: string): BenchmarkTask {
  const task = tasks.find((candidate) => candidate.name === name);
  if (task) return task;
  throw new OptionError(
    `there is no task '${name}'; known tasks: ${tasks.map((known) => known.name).join(', ')}`,
  );
}
