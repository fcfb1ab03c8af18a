/** Runs commands in a page of headless Chrome. */

import type { Browser, Page } from 'puppeteer';
import { type AdapterFacts, BrowserError, NaluError } from '../index.ts';
import { type LaunchedChrome, launchChrome } from '../node/chrome.ts';
import type { ReproduceProgress } from '../reproduce/reproduce.ts';
import type { ReproducedExperiment, ReproduceResult } from '../reproduce/result.ts';
import type { Answer } from './chrome-page.ts';
import { type PageServer, servePage } from './chrome-server.ts';
import { orAborted } from './interrupt.ts';
import type { SharedOptions } from './options.ts';
import type { Runtime } from './runtime.ts';

const sources: Record<LaunchedChrome['source'], string> = {
  PUPPETEER_EXECUTABLE_PATH: 'named by PUPPETEER_EXECUTABLE_PATH',
  installed: 'installed on this machine',
  puppeteer: "out of Puppeteer's cache",
  npm: 'out of the npm package @sparticuz/chromium',
};

/**
 * Starts the browser and opens the page; rejects with BrowserError, or with the signal's reason when it aborts. Signals
 * to the process do not end the browser: what is finished can still be fetched from it.
 */
export async function openChrome(adapter: SharedOptions['adapter'], signal: AbortSignal): Promise<Runtime> {
  const server = await servePage();
  const launched = launchChrome({ ...(adapter && { adapter }), handleSignals: false });
  const close = async () => {
    await Promise.allSettled([launched.then(({ browser }) => browser.close()), server.close()]);
  };
  try {
    const { browser, version, source } = await orAborted(launched, signal);
    const page = await orAborted(openPage(browser, server), signal);
    const facts = await orAborted(
      page.ask<AdapterFacts>(() => naluPage.open()),
      signal,
    );
    return {
      name: 'chrome',
      webgpu: `${version.replace('/', ' ')}, ${sources[source]}`,
      versions: { node: process.versions.node, chrome: version.replace(/^.*\//, '') },
      adapter: facts,
      async reproduce({ experiments, seeds, recipe, epochs, signal: stop, onProgress, onExperiment }) {
        page.onProgress = onProgress;
        page.onExperiment = onExperiment;
        const abort = () => void page.tell(() => naluPage.abort());
        stop?.addEventListener('abort', abort);
        const options = {
          seeds,
          ...(experiments && { experiments }),
          ...(recipe && { recipe }),
          ...(epochs && { epochs }),
        };
        try {
          if (stop?.aborted) await page.tell(() => naluPage.abort());
          return await page.ask<ReproduceResult>((given) => naluPage.reproduce(given), options);
        } finally {
          stop?.removeEventListener('abort', abort);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

interface OpenPage {
  onProgress: ((progress: ReproduceProgress) => void) | undefined;
  onExperiment: ((experiment: ReproducedExperiment) => void) | undefined;
  /** Runs `action` in the page; throws the page's error, or BrowserError when the page itself fails. */
  ask<T>(action: (...args: never[]) => Promise<string>, ...args: unknown[]): Promise<T>;
  /** Runs `action` in the page and ignores what comes of it. */
  tell(action: () => void): Promise<void>;
}

async function openPage(browser: Browser, server: PageServer): Promise<OpenPage> {
  const page = await browser.newPage();
  const failed = failureOf(page, browser);
  const opened: OpenPage = {
    onProgress: undefined,
    onExperiment: undefined,
    async ask<T>(action: (...args: never[]) => Promise<string>, ...args: unknown[]) {
      const text = await Promise.race([
        page.evaluate(action as () => Promise<string>, ...(args as [])),
        failed,
      ]);
      return unwrap(parse<Answer<T>>(text));
    },
    tell: (action) => page.evaluate(action).catch(() => undefined),
  };
  await page.exposeFunction('naluProgress', (text: string) => opened.onProgress?.(parse(text)));
  await page.exposeFunction('naluExperiment', (text: string) => opened.onExperiment?.(parse(text)));
  await Promise.race([page.goto(server.url), failed]);
  return opened;
}

/** Rejects as soon as the page throws where nobody catches, logs an error, misses a file, crashes or is gone. */
function failureOf(page: Page, browser: Browser): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    const fail = (what: string, cause?: unknown) =>
      reject(new BrowserError(`the page in headless Chrome failed: ${what}`, { cause }));
    page.on('pageerror', (cause) => fail((cause as Error).message, cause));
    page.on('error', (cause) => fail(`it crashed (${cause.message})`, cause));
    page.on('console', (message) => {
      if (message.type() === 'error') fail(message.text());
    });
    page.on('requestfailed', (request) => fail(`${request.url()}: ${request.failure()?.errorText}`));
    page.on('close', () => fail('it was closed'));
    browser.on('disconnected', () => fail('the browser ended'));
  });
  failed.catch(() => {}); // it may fail, or be closed, while nobody waits for it
  return failed;
}

/** JSON has no NaN and no infinity: both arrive as null, and nothing else does. */
function parse<T>(text: string): T {
  return JSON.parse(text, (_, value: unknown) => (value === null ? Number.NaN : value)) as T;
}

function unwrap<T>(answer: Answer<T>): T {
  if ('value' in answer) return answer.value;
  const error = new NaluError(answer.error.code, answer.error.message);
  if (answer.error.stack) error.stack = answer.error.stack;
  throw error;
}
