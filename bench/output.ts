/** What both entries do around the workloads: versions, tables as they come, targets, the file. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { WorkloadResult } from './measure.ts';
import { type BenchOptions, help, readOptions } from './options.ts';
import {
  type BenchReport,
  describeMachine,
  load,
  reportJson,
  targetLines,
  throughputLines,
  workloadTable,
} from './report.ts';
import type { Workload } from './workloads.ts';

/** Where the workloads run. */
export interface Place {
  readonly adapter: string;
  readonly software: boolean;
  readonly versions: Readonly<Record<string, string>>;
  run(workload: Workload, rounds: number, stretch: number): Promise<WorkloadResult>;
  close(): Promise<void>;
}

export type OpenPlace = (options: BenchOptions, onProgress: (text: string) => void) => Promise<Place>;

/** Runs the benchmark that the command line asks for in the place that `open` opens. */
export async function bench(open: OpenPlace): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(help);
    return;
  }
  const say = (text: string) => {
    if (!options.json) console.log(text);
  };
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  const loadBefore = load();
  const place = await open(options, progress);
  const results: WorkloadResult[] = [];
  try {
    say(`adapter: ${place.adapter}`);
    for (const workload of options.workloads) {
      const result = await place.run(workload, options.rounds, options.stretch);
      results.push(result);
      progress('');
      say(`\n${workloadTable(workload, result)}`);
    }
  } finally {
    await place.close();
  }
  const report: BenchReport = {
    date: new Date().toISOString(),
    adapter: place.adapter,
    software: place.software,
    machine: describeMachine(loadBefore),
    versions: { node: process.versions.node, ...place.versions },
    rounds: options.rounds,
    threads: options.threads,
    workloads: results,
  };
  const throughput = throughputLines(results);
  if (throughput.length > 0) say(`\n${throughput.join('\n')}`);
  say(`\ntargets\n${targetLines(results).join('\n') || '  none of them was run'}`);
  say(`\nload before and after: ${report.machine.loadBefore}, ${report.machine.loadAfter}`);
  const json = reportJson(report);
  if (options.json) process.stdout.write(json);
  if (options.name) {
    const file = join(import.meta.dirname, 'results', `${options.name}.json`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, json);
  }
}

/** Versions of this package and of installed ones. */
export async function versionsOf(packages: readonly string[]): Promise<Record<string, string>> {
  const require = createRequire(import.meta.url);
  const versions: Record<string, string> = {};
  const own = join(import.meta.dirname, '../package.json');
  for (const name of ['nalu-webgpu', ...packages]) {
    const paths = require.resolve.paths(name) ?? [];
    const files = name === 'nalu-webgpu' ? [own] : paths.map((path) => join(path, name, 'package.json'));
    for (const file of files) {
      const text = await readFile(file, 'utf8').catch(() => undefined);
      if (text) versions[name] ??= (JSON.parse(text) as { version: string }).version;
    }
  }
  return versions;
}
