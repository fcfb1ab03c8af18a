import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { first, sections } from '../../demo/src/sections/sections.ts';
import { demoTests } from '../support/demo-tests.ts';

const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const parts = sections.flatMap(({ parts = [] }) => parts);
/** Every link of the navigation and the first screen, and those into sections. */
const places = [first.id, ...sections.map(({ id }) => id), ...parts];

/** At most 8 pixels. */
const near = /: -?(8|[0-7](\.\d+)?|\d(\.\d+)?e-\d+)$/;

/** Pixels between a place and the lower edge of the head, once nothing moves any more. */
async function offset(page: Page, id: string): Promise<number> {
  await page.waitForFunction((id) => document.activeElement?.id === id, {}, id);
  return page.evaluate(async (id) => {
    const gap = () => {
      const head = document.querySelector('.masthead')?.getBoundingClientRect().bottom ?? 0;
      return (document.getElementById(id)?.getBoundingClientRect().top ?? Number.NaN) - head;
    };
    const height = () => document.documentElement.scrollHeight;
    let [last, tall, still] = [gap(), height(), 0];
    while (still < 6) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      still = gap() === last && height() === tall ? still + 1 : 0;
      [last, tall] = [gap(), height()];
    }
    return last;
  }, id);
}

/** Nothing is trained where only places are looked at. */
function silenceWorkers(): void {
  globalThis.Worker = class extends EventTarget {
    postMessage() {}
    terminate() {}
  } as unknown as typeof Worker;
}

interface Seen {
  shift: number;
}

/** From the first thing that is drawn. */
function watchShifts(): void {
  const seen: Seen = { shift: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
      seen.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
}

const shifted = () => (globalThis as unknown as { seen: Seen }).seen.shift.toFixed(4);

describe('links of the web page', () => {
  // What is tested hangs on no result of a kernel.
  const { open } = demoTests({ kernels: 'idle' });

  it.each(sizes)('lead to every section within 8 pixels, from the top, at $width', async (size) => {
    for (const id of places) {
      const { page, complaints } = await open('', { size, before: silenceWorkers });
      await page.evaluate((id) => {
        location.hash = id;
      }, id);
      expect(`${id}: ${await offset(page, id)}`).toMatch(near);
      expect(complaints).toEqual([]);
      await page.close();
    }
  });

  /** Each at one of the widths. */
  const visits = places.map((id, turn) => {
    const size = sizes[turn % sizes.length] as (typeof sizes)[number];
    return { id, size, width: size.width };
  });

  it.each(visits)('a fresh visit of $id lands there, and nothing jumps, at $width', async ({ id, size }) => {
    const { page, complaints } = await open(`#${id}`, { size, before: watchShifts });
    if (id === first.id) await page.waitForSelector('.badge-ready');
    else expect(`${id}: ${await offset(page, id)}`).toMatch(near);
    expect(`${id}: ${await page.evaluate(shifted)}`).toMatch(/: 0(\.0[0-4]\d*)?$/);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(sizes)('stay in sight, and show where one is, at $width', async (size) => {
    const { page } = await open('', { size });
    for (const { id } of [...sections, first]) {
      await page.$eval(`nav a[href="#${id}"]`, (link) => (link as HTMLAnchorElement).click());
      expect(`${id}: ${await offset(page, id)}`).toMatch(near);
      const seen = await page.evaluate(() => {
        const head = document.querySelector('.masthead')?.getBoundingClientRect();
        const here = document.querySelector('nav [aria-current]');
        const box = here?.getBoundingClientRect();
        return {
          top: head?.top,
          here: here?.getAttribute('href'),
          inSight: box !== undefined && box.left >= 0 && box.right <= innerWidth,
        };
      });
      expect(seen).toEqual({ top: 0, here: `#${id}`, inSight: true });
    }
    // The way back is the way one came.
    await page.goBack();
    await page.waitForFunction((id) => document.activeElement?.id === id, {}, sections.at(-1)?.id);
    await page.close();
  });
});
