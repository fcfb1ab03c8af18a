/** Lets Vitest run test files in a headless Chrome that Puppeteer drives. */

import { defineBrowserProvider } from '@vitest/browser';
import type { CDPSession, Page } from 'puppeteer';
import { type LaunchedChrome, launchChrome } from '../../src/node/chrome.ts';

export const puppeteerProvider = defineBrowserProvider({
  name: 'puppeteer',
  providerFactory: (project) => {
    let chrome: Promise<LaunchedChrome> | undefined;
    const pages = new Map<string, Page>();
    const page = (sessionId: string) => {
      const found = pages.get(sessionId);
      if (!found) throw new Error(`no page is open for the test session ${sessionId}`);
      return found;
    };
    const launch = async () => {
      const launched = await launchChrome();
      const kind = launched.software ? 'software: runs on the CPU' : 'GPU';
      project.vitest.logger.log(
        `${launched.version} (${launched.source}), WebGPU on ${launched.adapter} (${kind})\n`,
      );
      return launched;
    };

    return {
      name: 'puppeteer',
      supportsParallelism: true,
      getCommandsContext: (sessionId: string) => ({ page: page(sessionId) }),
      async openPage(sessionId: string, url: string) {
        chrome ??= launch();
        const { browser } = await chrome;
        await pages.get(sessionId)?.close();
        const opened = await browser.newPage();
        pages.set(sessionId, opened);
        await opened.goto(url, { timeout: 0 });
      },
      async getCDPSession(sessionId: string) {
        const session: CDPSession = await page(sessionId).createCDPSession();
        return {
          send: (method: string, params: unknown) => session.send(method as never, params as never),
          on: (event: string, listener: (...args: unknown[]) => void) => void session.on(event, listener),
          once: (event: string, listener: (...args: unknown[]) => void) => void session.once(event, listener),
          off: (event: string, listener: (...args: unknown[]) => void) => void session.off(event, listener),
        };
      },
      async close() {
        const launched = await chrome?.catch(() => undefined); // its failure was reported where it was awaited
        await launched?.browser.close();
      },
    };
  },
});
