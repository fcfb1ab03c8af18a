import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { kind } from '../../demo/src/experiments/product/job.ts';
import { answers, STEPS } from '../../demo/src/experiments/product/plan.ts';
import trained from '../../demo/src/experiments/product/trained.json' with { type: 'json' };
import { requestGpu } from '../../src/index.node.ts';
import { bench, loseDevices } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];

/** Words that are seen before the first button of the page's main part, in the order of the document. */
function wordsBefore(): string[] {
  const main = document.querySelector('main') as HTMLElement;
  const button = main.querySelector('button') as HTMLElement;
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const words: string[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
    words.push(...(node.textContent ?? '').split(/\s+/).filter((word) => /\p{L}/u.test(word)));
  }
  return words;
}

/** The sum of all layout shifts from now on that no input caused, until `ended` says so. */
function watchShifts(): void {
  const seen = { shift: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
      seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: false });
}

const shift = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { seen: { shift: number } }).seen.shift);

describe('the first screen', () => {
  const { open } = demoTests();
  // Layout and questions hang on no result of a kernel.
  const { open: openIdle } = demoTests({ kernels: 'idle' });

  it.each(sizes)('is whole at $width × $height, and says little before it lets one act', async (size) => {
    const { page, complaints } = await openIdle();
    await page.setViewport(size);
    await page.waitForSelector('.badge-ready');
    const parts = ['#multiply h1', '.hero-figure', '.hero-train button', '#multiply canvas', '.hero-answer'];
    for (const part of parts) {
      const boxes = await page.$$eval(part, (all) =>
        all.map((each) => {
          const { top, right, bottom, left } = each.getBoundingClientRect();
          return { top, right, bottom, left };
        }),
      );
      expect(boxes.length).toBeGreaterThan(0);
      for (const { top, right, bottom, left } of boxes) {
        expect([part, top >= 0, left >= 0, right <= size.width, bottom <= size.height]).toEqual([
          part,
          ...[true, true, true, true],
        ]);
      }
    }
    expect(await page.$eval('h1', (title) => title.textContent)).toContain('NALU');
    const words = await page.evaluate(wordsBefore);
    expect(words.length).toBeGreaterThan(20);
    expect(words.length).toBeLessThanOrEqual(60);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('is alive without WebGPU: computes, draws, and shows a recorded training', async () => {
    const before = () => void Reflect.deleteProperty(Navigator.prototype, 'gpu');
    const { page, complaints } = await open('', { before });
    const multiply = bench(page, 'multiply');
    const painted = () =>
      page.$$eval('#multiply canvas', (all) =>
        all.map((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const pixels = (canvas as HTMLCanvasElement)
            .getContext('2d')
            ?.getImageData(0, 0, width, height).data;
          return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size;
        }),
      );
    const colors = await painted();
    expect(colors).toHaveLength(2);
    expect(Math.max(...colors)).toBeGreaterThan(100);
    expect(await multiply.number('nalu-answer')).toBe(answers.nalu(trained.nalu, 27, 34));
    expect(await multiply.number('network-answer')).toBe(answers.network(trained.network, 27, 34));
    await multiply.says('a recorded training');
    await multiply.press('Train both anew');
    await multiply.says('Both learned 100 products (a recorded run)');
    expect(Math.abs((await multiply.number('nalu-answer')) / 918 - 1)).toBeLessThan(1e-4);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('asks about any two numbers: typed, dragged, or out of a link', async () => {
    const { page } = await openIdle('#multiply?a=12&b=13');
    const multiply = bench(page, 'multiply');
    expect(await multiply.number('nalu-answer')).toBe(answers.nalu(trained.nalu, 12, 13));
    await multiply.set('First number', '123456');
    await multiply.set('Second number', '789');
    expect(await multiply.number('nalu-answer')).toBe(answers.nalu(trained.nalu, 123_456, 789));
    expect(await multiply.number('network-answer')).toBe(answers.network(trained.network, 123_456, 789));
    expect(new URL(page.url()).hash).toBe('#multiply?a=123456&b=789');
    // What is rounded does not stand behind an equals sign.
    expect(await multiply.text('.hero-question')).toContain('=');
    await multiply.set('First number', '12345.678');
    await multiply.set('Second number', '34');
    expect(await multiply.text('.hero-question')).toMatch(/≈ 419.753$/);
    const field = await (await page.$('.error-map-field'))?.boundingBox();
    if (!field) throw new Error('the map has no place');
    const at = (a: number, b: number) =>
      [field.x + (a / 40) * field.width, field.y + (1 - b / 40) * field.height] as const;
    await page.mouse.move(...at(8, 20));
    await page.mouse.down();
    await page.mouse.move(...at(30, 10), { steps: 4 });
    await page.mouse.up();
    expect([await multiply.value('First number'), await multiply.value('Second number')]).toEqual([
      '30',
      '10',
    ]);
    await multiply.set('First number', '0');
    await page.waitForSelector('#multiply .field-fault');
    expect(await multiply.number('nalu-answer')).toBe(answers.nalu(trained.nalu, 30, 10));
    await page.close();
  });

  it('trains both, with the numbers of the library and without moving the page about', async () => {
    const { page, complaints } = await open();
    await page.setViewport({ width: 1440, height: 900 });
    const multiply = bench(page, 'multiply');
    await multiply.says('From random weights, on');
    await page.evaluate(watchShifts);
    await multiply.press('Train both anew');
    await multiply.says('Both learned');
    expect(await shift(page)).toBeLessThan(0.05);
    const shown = [await multiply.number('nalu-answer'), await multiply.number('network-answer')];

    const gpu = await requestGpu();
    const job = await kind.open(gpu, { seed: 1 });
    const { signal } = new AbortController();
    while (job.step < STEPS) await job.advance({ until: STEPS, milliseconds: 60, signal });
    const { nalu, network } = await job.report();
    job.dispose();
    gpu.dispose();
    expect(shown).toEqual([answers.nalu(nalu.numbers, 27, 34), answers.network(network.numbers, 27, 34)]);

    await multiply.press('Train again'); // another start
    await multiply.says('Both learned');
    expect(await multiply.number('nalu-answer')).not.toBe(shown[0]);
    expect(Math.abs((await multiply.number('nalu-answer')) / 918 - 1)).toBeLessThan(1e-4);
    expect(Math.abs((await multiply.number('network-answer')) / 918 - 1)).toBeGreaterThan(0.2);

    // What was learned outlives the device.
    const learned = [await multiply.number('nalu-answer'), await multiply.number('network-answer')];
    await loseDevices(page);
    await page.waitForSelector('main > .notice-lost');
    await multiply.says('Both learned 100 products.');
    expect([await multiply.number('nalu-answer'), await multiply.number('network-answer')]).toEqual(learned);
    expect(complaints.filter((text) => !/device/i.test(text))).toEqual([]);
    await page.close();
  });
});
