/** What axe-core has to say of a page. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'puppeteer';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

export interface Looks {
  readonly theme: 'light' | 'dark';
  readonly width?: number;
}

/** Faults of what `selector` finds, for each of the looks; none is an empty list. */
export async function accessibilityFaults(
  page: Page,
  selector = 'html',
  looks: readonly Looks[] = [{ theme: 'light' }, { theme: 'dark' }],
): Promise<string[]> {
  await page.evaluate(await readFile(axe, 'utf8'));
  const faults: string[] = [];
  for (const { theme, width = 1280 } of looks) {
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, {}, theme);
    // Colours of buttons fade from one theme into the other.
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
    const found = await page.evaluate(async (where) => {
      const { axe } = globalThis as unknown as { axe: { run: (where: string) => Promise<AxeResult> } };
      const { violations } = await axe.run(where);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    }, selector);
    faults.push(...found.map((fault) => `${theme}, ${width} px: ${fault}`));
  }
  return faults;
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
