import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { bench } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

const sizes = { laptop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

interface Section {
  readonly id: string;
  readonly address: string;
  readonly button: string;
  /** Said when it has ended. */
  readonly end: string;
}

/** Every section that trains, set so that it is over soon; and the first of its many charts and tables is in sight. */
const sections: readonly Section[] = [
  {
    id: 'multiplication',
    address: '#multiplication?learn:multiplication.epochs=60',
    button: 'Start',
    end: 'Finished',
  },
  { id: 'addition', address: '#addition?learn:addition.epochs=60', button: 'Start', end: 'Finished' },
  { id: 'why', address: '#why?curves=none,nac&steps=60', button: 'Start', end: 'Finished' },
  { id: 'ensemble', address: '#ensemble?units=NMU&steps=60&seeds=20', button: 'Start', end: 'Finished' },
  { id: 'numbers', address: '#numbers?table=energy', button: 'Search', end: 'Found' },
  { id: 'race', address: '#race?against=tfjs-cpu&seconds=0.3', button: 'Start', end: 'Finished' },
];

/**
 * The sum of all layout shifts from now on. Those that follow input within half a second are not counted by browsers as shifts
 * that surprise, except here: a button is what starts a training.
 */
const watch = (page: Page) =>
  page.evaluate(() => {
    const seen: { shift: number; moved: string[] } = { shift: 0, moved: [] };
    Object.assign(globalThis, { seen });
    interface Shift extends PerformanceEntry {
      readonly value: number;
      readonly sources: readonly { readonly node: Node | null }[];
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        seen.shift += entry.value;
        for (const { node } of entry.sources) seen.moved.push(`${(node as Element | null)?.className ?? ''}`);
      }
    }).observe({ type: 'layout-shift' });
  });

/**
 * Waits until nothing has moved for a second and for as many frames as that has on an idle machine, and forgets what did: frames
 * come late where the machine is busy.
 */
const settled = (page: Page) =>
  page.evaluate(async () => {
    const { seen } = globalThis as unknown as { seen: { shift: number; moved: string[] } };
    const place = () => `${seen.shift} ${scrollY} ${document.documentElement.scrollHeight}`;
    for (let before = ''; before !== place(); ) {
      before = place();
      const wait = new Promise((resolve) => setTimeout(resolve, 1000));
      for (let frame = 0; frame < 60; frame++) await new Promise(requestAnimationFrame);
      await wait;
    }
    seen.shift = 0;
    seen.moved.length = 0;
  });

describe('while a section trains, nothing on the page jumps', () => {
  const { open } = demoTests();

  // One visit for both sizes: to begin anew, nothing need be compiled. A race has no reset.
  it.each(sections)('$id', async ({ id, address, button, end }) => {
    const { page } = await open(address);
    const section = bench(page, id);
    for (const [turn, [name, size]] of Object.entries(sizes).entries()) {
      await page.setViewport(size);
      if (turn > 0) await (id === 'race' ? page.reload() : section.press('Reset'));
      await section.says('Ready');
      await section.unfold();
      // Charts come after the text; then the place that the link led to has settled.
      await page.waitForSelector(id === 'numbers' ? '#numbers .table-rows' : `#${id} .uplot`);
      await page.waitForSelector('.badge-ready');
      await watch(page);
      await settled(page);
      await section.press(button);
      await section.says(end);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { shift, moved } = await page.evaluate(
        () => (globalThis as unknown as { seen: { shift: number; moved: string[] } }).seen,
      );
      const jumped = shift > 0.05;
      expect({ name, shift: jumped ? Number(shift.toFixed(3)) : 0, moved: jumped ? moved : [] }).toEqual({
        ...{ name, shift: 0, moved: [] },
      });
    }
    await page.close();
  });
});
