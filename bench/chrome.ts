/** Runs workloads in a page of headless Chrome. */

import { launchChrome } from '../src/node/chrome.ts';
import type { WorkloadResult } from './measure.ts';
import { servePage } from './serve.ts';
import type { Workload } from './workloads.ts';

export interface BenchBrowser {
  readonly version: string;
  readonly adapter: string;
  readonly software: boolean;
  run(workload: Workload, rounds: number, stretch: number): Promise<WorkloadResult>;
  close(): Promise<void>;
}

export async function openBrowser(
  isolated: boolean,
  onProgress: (text: string) => void,
): Promise<BenchBrowser> {
  const served = await servePage(isolated);
  const { browser, version } = await launchChrome().catch(async (error) => {
    await served.close();
    throw error;
  });
  const close = async () => {
    await Promise.allSettled([browser.close(), served.close()]);
  };
  try {
    const page = await browser.newPage();
    const failed = new Promise<never>((_, reject) => {
      page.on('pageerror', (cause) => reject(new Error('the page failed', { cause })));
      page.on('error', (cause) => reject(new Error('the page crashed', { cause })));
      browser.on('disconnected', () => reject(new Error('the browser ended')));
    });
    failed.catch(() => {}); // the browser also ends when it is closed
    await page.exposeFunction('benchProgress', onProgress);
    await Promise.race([page.goto(served.url), failed]);
    await Promise.race([page.waitForFunction('globalThis.benchPage'), failed]);
    const facts = await page.evaluate(() => benchPage.open());
    return {
      version: version.replace(/^.*\//, ''),
      ...facts,
      run: (workload, rounds, stretch) =>
        Promise.race([
          page.evaluate((...given) => benchPage.run(...given), workload, rounds, stretch),
          failed,
        ]),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
