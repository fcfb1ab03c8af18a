/**
 * What a visitor waits for: how many bytes of each library arrive, and when its first step is done. Each library is
 * bundled and minified on its own, with no more than the workload needs, and opened in fresh pages of fresh profiles.
 */

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'puppeteer';
import { type BundledFile, bundleFiles } from './bundle.ts';
import { partsOf } from './parts.ts';
import { servePages } from './serve.ts';
import type { FirstStep } from './start/first-step.ts';
import { type Spread, spreadOf } from './statistics.ts';

export interface StartOptions {
  readonly entries: readonly string[];
  readonly isolated: boolean;
  /** Fresh pages per entry. */
  readonly pages: number;
  /** Milliseconds that a page may take. */
  readonly limit: number;
  onProgress(text: string): void;
}

export interface Start {
  readonly entry: string;
  readonly status: 'timed' | 'failed';
  readonly reason?: string;
  /** Bytes of the files that the page fetched, minified, and each compressed with gzip. */
  readonly bytes?: number;
  readonly gzip?: number;
  /** Milliseconds from opening the page until its script ran, the library had its device, the first step was done. */
  readonly script?: Spread;
  readonly started?: Spread;
  readonly first?: Spread;
  /** What compiling took: ready and first step, less a second step. */
  readonly compile?: Spread;
  readonly pages?: number;
  /** What is in ours: bytes compressed, by folder. */
  readonly parts?: Readonly<Record<string, number>>;
}

const root = join(import.meta.dirname, '..');

export async function measureStarts(
  browser: Browser,
  { entries, isolated, pages, limit, onProgress }: StartOptions,
): Promise<Start[]> {
  const bundles = new Map<string, Map<string, BundledFile>>();
  for (const entry of entries) {
    onProgress(`start: ${entry} is bundled`);
    // The minifier moves names out of the function whose text this one hands to its threads.
    const minify = !(isolated && entry === 'tfjs-wasm');
    bundles.set(entry, await bundleFiles(`start/${entry}.ts`, 'browser', { minify }));
  }
  const served = await servePages(
    new Map([...bundles].map(([entry, files]) => [entry, contentsOf(files)])),
    isolated,
  );
  try {
    const starts: Start[] = [];
    for (const entry of entries) {
      const seen: FirstStep[] = [];
      try {
        for (let page = 1; page <= pages; page++) {
          onProgress(`start: ${entry}, page ${page} of ${pages}`);
          seen.push(await openOnce(browser, served.url(entry), limit));
        }
        const files = served.fetched(entry).flatMap((name) => bundles.get(entry)?.get(name) ?? []);
        const contents = files.map(({ content }) => content);
        const over = (value: (step: FirstStep) => number) => spreadOf(seen.map(value));
        starts.push({
          entry,
          status: 'timed',
          bytes: sum(contents.map((content) => Buffer.from(content).length)),
          gzip: sum(contents.map((content) => gzipSync(content, { level: 9 }).length)),
          script: over(({ script }) => script),
          started: over(({ started }) => started),
          first: over(({ first }) => first),
          compile: over(({ started, first, second }) => Math.max(0, first - started - (second - first))),
          pages,
          ...(entry.startsWith('nalu') && {
            parts: partsOf(new Map(files.flatMap(({ modules }) => [...modules])), root),
          }),
        });
      } catch (error) {
        starts.push({ entry, status: 'failed', reason: (error as Error).message.slice(0, 300) });
      }
    }
    return starts;
  } finally {
    await served.close();
  }
}

const contentsOf = (files: ReadonlyMap<string, BundledFile>) =>
  new Map([...files].map(([name, { content }]) => [name, content]));

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** In a profile of its own, so that nothing is cached. */
async function openOnce(browser: Browser, url: string, limit: number): Promise<FirstStep> {
  const context = await browser.createBrowserContext();
  try {
    const page = await context.newPage();
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', (cause) => reject(new Error(`the page failed: ${cause}`)));
      page.on('error', (cause) => reject(new Error('the page crashed', { cause })));
    });
    failed.catch(() => {});
    await Promise.race([page.goto(url), failed]);
    await Promise.race([page.waitForFunction('globalThis.benchStart', { timeout: limit }), failed]);
    const { done, failed: reason } = await page.evaluate(() => benchStart);
    if (!done) throw new Error(reason);
    return done;
  } finally {
    await context.close();
  }
}
