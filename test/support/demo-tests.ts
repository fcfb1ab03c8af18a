/** For test files about the web page: the built page, served, and a browser to visit it with. */

import type { Page } from 'puppeteer';
import { afterAll, beforeAll, inject, onTestFailed } from 'vitest';
import { type LaunchedChrome, launchChrome } from '../../src/node/chrome.ts';
import { type ServedDemo, type ServeOptions, serveDemo } from './demo.ts';
import { type Visit, type VisitOptions, visit } from './demo-page.ts';

export interface DemoTests {
  readonly demo: ServedDemo;
  readonly chrome: LaunchedChrome;
  /** Opens the page; `address` begins with `#`, or with the name of another file of it. */
  open(address?: string, options?: VisitOptions): Promise<Visit>;
  /**
   * Opens the page, or follows a link to `address` in the one that an earlier test of the file was led to: kernels need not be
   * compiled anew. The link must set something in its section, which then has these settings alone; leave the page open. With
   * the same settings as before, what was trained stays. `options` are for the first visit.
   */
  lead(address: string, options?: VisitOptions): Promise<Visit>;
}

export interface DemoTestOptions extends ServeOptions {
  /** More arguments for the browser. */
  args?: string[];
}

/** Call it once in a test file; what it gives is there when the tests run. */
export function demoTests({ args = [], ...serving }: DemoTestOptions = {}): DemoTests {
  let demo: ServedDemo;
  let chrome: LaunchedChrome;
  let shared: Visit | undefined;
  beforeAll(async () => {
    demo = await serveDemo(inject('demo'), serving);
    chrome = await borrowChrome(args);
  });
  afterAll(async () => {
    await shared?.page.close();
    await returnChrome(args);
    await demo?.close();
  });
  const open = (address = '', options: VisitOptions = {}) =>
    visit(chrome.browser, demo.url() + address, options);
  const lead = async (address: string, options: VisitOptions = {}) => {
    onTestFailed(async () => {
      const left = shared;
      shared = undefined;
      await left?.page.close();
    });
    if (!shared) shared = await open(address, options);
    else {
      shared.complaints.length = 0;
      await follow(shared.page, address);
    }
    return shared;
  };
  return {
    open,
    lead,
    get demo() {
      return demo;
    },
    get chrome() {
      return chrome;
    },
  };
}

/** Browsers by their arguments; with how many have them in use. */
const browsers = new Map<string, { chrome: Promise<LaunchedChrome>; users: number }>();

function borrowChrome(args: string[]): Promise<LaunchedChrome> {
  const key = args.join(' ');
  const entry = browsers.get(key) ?? { chrome: launchChrome({ args }), users: 0 };
  entry.users += 1;
  browsers.set(key, entry);
  return entry.chrome;
}

async function returnChrome(args: string[]): Promise<void> {
  const key = args.join(' ');
  const entry = browsers.get(key);
  if (!entry) return;
  entry.users -= 1;
  if (entry.users > 0) return;
  browsers.delete(key);
  await (await entry.chrome).browser.close();
}

/** As a click on a link does; comes back when the sections have heard of it and are drawn. */
async function follow(page: Page, address: string): Promise<void> {
  if (new URL(page.url()).hash === address) {
    await page.reload();
    return;
  }
  await page.evaluate(async (address) => {
    const heard = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    location.hash = address;
    await heard;
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  }, address);
}
