/** What both entries do around the workloads: versions, tables as they come, targets, files. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { Growth } from './growth.ts';
import type { WorkloadResult } from './measure.ts';
import { type BenchOptions, help, readOptions } from './options.ts';
import type { Pace } from './page.ts';
import { growthTable, startTable, throughputLines, workloadTable } from './print.ts';
import {
  type BenchReport,
  describeMachine,
  load,
  reportJson,
  startTargetLines,
  targetLines,
} from './report.ts';
import type { Start } from './start.ts';
import type { Workload } from './workloads.ts';

/** Where the workloads run. */
export interface Place {
  readonly adapter: string;
  readonly software: boolean;
  readonly versions: Readonly<Record<string, string>>;
  run(workload: Workload, pace: Pace): Promise<WorkloadResult>;
  grow(contender: string, pace: Pace): Promise<Growth[]>;
  /** Opens fresh pages, where there is a browser. */
  start?(entries: readonly string[], pages: number): Promise<Start[]>;
  close(): Promise<void>;
}

export type OpenPlace = (options: BenchOptions, onProgress: (text: string) => void) => Promise<Place>;

/** Fresh pages per library. */
const PAGES = 5;

/** Runs the benchmark that the command line asks for in the place that `open` opens. */
export async function bench(open: OpenPlace): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(help);
    return;
  }
  const { selection, rounds, stretch, share, limit } = options;
  const say = (text: string) => {
    if (!options.json) console.log(text);
  };
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  const pace: Pace = { rounds, stretch, share, limit: 1000 * limit };
  const loadBefore = load();
  const place = await open(options, progress);
  try {
    say(`adapter: ${place.adapter}`);
    const versions = { node: process.versions.node, ...place.versions };
    const before = options.resume ? await earlier(options.name, place.adapter, versions) : undefined;
    const workloads = [...(before?.workloads ?? [])];
    const growth = [...(before?.growth ?? [])];
    const starts = [...(before?.starts ?? [])];
    const report = (): BenchReport => ({
      date: new Date().toISOString(),
      adapter: place.adapter,
      software: place.software,
      machine: describeMachine(before?.machine.loadBefore ?? loadBefore),
      versions,
      rounds,
      limit,
      threads: options.threads,
      workloads,
      growth,
      starts,
    });
    const save = () => writeResult(options.name, 'json', reportJson(report()));

    for (const workload of selection.workloads) {
      if (workloads.some((done) => done.workload === workload.name)) continue;
      const result = await place.run(workload, pace);
      workloads.push(result);
      progress('');
      say(`\n${workloadTable(workload, result)}`);
      await save();
    }
    for (const contender of selection.growth) {
      if (growth.some((done) => done.contender === contender)) continue;
      growth.push(...(await place.grow(contender, pace)));
      await save();
    }
    progress('');
    if (growth.length > 0) say(`\n${growthTable(growth)}`);
    const entries = selection.starts.filter((name) => !starts.some(({ entry }) => entry === name));
    if (entries.length > 0 && place.start) {
      starts.push(...(await place.start(entries, share < 1 ? 1 : PAGES)));
      await save();
      progress('');
    } else if (entries.length > 0) {
      say('\nfrom opening a page to the first step\n  not run: it needs a browser');
    }
    if (starts.length > 0) say(`\n${startTable(starts)}`);

    const throughput = throughputLines(workloads);
    if (throughput.length > 0) say(`\n${throughput.join('\n')}`);
    const goals = [...targetLines(workloads), ...startTargetLines(starts)];
    say(`\ntargets\n${goals.join('\n') || '  none of them was run'}`);
    const { machine } = report();
    say(`\nload before and after: ${machine.loadBefore}, ${machine.loadAfter}`);
    if (options.json) process.stdout.write(reportJson(report()));
    if (options.figure) {
      const { drawResults } = await import('./figure.ts');
      await writeResult(options.name, 'svg', await drawResults(report()));
    }
  } finally {
    await place.close();
  }
}

const resultFile = (name: string, ending: string) => resolve('bench/results', `${name}.${ending}`);

async function writeResult(name: string, ending: string, content: string): Promise<void> {
  if (!name) return;
  await mkdir(resolve('bench/results'), { recursive: true });
  await writeFile(resultFile(name, ending), content);
}

/** What a run with this name left; undefined when there is none. Throws when it was of something else. */
async function earlier(
  name: string,
  adapter: string,
  versions: Readonly<Record<string, string>>,
): Promise<BenchReport | undefined> {
  const text = await readFile(resultFile(name, 'json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const report = JSON.parse(text) as BenchReport;
  const of = (given: object) => JSON.stringify(Object.entries(given).sort());
  if (report.adapter !== adapter || of(report.versions) !== of(versions)) {
    throw new Error(`${name}.json is of another adapter or other versions; choose another --name`);
  }
  return report;
}

/** Versions of this package and of installed ones; of the ones that a bundle has inside, those it was made with. */
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
