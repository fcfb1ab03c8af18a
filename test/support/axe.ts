/** What axe-core finds wrong with a page, in each of its themes. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

interface Axe {
  readonly axe: { run(context: string): Promise<{ violations: Violation[] }> };
}

const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** The faults of what `selector` selects; leaves the page in its dark theme, without motion. */
export async function axeFaults(page: Page, selector = 'html'): Promise<string[]> {
  await page.evaluate(await readFile(file, 'utf8'));
  const faults: string[] = [];
  for (const theme of ['light', 'dark']) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, {}, theme);
    // Colours of buttons fade from one theme into the other.
    await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
    const found = await page.evaluate(async (context) => {
      const { violations } = await (globalThis as unknown as Axe).axe.run(context);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    }, selector);
    faults.push(...found.map((fault) => `${theme}: ${fault}`));
  }
  return faults;
}
