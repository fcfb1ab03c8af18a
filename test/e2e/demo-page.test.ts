import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { accessibilityFaults } from '../support/accessibility.ts';
import { serveDemo } from '../support/demo.ts';
import { bench, longestTask, openSections } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

describe('the web page', () => {
  const tests = demoTests();
  const { open } = tests;

  it('loads quickly from a folder, asks nobody else for anything, and names the adapter', async () => {
    const { page, complaints } = await open();
    await page.waitForSelector('.badge-ready');
    const software = (await page.$('.badge-kind')) !== null;
    expect(software).toBe(tests.chrome.software);
    expect(await page.$eval('.badge-name', (badge) => badge.textContent)).toMatch(/\w/);
    const badge = await page.$eval('.badge', (one) => one.textContent ?? '');
    expect(badge.includes('This is a software adapter.')).toBe(software);
    await page.click('nav a[href="#learn"]');
    await bench(page, 'multiplication').says('Ready: initial weights of seed 1.');
    await page.waitForSelector('#multiplication canvas');
    // What stands folded is drawn, and trained, once it is asked for.
    expect(await page.$('#addition .bench')).toBeNull();
    await page.click('#addition summary');
    await bench(page, 'addition').says('Ready: initial weights of seed 1.');
    await page.waitForSelector('#addition canvas');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('has no accessibility fault that axe-core finds, in either theme', async () => {
    const { page } = await open('#learn?addition.epochs=50');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.press('Start');
    await addition.says('Finished');
    await openSections(page, { unfolded: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.close();
  });

  it('changes its theme', async () => {
    const { page } = await open();
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await page.click('.icon-button');
    expect([before, await theme()].sort()).toEqual(['dark', 'light']);
    await page.close();
  });

  it('stays responsive while it trains', async () => {
    const { page } = await open('#learn?addition.epochs=1000000&multiplication.epochs=1000000');
    const runs = [bench(page, 'addition'), bench(page, 'multiplication')];
    for (const run of runs) await run.says('Ready');
    for (const run of runs) await run.press('Start');
    for (const run of runs) await run.above('epoch', 20);
    expect(await longestTask(page, 2000)).toBeLessThan(200);
    await page.close();
  });

  it('opens without a network after the first visit', async () => {
    const context = await tests.chrome.browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(tests.demo.url());
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.setOfflineMode(true);
    const failed: string[] = [];
    page.on('pageerror', (error) => failed.push(String(error)));
    await page.goto(`${tests.demo.url()}#addition`);
    await page.reload();
    await bench(page, 'addition').says('Ready');
    await page.waitForSelector('#addition canvas');
    expect(failed).toEqual([]);
    await context.close();
  });

  it('brings a later version to who was here before, the visit after it was found', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nalu-later-'));
    await cp(inject('demo'), folder, { recursive: true });
    const demo = await serveDemo(folder);
    const context = await tests.chrome.browser.createBrowserContext();
    const visit = async () => {
      const page = await context.newPage();
      await page.goto(demo.url());
      return page;
    };
    try {
      const first = await visit();
      await first.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
      const title = await first.title();
      await first.close();

      const [index, worker] = [join(folder, 'index.html'), join(folder, 'sw.js')];
      await writeFile(index, (await readFile(index, 'utf8')).replace(`<title>${title}`, '<title>Later'));
      const listed = await readFile(worker, 'utf8');
      const changed = listed.replace(
        /(url:"index\.html",revision:")\w+/,
        (_, before) => `${before}0123456789abcdef0123456789abcdef`,
      );
      expect(changed).not.toBe(listed);
      await writeFile(worker, changed);

      // Whole as it was, while the later one is fetched; a tab never gets parts of two versions.
      const second = await visit();
      expect(await second.title()).toBe(title);
      await second.waitForFunction(async () =>
        Boolean((await navigator.serviceWorker.getRegistration())?.waiting),
      );
      await second.close();
      await expect
        .poll(async () => {
          const third = await visit();
          const seen = await third.title();
          await third.close();
          return seen;
        })
        .toBe('Later');
    } finally {
      await context.close();
      await demo.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
