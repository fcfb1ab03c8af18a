/** The order of test files: those that take about a minute begin first, since one that begins last would run alone in the end. */

import { BaseSequencer, type TestSpecification } from 'vitest/node';

const LONG =
  /(?:chrome\/(?:units|tfjs|tiles)|e2e\/(?:package|demo-shift|benchmark|examples|fit|demo-links|cli-interrupt))\.test\.ts$/;

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONG.test(moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}
