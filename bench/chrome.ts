/** Runs workloads in a page of headless Chrome; opens a new browser where a contender has brought one down. */

import type { Browser, Page } from 'puppeteer';
import { launchChrome } from '../src/node/chrome.ts';
import { bundle } from './bundle.ts';
import type { Growth } from './growth.ts';
import type { Measured, WorkloadResult } from './measure.ts';
import { residentBytes } from './memory.ts';
import type { Pace } from './page.ts';
import { type ServedPages, servePages } from './serve.ts';
import { measureStarts, type Start } from './start.ts';
import type { Workload } from './workloads.ts';

export interface BenchBrowser {
  readonly version: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly isolated: boolean;
  run(workload: Workload, pace: Pace): Promise<WorkloadResult>;
  grow(contender: string, pace: Pace): Promise<Growth[]>;
  start(entries: readonly string[], pages: number): Promise<Start[]>;
  close(): Promise<void>;
}

type Progress = (text: string) => void;

/** A page that can be asked to run things. */
interface OpenPage {
  readonly page: Page;
  readonly browser: Browser;
  readonly version: string;
  /** Rejects when the page or the browser ends. */
  readonly failed: Promise<never>;
  /** The contender at work. */
  current(): string | undefined;
  close(): Promise<void>;
}

export async function openBrowser(isolated: boolean, onProgress: Progress): Promise<BenchBrowser> {
  const pages = new Map([['workloads', await bundle('page.ts', 'browser')]]);
  const served = await servePages(pages, isolated);
  let open: OpenPage;
  try {
    open = await openPage(served, onProgress);
  } catch (error) {
    await served.close();
    throw error;
  }
  const facts = await open.page.evaluate(() => benchPage.open());

  /** Runs `action` in the page; when it crashes or hangs, opens a new one and says which contender was at work. */
  const tried = async <T>(action: (page: Page) => Promise<T>, patience: number): Promise<T | Crash> => {
    const late = deadline(patience);
    try {
      return await Promise.race([action(open.page), open.failed, late.passed]);
    } catch (error) {
      const crash = new Crash((error as Error).message, open.current());
      await open.close().catch(() => {}); // what has crashed may not close
      open = await openPage(served, onProgress);
      return crash;
    } finally {
      late.cancel();
    }
  };

  return {
    version: open.version.replace(/^.*\//, ''),
    ...facts,
    async run(workload, pace) {
      const down: Measured[] = [];
      for (;;) {
        const left = workload.contenders.filter((name) => !down.some(({ contender }) => contender === name));
        const some = { ...workload, contenders: left };
        const patience = left.length * 4 * pace.limit + 120_000;
        const result = await tried(
          (page) => page.evaluate((...given) => benchPage.run(...given), some, pace),
          patience,
        );
        if (!(result instanceof Crash)) return inOrder(workload, result, down);
        const { contender = left[0] as string, message } = result;
        down.push({ contender, status: 'failed', reason: message });
        if (down.length === workload.contenders.length) {
          return inOrder(workload, { workload: workload.name, models: workload.models, results: [] }, down);
        }
      }
    },
    async grow(contender, pace) {
      const result = await tried(
        (page) => page.evaluate((...given) => benchPage.grow(...given), contender, pace),
        6 * pace.limit + 120_000,
      );
      if (!(result instanceof Crash)) return result;
      return [{ contender, models: 0, steps: 0, status: 'failed', reason: result.message }];
    },
    start: (entries, pages) =>
      measureStarts(open.browser, { entries, isolated, pages, limit: 60_000, onProgress }),
    close: async () => {
      await Promise.allSettled([open.close(), served.close()]);
    },
  };
}

/** What was at work when the page ended. */
class Crash {
  readonly message: string;
  readonly contender: string | undefined;
  constructor(message: string, contender: string | undefined) {
    this.message = message;
    this.contender = contender;
  }
}

function deadline(milliseconds: number): { passed: Promise<never>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it did not end within ${Math.round(milliseconds / 1000)} s`)),
      milliseconds,
    );
  });
  passed.catch(() => {});
  return { passed, cancel: () => clearTimeout(timer) };
}

async function openPage(served: ServedPages, onProgress: Progress): Promise<OpenPage> {
  const { browser, version } = await launchChrome();
  try {
    const page = await browser.newPage();
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', (cause) => reject(new Error(`the page failed: ${cause}`)));
      page.on('error', (cause) => reject(new Error('the page crashed', { cause })));
      browser.on('disconnected', () => reject(new Error('the browser ended')));
    });
    failed.catch(() => {}); // the browser also ends when it is closed
    let current: string | undefined;
    await page.exposeFunction('benchProgress', (text: string, contender?: string) => {
      current = contender;
      onProgress(text);
    });
    await page.exposeFunction('benchResident', () => residentBytes(browser.process()?.pid));
    await Promise.race([page.goto(served.url('workloads')), failed]);
    await Promise.race([page.waitForFunction('globalThis.benchPage'), failed]);
    return { page, browser, version, failed, current: () => current, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** With the results of those that brought a page down, in the order of the workload. */
function inOrder(workload: Workload, result: WorkloadResult, down: readonly Measured[]): WorkloadResult {
  const all = [...result.results, ...down];
  const results = workload.contenders.flatMap((name) => all.filter(({ contender }) => contender === name));
  return { ...result, results };
}
