/** Measures what a layer costs inside other programs, in headless Chrome: `npm run bench:inside`. */

import { cpus, loadavg } from 'node:os';
import { launchChrome } from '../src/node/chrome.ts';
import { bundle } from './bundle.ts';
import type { Pair } from './inside/page.ts';
import { residentBytes } from './memory.ts';
import { servePages } from './serve.ts';
import { spreadOf } from './statistics.ts';

const ROUNDS = 7;
/** Batches after which memory is noted. */
const REPORTS = [10_000, 50_000, 100_000];
/** A first argument, as `hand`, measures that alone. */
const [only] = process.argv.slice(2);
const wanted = (name: string): boolean => only === undefined || only === name;

const served = await servePages(new Map([['inside', await bundle('inside/page.ts', 'browser')]]), false);
const { browser, version } = await launchChrome();
browser.on('disconnected', () => served.close());
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  await page.exposeFunction('insideAt', async (batches: number) => {
    const bytes = (await residentBytes(browser.process()?.pid)) ?? Number.NaN;
    console.log(
      `stream: ${batches} batches, ${Math.round(bytes / 2 ** 20)} MiB resident in all of the browser`,
    );
  });
  await page.goto(served.url('inside'));
  await page.waitForFunction('globalThis.inside');
  console.log(version, 'on', await page.evaluate(() => inside.adapter()), `(${cpus().length} cores)`);
  console.log(
    'load',
    loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
  );
  if (wanted('hand')) {
    const pair = await page.evaluate((rounds) => inside.byHand(rounds, 1000), ROUNDS);
    show('NALU 2→1, 128 rows, 1 000 steps a round', ['built in', 'by hand'], pair);
  }
  if (wanted('tfjs')) {
    const pair = await page.evaluate((rounds) => inside.tensorFlow(rounds, 3), ROUNDS);
    show('TensorFlow.js, NALU 256→256 and dense, 128 rows, 3 steps a round', ['fused', 'composed'], pair);
  }
  if (wanted('stream')) await page.evaluate((reports) => inside.stream(reports), REPORTS);
  console.log(
    'load',
    loadavg()
      .map((each) => each.toFixed(1))
      .join(' '),
  );
} finally {
  await browser.close();
}

function show(title: string, names: readonly [string, string], { rounds, losses }: Pair): void {
  console.log(`${title}; last losses ${losses.join(' and ')}`);
  for (const index of [0, 1] as const) {
    const { lower, median, upper } = spreadOf(rounds.map((round) => round[index]));
    const all = [lower, median, upper].map((each) => each.toFixed(4)).join(' / ');
    console.log(`  ${names[index]}: ${all} ms per step (lower quartile / median / upper)`);
  }
  const ratio = spreadOf(rounds.map(([first, second]) => second / first));
  console.log(
    `  ${names[1]} / ${names[0]}: ${ratio.median.toFixed(2)} (${ratio.lower.toFixed(2)} – ${ratio.upper.toFixed(2)})`,
  );
}
