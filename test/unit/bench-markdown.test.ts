import { describe, expect, it } from 'vitest';
import type { Measured } from '../../bench/measure.ts';
import { workloads } from '../../bench/workloads.ts';
import {
  comparisons,
  libraries,
  usualComparisons,
  usualLibraries,
} from '../../demo/src/experiments/speed/libraries.ts';
import { asMarkdown, duration } from '../../demo/src/experiments/speed/report.ts';

describe("the comparison's choices", () => {
  it('are workloads and contenders of the benchmark', () => {
    const names = workloads.map(({ name }) => name);
    const contenders = workloads.flatMap((workload) => workload.contenders);
    for (const name of Object.keys(comparisons)) expect(names).toContain(name);
    for (const { name } of libraries) expect(contenders).toContain(name);
    for (const name of usualComparisons) expect(Object.keys(comparisons)).toContain(name);
    for (const name of usualLibraries) expect(libraries.map((library) => library.name)).toContain(name);
  });
});

describe("the comparison's Markdown", () => {
  it('has times per model with three digits, ratios to ours, and why there is no time', () => {
    expect([0.0021349, 0.9, 1.5, 12345].map(duration)).toEqual(['2.13 µs', '900 µs', '1.5 ms', '12.3 s']);
    const timed = (contender: string, median: number): Measured => ({
      contender,
      status: 'timed',
      step: { lower: median, median, upper: median },
    });
    const results: Measured[] = [
      timed('nalu', 0.2),
      timed('tfjs-wasm', 1),
      { contender: 'tfjs-webgpu', status: 'not run', reason: 'would take 90 s (one step timed)' },
      { contender: 'jax-wasm', status: 'failed', reason: 'a | b\nstack' },
    ];
    expect(
      asMarkdown([{ workload: 'ensemble-100', models: 100, results }], 'some GPU', 'some browser'),
    ).toBe(`**100 small models, 128 rows each: a training step of one of them**

| library | median | × ours |
|---|---|---|
| This package | 2 µs | 1 |
| TensorFlow.js, WebAssembly | 10 µs | 5 |
| TensorFlow.js, WebGPU | not run: would take 90 s (one step timed) |  |
| jax-js, WebAssembly | failed: a \\| b |  |

Adapter: some GPU. Browser: some browser
`);
  });
});
