/** What a visitor does on the web page, and what it shows. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'puppeteer';
import { sections } from '../../demo/src/sections/sections.ts';

export interface Visit {
  readonly page: Page;
  /** What the browser's console complained of, and requests to any other place than the page's own. */
  readonly complaints: string[];
}

export interface VisitOptions {
  /** Runs in the page before its own scripts. */
  before?: () => void;
  /** Of the window. Default: 1280 × 900. */
  size?: { readonly width: number; readonly height: number };
}

/** Milliseconds after which what is waited for counts as never coming: only what hangs takes so long. */
const PATIENCE = 600_000;

export async function visit(
  browser: Browser,
  url: string,
  { before, size }: VisitOptions = {},
): Promise<Visit> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.setViewport(size ?? { width: 1280, height: 900 });
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(url).origin) complaints.push(`request to ${request.url()}`);
  });
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(url);
  return { page, complaints };
}

/** Brings in every section, as following its link does; with `unfolded`, all that stands folded in them is drawn, too. */
export async function openSections(page: Page, { unfolded = false } = {}): Promise<void> {
  for (const { id } of sections) {
    await page.$eval(`nav a[href="#${id}"]`, (link) => (link as HTMLAnchorElement).click());
    await page.waitForSelector(`#${id} > .section-head + :not(.section-waiting)`);
  }
  // What is unfolded may have parts that are folded themselves.
  for (let folded = unfolded ? 1 : 0; folded > 0; ) {
    folded = await page.$$eval('details:is(.more, .fold):not([open])', (all) => {
      for (const each of all) (each as HTMLDetailsElement).open = true;
      return all.length;
    });
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  }
}

/** The instruments of one experiment, by the id of what they stand in. */
export function bench(page: Page, experiment: string) {
  const at = (selector: string) => `#${experiment} ${selector}`;
  const field = (label: string) => `aria/${label}[role="spinbutton"]`;
  /** Fields that hardly anybody changes are folded. */
  const unfold = () =>
    page.$$eval(at('details.more'), (all) => {
      // As somebody's click would, which also lets go of the place that a link led to.
      dispatchEvent(new Event('pointerdown'));
      for (const each of all) (each as HTMLDetailsElement).open = true;
    });
  const section = async () => {
    const found = await page.$(`#${experiment}`);
    if (!found) throw new Error(`the page has no section ${experiment}`);
    return found;
  };
  return {
    /** Draws what stands folded, too. */
    unfold,

    /** Waits until the status line says `text`. */
    async says(text: string, timeout = PATIENCE): Promise<void> {
      const said = (selector: string, wanted: string) =>
        document.querySelector(selector)?.textContent?.includes(wanted) ?? false;
      await page.waitForFunction(said, { timeout, polling: 50 }, at('.status'), text);
    },

    async press(name: string): Promise<void> {
      // A visitor scrolls to it, which lets go of the place that a link led to.
      await page.evaluate(() => dispatchEvent(new Event('wheel')));
      const button = await (await section()).waitForSelector(`::-p-aria([name="${name}"][role="button"])`);
      await button?.click();
    },

    /** A number with all its digits, once it is there. */
    async number(name: string): Promise<number> {
      const element = await page.waitForSelector(at(`[data-name="${name}"]`));
      return (await element?.evaluate((found) => Number((found as HTMLDataElement).value))) ?? Number.NaN;
    },

    /** Waits until such a number is above `least`. */
    async above(name: string, least: number): Promise<void> {
      const reached = (selector: string, wanted: number) =>
        Number(document.querySelector<HTMLDataElement>(selector)?.value) > wanted;
      await page.waitForFunction(reached, { polling: 50 }, at(`[data-name="${name}"]`), least);
    },

    /** Waits until such a number no longer changes: for the work that was under way. */
    async settles(name: string): Promise<void> {
      const same = (selector: string) =>
        new Promise<boolean>((resolve) => {
          const read = () => document.querySelector<HTMLDataElement>(selector)?.value;
          const before = read();
          // Frames, too: they come late where the machine is busy.
          let frames = 20;
          const frame = () => {
            if (--frames > 0) requestAnimationFrame(frame);
            else resolve(read() === before);
          };
          setTimeout(frame, 500);
        });
      await page.waitForFunction(same, {}, at(`[data-name="${name}"]`));
    },

    async predictions(): Promise<number[]> {
      await unfold();
      await page.waitForSelector(at('.predicted data'));
      return page.$$eval(at('.predicted data'), (all) =>
        all.map((element) => Number((element as HTMLDataElement).value)),
      );
    },

    /** Content of the field called `label`. */
    async value(label: string): Promise<string> {
      await unfold();
      const input = await (await section()).waitForSelector(field(label));
      return (await input?.evaluate((element) => (element as HTMLInputElement).value)) ?? '';
    },

    async set(label: string, value: string): Promise<void> {
      await unfold();
      const input = await (await section()).waitForSelector(field(label));
      await input?.click({ clickCount: 3 });
      await input?.type(value);
      await page.keyboard.press('Enter');
    },

    text: (selector: string) => page.$eval(at(selector), (element) => element.textContent ?? ''),
  };
}

/**
 * Milliseconds of processor time of the longest task on the page's main thread, from now on for a while: how long it takes by
 * the clock hangs on what else the machine does.
 */
export async function longestTask(page: Page, milliseconds: number): Promise<number> {
  await page.tracing.start({ categories: ['toplevel'] });
  await sleep(milliseconds);
  const text = new TextDecoder().decode(await page.tracing.stop());
  const { traceEvents } = JSON.parse(text) as { traceEvents: readonly TraceEvent[] };
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && mains.some((main) => main.pid === pid && main.tid === tid),
  );
  if (tasks.length === 0) throw new Error('the trace has no task of the main thread');
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}

/** Of Chrome's trace; `tdur` is processor time in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Destroys every device in the page's worker, as a crash of the GPU's driver would. */
export async function loseDevices(page: Page): Promise<void> {
  const [worker] = page.workers();
  if (!worker) throw new Error('the page has no worker');
  const prototype = await worker.evaluateHandle(() => GPUDevice.prototype);
  const { objects } = await worker.client.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.remoteObject().objectId ?? '',
  });
  await worker.client.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { for (const device of this) device.destroy(); }',
  });
}
