import puppeteer, { type Browser } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { findChrome } from '../../src/node/chrome.ts';
import { bench, loseDevices, visit } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

/** Resolves to loopback, but is not 'localhost': a page from there is not secure. */
const insecureHost = 'demo.test';

describe('the device of the web page', () => {
  const tests = demoTests({ args: [`--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`] });

  it('is asked for again when it is lost, and the training goes on', async () => {
    const { page, complaints } = await tests.open('#learn?addition.epochs=1000000');
    const [addition, multiplication] = [bench(page, 'addition'), bench(page, 'multiplication')];
    await addition.says('Ready');
    await multiplication.says('Ready');
    await addition.press('Start');
    await addition.above('epoch', 10);
    await loseDevices(page);
    await addition.says('Training… The GPU was lost and came back: from the start.');
    await multiplication.says('The GPU was lost and came back: from the start.');
    expect(await page.$eval('main > .notice-lost', (notice) => notice.textContent)).toContain('was lost');
    await addition.above('epoch', 10);
    expect(complaints.filter((text) => !/device/i.test(text))).toEqual([]);
    await page.close();
  });

  it('is given up when there is no other, and can be asked for by hand', async () => {
    const { page } = await tests.open('#addition');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await page.workers()[0]?.evaluate(() => {
      GPU.prototype.requestAdapter = async () => null;
    });
    await loseDevices(page);
    const button = await page.waitForSelector('main > .notice-problem button');
    expect(await page.$eval('main > .notice-problem', (notice) => notice.textContent)).toContain('was lost');
    await addition.says('Waiting for a GPU.');
    await button?.click();
    await addition.says('Ready');
    expect(await page.$('.notice-problem')).toBeNull();
    await page.close();
  });

  describe('where there is none', () => {
    const notice = async (browser: Browser, url: string, before?: () => void) => {
      const { page } = await visit(browser, `${url}#addition`, before ? { before } : {});
      await page.waitForSelector('.notice-problem');
      const text = await page.$eval('.notice-problem', (element) => element.textContent);
      await bench(page, 'addition').says('Ready: initial weights of seed 1.');
      await page.close();
      return text;
    };

    it('plays recorded runs, and says that other settings need one', async () => {
      const before = () => void Reflect.deleteProperty(Navigator.prototype, 'gpu');
      const { page, complaints } = await tests.open('#learn?addition.epochs=600', { before });
      const addition = bench(page, 'addition');
      await addition.says('Ready: initial weights of seed 1.');
      await addition.press('Start');
      await addition.above('epoch', 1);
      await addition.press('Pause');
      await addition.says('Paused');
      await addition.press('Continue');
      await addition.says('Finished');
      expect(await addition.number('epoch')).toBeGreaterThanOrEqual(600);
      expect(await addition.number('error')).toBeLessThan(0.1);
      await addition.press('Weights');
      await page.waitForFunction(() =>
        document.querySelector('#addition .take-away')?.textContent?.includes('No file: a recorded run'),
      );
      await addition.set('Seed', '2');
      await addition.says('Waiting for another setting.');
      expect(await addition.text('.notice-problem')).toMatch(/recorded run.*usual settings/);
      await addition.set('Seed', '1');
      await addition.says('Ready');

      await page.click('nav a[href="#ensemble"]');
      const ensemble = bench(page, 'ensemble');
      await ensemble.says('Ready');
      await ensemble.press('Start');
      await ensemble.above('step', 1);
      expect(await ensemble.number('success-0')).toBeGreaterThanOrEqual(0);
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('explains it once, keeps nobody waiting, and finds formulas all the same', async () => {
      const before = () => void Reflect.deleteProperty(Navigator.prototype, 'gpu');
      const { page, complaints } = await tests.open('', { before });
      // Every section is loaded when one comes to it.
      for (const name of ['learn', 'why', 'ensemble', 'numbers', 'race', 'code']) {
        await page.click(`nav a[href="#${name}"]`);
        await page.waitForSelector(`#${name} .section-body, #${name} .status, #${name} pre`);
      }
      await bench(page, 'ensemble').says('Ready');
      await bench(page, 'numbers').says('Ready');
      expect(await page.$$('.notice')).toHaveLength(1);
      const said = await page.$$eval('.status', (all) => all.map((each) => each.textContent ?? ''));
      expect(said.length).toBeGreaterThan(5);
      expect(said.filter((text) => /waiting|getting ready/i.test(text))).toEqual([]);
      await bench(page, 'numbers').press('Search');
      await bench(page, 'numbers').says('Found: energy = 0.5 * mass * velocity ^ 2.');
      expect(complaints).toEqual([]);
      await page.close();
    });

    it('names browsers that have it', async () => {
      const remove = () => void Reflect.deleteProperty(Navigator.prototype, 'gpu');
      expect(await notice(tests.chrome.browser, tests.demo.url(), remove)).toMatch(
        /no WebGPU.*Chrome.*Safari.*Firefox/,
      );
    });

    it('asks for a secure connection', async () => {
      expect(await notice(tests.chrome.browser, tests.demo.url(insecureHost))).toMatch(
        /secure connection.*https/,
      );
    });

    it('says how to get an adapter', async () => {
      const found = await findChrome();
      const browser = await puppeteer.launch({
        executablePath: found.executablePath,
        headless: found.source === 'npm' ? 'shell' : true,
        args: [...found.args, '--disable-gpu'],
        env: { ...process.env, ...found.env },
      });
      try {
        expect(await notice(browser, tests.demo.url())).toMatch(
          /offers no GPU.*hardware acceleration.*chrome:\/\/gpu/,
        );
      } finally {
        await browser.close();
      }
    });
  });
});
