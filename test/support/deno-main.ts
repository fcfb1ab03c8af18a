/**
 * Runs test files under Deno with Vitest's own runner and matchers: deno run deno-main.ts FILE ...
 * Exits with 1 when a test fails or is skipped, when a file does not load, and when there is no test or no adapter.
 */

import { writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTests } from 'vitest/internal/browser';
import '../../src/units/registry.ts';

type Runner = Parameters<typeof startTests>[1];
type Task = Awaited<ReturnType<typeof startTests>>[number]['tasks'][number];

const files = process.argv.slice(2).map((path) => resolve(path));
const count = { passed: 0, failed: 0, skipped: 0 };

function report(errors: readonly { stack?: string; message?: string; diff?: string }[] | undefined): void {
  for (const { message, stack, diff } of errors ?? []) {
    const trace = stack?.includes(message ?? '') ? stack : `${message}\n${stack ?? ''}`;
    console.log(trace.replace(/\n *at .*node_modules\/@vitest\/.*/g, '').replace(/^/gm, '      '));
    if (diff) console.log(diff.replace(/^/gm, '      '));
  }
}

const name = ({ fullTestName, name }: Task): string => fullTestName ?? name;

const runner: Runner = {
  config: {
    root: process.cwd(),
    name: 'deno',
    setupFiles: [],
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 0, hooks: 'stack', setupFiles: 'list' },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: true,
  },
  importFile: (path) => import(pathToFileURL(path).href),
  onBeforeRunSuite: (suite) => {
    if ('filepath' in suite) console.log(relative(process.cwd(), String(suite.filepath)));
  },
  onAfterRunTask: (test) => {
    const state = test.result?.state;
    const outcome = state === 'pass' ? 'passed' : state === 'fail' ? 'failed' : 'skipped';
    count[outcome] += 1;
    console.log(`  ${outcome === 'passed' ? '✓' : outcome === 'failed' ? '✗' : '-'} ${name(test)}`);
    report(test.result?.errors);
  },
};

/** Failures outside of tests: a file that does not load, a hook that throws; and tests that never came to run. */
function countRest(task: Task): void {
  if (task.type === 'suite') {
    if (task.result?.state === 'fail' && task.result.errors?.length) {
      count.failed += 1;
      console.log(`  ✗ ${name(task)}`);
      report(task.result.errors);
    }
    task.tasks.forEach(countRest);
  } else if (!task.result || task.result.state === 'skip') count.skipped += 1;
}

const adapter = await navigator.gpu?.requestAdapter();
if (!adapter) {
  console.error('Deno found no WebGPU adapter; these tests need one, a software adapter is enough');
  process.exit(1);
}
const { vendor, description, device } = adapter.info;
console.log(`WebGPU of Deno (wgpu and naga) on ${description || device || vendor}\n`);

for (const file of await startTests(files, runner)) countRest(file as unknown as Task);
const { passed, failed, skipped } = count;
console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
const results = process.env.NALU_TEST_RESULTS;
if (results) writeFileSync(`${results}/portability.json`, JSON.stringify(count));
process.exit(passed > 0 && failed + skipped === 0 ? 0 : 1);
