/** For test files about the web page: the built page, served, and a browser to visit it with. */

import { afterAll, beforeAll, inject } from 'vitest';
import { type LaunchedChrome, launchChrome } from '../../src/node/chrome.ts';
import { type ServedDemo, serveDemo } from './demo.ts';
import { type Visit, type VisitOptions, visit } from './demo-page.ts';

export interface DemoTests {
  readonly demo: ServedDemo;
  readonly chrome: LaunchedChrome;
  /** Opens the page; `address` begins with `#`, or with the name of another file of it. */
  open(address?: string, options?: VisitOptions): Promise<Visit>;
}

/** Call it once in a test file; what it gives is there when the tests run. */
export function demoTests(args: string[] = []): DemoTests {
  let demo: ServedDemo;
  let chrome: LaunchedChrome;
  beforeAll(async () => {
    demo = await serveDemo(inject('demo'));
    chrome = await launchChrome({ args });
  });
  afterAll(async () => {
    await chrome?.browser.close();
    await demo?.close();
  });
  return {
    get demo() {
      return demo;
    },
    get chrome() {
      return chrome;
    },
    open: (address = '', options = {}) => visit(chrome.browser, demo.url() + address, options),
  };
}
