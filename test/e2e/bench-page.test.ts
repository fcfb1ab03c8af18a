import { describe, expect, it } from 'vitest';
import { demoTests } from '../support/demo-tests.ts';

describe('the page of the comparison', () => {
  const tests = demoTests();

  it('loads no library before it is asked to, then shows bars and hands out Markdown', async () => {
    const { page, complaints } = await tests.open('bench.html');
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    await page.waitForSelector('button.primary');
    const libraries = /tfjs|jax/;
    const before = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect(before.filter((name) => libraries.test(name))).toEqual([]);

    // The quickest of all: one row, two libraries that use no GPU, and ours.
    for (const text of ['One small model', '100 small models', 'TensorFlow.js, WebGPU', 'jax-js, WebGPU']) {
      await page.click(`::-p-xpath(//label[contains(., "${text}")])`);
    }
    await page.click('button.primary');
    await page.waitForFunction(() => document.querySelector('.status')?.textContent?.includes('Finished.'), {
      timeout: 600_000,
    });
    const bars = await page.$$eval('.bars li', (all) =>
      all.map((bar) => [bar.dataset.contender, bar.querySelector('.bar-time')?.textContent ?? '']),
    );
    expect(bars.map(([name]) => name)).toEqual(['nalu-layered', 'tfjs-wasm', 'jax-wasm']);
    for (const [, time] of bars) expect(time).toMatch(/^[\d.]+ (µs|ms|s)/);
    expect(await page.$eval('.adapter', (element) => element.textContent)).toMatch(/^Adapter: \w/);

    // The clipboard of a headless browser asks for a permission that nobody can give.
    await page.evaluate(() => {
      const write = async (text: string) => void Object.assign(globalThis, { copied: text });
      Object.defineProperty(navigator, 'clipboard', { value: { writeText: write } });
    });
    await page.click('::-p-xpath(//button[contains(., "Markdown")])');
    await page.waitForFunction(() => 'copied' in globalThis);
    const text = await page.evaluate(() => (globalThis as unknown as { copied: string }).copied);
    expect(text).toMatch(/^\*\*Prediction of one row\*\*\n\n\| library \| median \| × ours \|/);
    expect(text).toMatch(/\| TensorFlow\.js, WebAssembly \| [\d.]+ (µs|ms) \| [\d.]+ \|/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('says that there is no WebGPU, and where to read about it', async () => {
    const { page } = await tests.open('bench.html', {
      before: () => void Reflect.deleteProperty(Navigator.prototype, 'gpu'),
    });
    await page.click('::-p-xpath(//button[contains(., "Compare")])');
    await page.waitForSelector('.notice-problem');
    expect(await page.$eval('.notice-problem', (notice) => notice.textContent)).toContain('no WebGPU');
    expect(await page.$('.notice-problem a[href="./index.html"]')).not.toBeNull();
    await page.close();
  });

  it('is linked from the other page, and leads back', async () => {
    const { page } = await tests.open('#race');
    await page.waitForSelector('#race a[href="./bench.html"]');
    await page.$eval('#race a[href="./bench.html"]', (link) => (link as HTMLAnchorElement).click());
    await page.waitForSelector('.chosen');
    await page.click('nav a[href="./index.html"]');
    await page.waitForSelector('#learn');
    await page.close();
  });
});
