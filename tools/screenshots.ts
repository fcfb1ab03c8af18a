/**
 * Builds the web page, serves it on loopback and takes pictures of every section, on three widths, light and dark, in every
 * state: node tools/run.mjs tools/screenshots.ts DIRECTORY [PART OF A NAME]
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'puppeteer';
import { launchChrome } from '../src/node/chrome.ts';
import { serveDemo } from '../test/support/demo.ts';
import { bench, loseDevices } from '../test/support/demo-page.ts';

interface Picture {
  readonly name: string;
  /** Default: the main page. */
  readonly file?: string;
  /** After `#`. */
  readonly address?: string;
  /** What is shown; default: what the window does. */
  readonly selector?: string;
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
  readonly prepare: (page: Page) => Promise<unknown>;
}

/** Waits until each of `benches` is ready, and starts it. */
const start = async (page: Page, ...benches: string[]) => {
  for (const name of benches) await bench(page, name).says('Ready');
  for (const name of benches) await bench(page, name).press('Start');
};
const finish = async (page: Page, ...benches: string[]) => {
  await start(page, ...benches);
  for (const name of benches) await bench(page, name).says('Finished');
};
const search = async (page: Page) => {
  await bench(page, 'numbers').says('Ready');
  await bench(page, 'numbers').press('Search');
};
const thousand = 'ensemble?units=NMU,NAC•,NALU&steps=3000';

const pictures: readonly Picture[] = [
  { name: 'first', prepare: (page) => page.waitForSelector('.badge-ready') },
  {
    name: 'first-trained',
    async prepare(page) {
      await bench(page, 'multiply').says('From random weights, on');
      await bench(page, 'multiply').press('Train both anew');
      await bench(page, 'multiply').says('Both learned');
    },
  },
  { name: 'code', address: 'code', selector: '#code', prepare: (page) => page.waitForSelector('#code pre') },
  {
    name: 'why-ready',
    address: 'why',
    selector: '#why',
    prepare: (page) => bench(page, 'why').says('Ready'),
  },
  {
    name: 'why-training',
    address: 'why',
    selector: '#why',
    async prepare(page) {
      await start(page, 'why');
      await bench(page, 'why').above('step', 100);
    },
  },
  {
    name: 'why-finished',
    address: 'why?steps=1000',
    selector: '#why',
    prepare: (page) => finish(page, 'why'),
  },
  {
    name: 'learn-ready',
    address: 'learn',
    selector: '#learn',
    prepare: (page) => bench(page, 'multiplication').says('Ready'),
  },
  {
    name: 'learn-training',
    address: 'learn?multiplication.seed=3',
    selector: '#multiplication',
    async prepare(page) {
      await start(page, 'multiplication');
      await bench(page, 'multiplication').above('epoch', 300);
    },
  },
  {
    name: 'learn-finished',
    address: 'learn?addition.seed=2&multiplication.seed=3',
    selector: '#learn',
    async prepare(page) {
      await finish(page, 'multiplication', 'addition');
      await bench(page, 'learn').unfold();
    },
  },
  {
    name: 'learn-fault',
    address: 'learn?addition.seed=-5&multiplication.epochs=0.5',
    selector: '#learn',
    prepare: (page) => page.waitForSelector('#learn > .notice'),
  },
  {
    name: 'ensemble-ready',
    address: thousand,
    selector: '#ensemble',
    prepare: (page) => bench(page, 'ensemble').says('Ready'),
  },
  {
    name: 'ensemble-training',
    address: `${thousand}&seeds=1000`,
    selector: '#ensemble',
    async prepare(page) {
      await start(page, 'ensemble');
      await bench(page, 'ensemble').above('step', 100);
    },
  },
  {
    name: 'ensemble-finished',
    address: `${thousand}&seeds=50&ranges=nine`,
    selector: '#ensemble',
    async prepare(page) {
      await finish(page, 'ensemble');
      await bench(page, 'ensemble').unfold();
    },
  },
  {
    name: 'race-racing',
    address: 'race?seconds=2',
    selector: '#race',
    async prepare(page) {
      await start(page, 'race');
      await page.waitForSelector('#race .lanes [data-contender=tfjs-wasm][data-phase=racing]', {
        timeout: 120_000,
      });
    },
  },
  {
    name: 'race-finished',
    address: 'race?seconds=1',
    selector: '#race',
    prepare: (page) => finish(page, 'race'),
  },
  {
    name: 'numbers-searching',
    address: 'numbers?table=pendulum',
    selector: '#numbers',
    async prepare(page) {
      await search(page);
      await page.waitForSelector('#numbers [data-name=best-so-far]', { timeout: 60_000 });
    },
  },
  {
    name: 'numbers-found',
    address: 'numbers',
    selector: '#numbers',
    async prepare(page) {
      await search(page);
      await bench(page, 'numbers').says('Found');
    },
  },
  {
    name: 'numbers-fault',
    address: 'numbers?table=own',
    selector: '#numbers',
    async prepare(page) {
      await page.waitForSelector('#numbers textarea');
      await page.focus('#numbers textarea');
      await page.keyboard.type('mass,height,energy\n1,2,19.6\n3,abc,58.8\n,4,78.4\n2,5,98\n');
      await page.waitForSelector('#numbers .notice-problem');
    },
  },
  { name: 'bench', file: 'bench.html', prepare: (page) => page.waitForSelector('button.primary') },
  {
    name: 'device-lost',
    address: 'addition',
    async prepare(page) {
      await bench(page, 'addition').says('Ready');
      await loseDevices(page);
      await page.waitForSelector('main > .notice-lost, main > .notice-problem');
      await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
    },
  },
  {
    name: 'no-webgpu',
    before: () => void Reflect.deleteProperty(Navigator.prototype, 'gpu'),
    prepare: (page) => page.waitForSelector('.notice-problem'),
  },
];

const sizes = {
  wide: { width: 1440, height: 900 },
  laptop: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
};
const [directory = 'screenshots', part = ''] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });

const demo = await serveDemo();
const { browser } = await launchChrome();
try {
  for (const picture of pictures) {
    for (const theme of ['light', 'dark']) {
      for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
        const name = `${picture.name}-${size}-${theme}`;
        if (name.includes(part)) await take(browser, picture, { name, theme, size });
      }
    }
  }
} finally {
  await browser.close();
  await demo.close();
}

async function take(
  from: Browser,
  { file = '', address, selector, before, prepare }: Picture,
  { name, theme, size }: { name: string; theme: string; size: keyof typeof sizes },
): Promise<void> {
  const page = await from.newPage();
  await page.setViewport({ ...sizes[size], deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  if (before) await page.evaluateOnNewDocument(before);
  await page.goto(`${demo.url()}${file}${address ? `#${address}` : ''}`);
  await prepare(page);
  // Colours of buttons fade from one state into the next.
  await setTimeout(500);
  const shown = selector ? await page.$(selector) : page;
  await shown?.screenshot({ path: join(directory, `${name}.png`) });
  await page.close();
  console.log(name);
}
