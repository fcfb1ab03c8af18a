/**
 * Makes the moving picture of the README from the real page: opens it in headless Chrome, trains, and keeps what the window
 * shows: node tools/run.mjs tools/moving-picture.ts [FILE.webp]
 */

import { stat, writeFile } from 'node:fs/promises';
import type { Page } from 'puppeteer';
import sharp from 'sharp';
import { launchChrome } from '../src/node/chrome.ts';
import { serveDemo } from '../test/support/demo.ts';
import { bench } from '../test/support/demo-page.ts';

interface Scene {
  /** After `#`. */
  readonly address: string;
  /** Its upper edge is that of the picture. */
  readonly top: string;
  /** Makes everything ready, and starts. */
  readonly start: (page: Page) => Promise<void>;
  /** Whose status says how far it is, and what it says in the end. */
  readonly section: string;
  readonly end: string;
  /** At most so many, evenly from the first to the last: how fast the machine is makes no difference. */
  readonly frames: number;
}

/** Of the window, and what it is scaled by. */
const SIZE = { width: 1280, height: 900 };
const SCALE = 0.75;
/** Milliseconds a frame is shown; the last one of a scene longer. */
const FRAME = 140;
const LAST = 1800;
const MOST_BYTES = 299_000;

const press =
  (name: string, button = 'Start') =>
  async (page: Page) => {
    await bench(page, name).says('Ready');
    await bench(page, name).press(button);
    await page.waitForFunction(
      (selector) => !document.querySelector(selector)?.textContent?.startsWith('Ready'),
      {},
      `#${name} .status`,
    );
  };

const trainFirst = async (page: Page) => {
  await bench(page, 'multiply').says('From random weights, on');
  await bench(page, 'multiply').press('Train both anew');
};

const scenes: readonly Scene[] = [
  {
    address: 'multiply',
    top: 'body',
    start: trainFirst,
    section: 'multiply',
    end: 'Both learned',
    frames: 26,
  },
  {
    address: 'learn?multiplication.seed=2',
    top: '#multiplication .bench',
    start: press('multiplication'),
    section: 'multiplication',
    end: 'Finished',
    frames: 20,
  },
  {
    address: 'ensemble?units=NMU,NAC•,NALU&seeds=300&steps=3000&batch=32',
    top: '#ensemble .status',
    start: press('ensemble'),
    section: 'ensemble',
    end: 'Finished',
    frames: 20,
  },
  {
    address: 'numbers',
    top: '#numbers .status',
    start: press('numbers', 'Search'),
    section: 'numbers',
    end: 'Found',
    frames: 8,
  },
];

const [file = 'docs/page.webp'] = process.argv.slice(2);
const demo = await serveDemo();
const { browser } = await launchChrome();
const frames: Buffer[] = [];
const delays: number[] = [];
try {
  for (const scene of scenes) await shoot(scene);
} finally {
  await browser.close();
  await demo.close();
}
for (const quality of [80, 65, 50, 42, 35, 28]) {
  const picture = sharp(frames, { join: { animated: true } });
  await writeFile(file, await picture.webp({ quality, delay: delays, loop: 0, effort: 5 }).toBuffer());
  if ((await stat(file)).size <= MOST_BYTES) break;
}
const { size } = await stat(file);
if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes; it must have at most ${MOST_BYTES}`);
console.log(`${file}: ${frames.length} frames, ${size} bytes`);

async function shoot({ address, top, start, section, end, frames: most }: Scene): Promise<void> {
  const page = await browser.newPage();
  await page.setViewport({ ...SIZE, deviceScaleFactor: 1 });
  await page.emulateMediaFeatures([
    { name: 'prefers-color-scheme', value: 'light' },
    { name: 'prefers-reduced-motion', value: 'no-preference' },
  ]);
  await page.goto(`${demo.url()}#${address}`);
  await start(page);
  await page.evaluate((selector) => {
    document.documentElement.style.scrollBehavior = 'auto';
    document.querySelector(selector)?.scrollIntoView({ block: 'start', behavior: 'instant' });
  }, top);
  const taken: Uint8Array[] = [];
  for (let over = false; !over; ) {
    over = (await page.$eval(`#${section} .status`, (status) => status.textContent ?? '')).includes(end);
    // What came last is drawn a little later.
    await new Promise((resolve) => setTimeout(resolve, over ? 1000 : FRAME));
    taken.push(await page.screenshot({ type: 'png', optimizeForSpeed: true }));
  }
  await page.close();
  const count = Math.min(most, taken.length);
  for (let index = 0; index < count; index++) {
    const shot = taken[Math.round((index * (taken.length - 1)) / Math.max(count - 1, 1))] as Uint8Array;
    frames.push(
      await sharp(shot)
        .resize(Math.round(SCALE * SIZE.width))
        .png()
        .toBuffer(),
    );
    delays.push(index === count - 1 ? LAST : FRAME);
  }
  console.log(`${address}: ${count} of ${taken.length} frames`);
}
