/**
 * Builds the web page, serves it on loopback and takes its pictures, wide and narrow, light and dark, in every state:
 * node tools/run.mjs tools/screenshots.ts DIRECTORY [PART OF A NAME]
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'puppeteer';
import { launchChrome } from '../src/node/chrome.ts';
import { serveDemo } from '../test/support/demo.ts';
import { loseDevices } from '../test/support/demo-page.ts';

interface Picture {
  name: string;
  /** Default: the main page. */
  file?: string;
  /** After `#`. */
  address?: string;
  prepare?: (page: Page) => Promise<void>;
  /** Only what the window shows, instead of the whole page. */
  window?: boolean;
}

const experiments = ['addition', 'multiplication'];
const button = (experiment: string) => `#${experiment} button.primary`;
const status = (page: Page, text: string) =>
  page.waitForFunction(
    (wanted, names) =>
      names.every((name) => document.querySelector(`#${name} .status`)?.textContent?.includes(wanted)),
    { timeout: 300_000 },
    text,
    experiments,
  );

const start = async (page: Page) => {
  await status(page, 'Ready');
  for (const name of experiments) await page.click(button(name));
};

const benchReady = (page: Page) => page.waitForSelector('button.primary');

const pictures: Picture[] = [
  { name: 'initial', prepare: async (page) => void (await status(page, 'Ready')) },
  { name: 'top', window: true, prepare: async (page) => void (await status(page, 'Ready')) },
  {
    name: 'training',
    async prepare(page) {
      await start(page);
      await page.waitForFunction(
        () =>
          Number(document.querySelector<HTMLDataElement>('#multiplication [data-name=epoch]')?.value) > 3000,
        { timeout: 120_000 },
      );
    },
  },
  {
    name: 'finished',
    address: 'addition.seed=2&multiplication.seed=3',
    async prepare(page) {
      await start(page);
      await status(page, 'Finished');
    },
  },
  {
    name: 'setting-error',
    address: 'addition.seed=-5&multiplication.epochs=0.5',
    async prepare(page) {
      await page.waitForSelector('#addition .notice-problem');
      await page.waitForSelector('#multiplication .notice-problem');
    },
  },
  { name: 'bench', file: 'bench.html', prepare: async (page) => void (await benchReady(page)) },
  {
    name: 'bench-finished',
    file: 'bench.html',
    async prepare(page) {
      await benchReady(page);
      for (const text of ['One small model', '100 small models']) {
        await page.click(`::-p-xpath(//label[contains(., "${text}")])`);
      }
      await page.click('button.primary');
      await page.waitForFunction(
        () => document.querySelector('.status')?.textContent?.includes('Finished.'),
        { timeout: 300_000 },
      );
    },
  },
  {
    name: 'device-lost',
    window: true,
    async prepare(page) {
      await status(page, 'Ready');
      await loseDevices(page);
      await page.waitForSelector('.notice-problem');
    },
  },
];

const sizes = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } };
const [directory = 'screenshots', part = ''] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });

const demo = await serveDemo();
const { browser } = await launchChrome();
try {
  for (const theme of ['light', 'dark']) {
    for (const [size, viewport] of Object.entries(sizes)) {
      for (const picture of pictures) await take(browser, picture, theme, size, viewport);
      await takeWithoutWebGpu(browser, theme, size, viewport);
    }
  }
} finally {
  await browser.close();
  await demo.close();
}

type Viewport = (typeof sizes)['wide'];

async function open(from: Browser, theme: string, viewport: Viewport): Promise<Page> {
  const page = await from.newPage();
  await page.setViewport({ ...viewport, deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
  return page;
}

async function take(
  from: Browser,
  picture: Picture,
  theme: string,
  size: string,
  viewport: Viewport,
): Promise<void> {
  const name = `${picture.name}-${size}-${theme}`;
  if (!name.includes(part)) return;
  const page = await open(from, theme, viewport);
  await page.goto(`${demo.url()}${picture.file ?? ''}${picture.address ? `#${picture.address}` : ''}`);
  await picture.prepare?.(page);
  // Colours of buttons fade from one state into the next.
  await setTimeout(500);
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: !picture.window });
  for (const experiment of picture.window ? [] : experiments) {
    const section = await page.$(`#${experiment} .bench`);
    await section?.screenshot({ path: join(directory, `${name}-${experiment}.png`) });
  }
  await page.close();
  console.log(name);
}

async function takeWithoutWebGpu(
  from: Browser,
  theme: string,
  size: string,
  viewport: Viewport,
): Promise<void> {
  const name = `no-webgpu-${size}-${theme}`;
  if (!name.includes(part)) return;
  const page = await open(from, theme, viewport);
  await page.evaluateOnNewDocument(() => Reflect.deleteProperty(Navigator.prototype, 'gpu'));
  await page.goto(demo.url());
  await page.waitForSelector('.notice-problem');
  await page.screenshot({ path: join(directory, `${name}.png`), fullPage: false });
  await page.close();
  console.log(name);
}
