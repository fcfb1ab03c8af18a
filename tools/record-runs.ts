/**
 * Records runs of the page with their usual settings, for visitors whose browser has no WebGPU:
 * node tools/run.mjs tools/record-runs.ts [NAME]
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  pack,
  type RecordedReport,
  type Recording,
  type RecordingFile,
  unpack,
} from '../demo/src/recordings/player.ts';
import type { JobReply, Reply, Request } from '../demo/src/worker/protocol.ts';
import { launchChrome } from '../src/node/chrome.ts';
import { serveDemo } from '../test/support/demo.ts';
import { bench } from '../test/support/demo-page.ts';

/** Instruments of the page, and their section. `most`: reports that are enough, where each tells all there is. */
const runs: readonly {
  readonly name: string;
  readonly section: string;
  readonly most?: number;
  /** What the status line says before and after, and what the button is called, where they are not the usual ones. */
  readonly words?: readonly [ready: string, start: string, finished: string];
}[] = [
  {
    name: 'multiply',
    section: 'multiply',
    words: ['From random weights, on', 'Train both anew', 'Both learned'],
  },
  { name: 'why', section: 'why', most: 16 },
  { name: 'addition', section: 'learn' },
  { name: 'multiplication', section: 'learn' },
  { name: 'ensemble', section: 'ensemble', most: 5 },
];

/** In the page: every message of its workers, and when. */
interface Heard {
  heard: { readonly at: number; readonly message: Request | Reply }[];
}

const [wanted = ''] = process.argv.slice(2);
const directory = join(import.meta.dirname, '../demo/src/recordings/data');
mkdirSync(directory, { recursive: true });
const demo = await serveDemo();
const { browser } = await launchChrome();
try {
  for (const { name, section, most, words } of runs.filter((run) => run.name.includes(wanted))) {
    const [ready, start, finished] = words ?? ['Ready', 'Start', 'Finished'];
    const page = await browser.newPage();
    // Two reports a second are enough, where each tells much.
    if (!words) await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    await page.evaluateOnNewDocument(listen);
    await page.goto(`${demo.url()}#${section}`);
    await bench(page, name).says(ready);
    await bench(page, name).press(start);
    await bench(page, name).says(finished, 900_000);
    const adapter = await page.$eval('.badge-name', (badge) => badge.textContent ?? '');
    const text = await page.evaluate(`(${pack})(heard)`);
    const recording = recordingOf(unpack(String(text)) as Heard['heard'], most);
    const gzip = gzipSync(pack(recording), { level: 9 }).toString('base64');
    const file: RecordingFile = { kind: recording.kind, adapter, gzip };
    const json = `${JSON.stringify(file, null, 2)}\n`;
    writeFileSync(join(directory, `${name}.json`), json);
    console.log(`${name}: ${recording.reports.length} reports, ${json.length} bytes`);
    await page.close();
  }
} finally {
  await browser.close();
  await demo.close();
}

/** Runs in the page before its own scripts. */
function listen(): void {
  const kept: Heard['heard'] = [];
  (globalThis as unknown as Heard).heard = kept;
  globalThis.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', ({ data }) => kept.push({ at: performance.now(), message: data }));
    }
    override postMessage(message: Request): void {
      kept.push({ at: performance.now(), message });
      super.postMessage(message);
    }
  };
}

/** The run that was trained, out of all that was said. */
function recordingOf(heard: Heard['heard'], most = Number.POSITIVE_INFINITY): Recording {
  const started = heard.find(({ message }) => message.type === 'train');
  if (started?.message.type !== 'train') throw new Error('nothing was trained');
  const { job, run } = started.message;
  const own = heard.filter(
    ({ message }) => 'job' in message && message.job === job && message.run === run,
  ) as { at: number; message: JobReply | Request }[];
  const open = own.find(({ message }) => message.type === 'open')?.message;
  const stopped = own.find(({ message }) => message.type === 'stopped')?.message;
  if (open?.type !== 'open' || stopped?.type !== 'stopped') throw new Error('the run did not end');
  const reports: RecordedReport[] = own.flatMap(({ at, message }) => {
    if (message.type !== 'report') return [];
    const { step, seconds, report } = message;
    return [{ at: Math.max(0, Math.round(at - started.at)), step, seconds, report }];
  });
  const stride = Math.max(1, (reports.length - 1) / (most - 1));
  const kept = reports.filter(
    (_, index) =>
      index === reports.length - 1 ||
      Math.floor((index + 1) / stride) > Math.floor(index / stride) ||
      index === 0,
  );
  return {
    kind: open.kind,
    options: open.options,
    reports: stride > 1 ? kept : reports,
    reason: stopped.reason,
  };
}
