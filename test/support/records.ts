/** Records of a benchmark, as a run would write them. */

import type { RunRecord } from '../../src/benchmark/record.ts';

/** A success of a NMU in the single-module task, but for what `changes` says. */
export function recordOf(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 'nalu-benchmark/1',
    task: 'single-module',
    settings: { inputs: 2 },
    unit: 'NMU',
    op: 'mul',
    range: 'U[1,2)',
    extrapolationRange: 'U[2,6)',
    seed: 0,
    steps: 50_000,
    diverged: false,
    selectedStep: 50_000,
    validationError: 1e-12,
    extrapolationError: 1e-11,
    threshold: 1.2e-5,
    success: true,
    solvedAt: 3000,
    sparsityError: 1e-4,
    adapter: 'SwiftShader (software)',
    version: '0.1.0',
    date: '2026-11-24',
    seconds: 0.5,
    ...changes,
  };
}

/** What a failure has in place of a success. */
export const failure = {
  success: false,
  solvedAt: null,
  extrapolationError: 3,
  validationError: 2,
  sparsityError: 0.3,
} as const;

export const line = (changes: Partial<RunRecord> = {}): string => JSON.stringify(recordOf(changes));
