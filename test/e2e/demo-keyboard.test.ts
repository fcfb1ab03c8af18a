import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { bench, openSections } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

/** What can be used on the page, in the order in which it stands there: a group of radio buttons is one stop. */
function stopsOf(): string[] {
  const usable =
    'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]';
  const stops = [...document.querySelectorAll<HTMLElement>(usable)].filter((element) => {
    const closed = element.closest('details:not([open])');
    if (closed && element.parentElement !== closed) return false;
    if (element instanceof HTMLInputElement && element.type === 'radio' && !element.checked) return false;
    return element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true });
  });
  return stops.map((element, index) => {
    element.dataset.stop = `${index} ${element.ariaLabel ?? element.textContent?.slice(0, 20) ?? ''}`;
    return element.dataset.stop;
  });
}

interface Stop {
  readonly name: string | undefined;
  /** Whether one sees that it has the focus, and where. */
  readonly marked: boolean;
  readonly inView: boolean;
  readonly scrolls: boolean;
}

function stopNow(): Stop {
  const element = document.activeElement as HTMLElement;
  const { top, bottom, height } = element.getBoundingClientRect();
  const marks = [element, element.nextElementSibling].filter((each) => each instanceof HTMLElement);
  return {
    name: element.dataset.stop,
    marked: marks.some((each) => getComputedStyle(each).outlineStyle !== 'none') || element.matches('.skip'),
    inView: bottom > 0 && top < innerHeight && height > 0,
    scrolls:
      element.dataset.stop === undefined &&
      (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight),
  };
}

/** From where the focus is to the stop called `last`. What can only be scrolled is a stop in this browser, too, and left out. */
async function walk(page: Page, last: string | undefined): Promise<Stop[]> {
  const stops = [await page.evaluate(stopNow)];
  for (let index = 0; index < 1000 && stops.at(-1)?.name !== last; index++) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(stopNow);
    if (!stop.scrolls) stops.push(stop);
  }
  return stops;
}

describe('the web page by keyboard alone', () => {
  // What is tested hangs on no result of a kernel.
  const { open } = demoTests({ kernels: 'idle' });

  it('leads through everything that can be used, in order, and shows where one is', async () => {
    const { page, complaints } = await open();
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]); // scrolls at once
    await openSections(page);
    for (const name of ['multiplication', 'ensemble']) await bench(page, name).says('Ready');
    const stops = await page.evaluate(stopsOf);
    await page.focus('.skip');
    const walked = await walk(page, stops.at(-1));
    expect(walked.map(({ name }) => name)).toEqual(stops);
    expect(walked.filter(({ marked }) => !marked)).toEqual([]);
    expect(walked.filter(({ inView }) => !inView)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('skips to the experiments, explains, sets, starts, pauses and rewinds', async () => {
    const { page } = await open('#learn?addition.epochs=1000000');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    const focused = () => page.evaluate(() => document.activeElement?.id ?? '');
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('multiply');

    await page.focus('#addition .more:has(.settings) > summary');
    await page.keyboard.press('Enter');
    expect(await page.$('#addition .more[open]')).not.toBeNull();
    await page.focus('#addition .explain summary');
    await page.keyboard.press('Enter');
    expect(await page.$('#addition .explain[open]')).not.toBeNull();
    await page.keyboard.press('Escape');
    expect(await page.$('#addition .explain[open]')).toBeNull();

    await page.focus('#addition .settings input[type=number]');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await addition.says('Ready: initial weights of seed 2.');
    await page.focus('#addition button.primary');
    await page.keyboard.press('Space');
    await addition.above('epoch', 10);
    await page.keyboard.press('Space'); // the same button pauses now
    await addition.says('Paused');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await addition.says('Ready: initial weights of seed 2.');
    expect(await addition.number('epoch')).toBe(0);
    await page.close();
  });
});
