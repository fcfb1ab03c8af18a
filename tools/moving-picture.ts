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
  readonly frames: number;
}

const SIZE = { width: 960, height: 640 };
/** Milliseconds a frame is shown; the last one of a scene longer. They are taken about as fast as they are shown. */
const FRAME = 140;
const LAST = 1800;
const MOST_BYTES = 1_500_000;

const press = (name: string) => async (page: Page) => {
  await bench(page, name).says('Ready');
  await bench(page, name).press('Start');
};

const scenes: readonly Scene[] = [
  { address: 'why', top: '#why .bench', start: press('why'), frames: 26 },
  {
    address: 'learn?multiplication.seed=2&multiplication.epochs=12000',
    top: '#multiplication .bench',
    start: press('multiplication'),
    frames: 26,
  },
  {
    address: 'ensemble?units=NMU,NAC•,NALU&seeds=300&steps=3000&batch=32',
    top: '#ensemble .bench',
    start: press('ensemble'),
    frames: 26,
  },
  { address: 'numbers', top: '#numbers .bench', start: press('numbers'), frames: 44 },
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
for (const quality of [80, 65, 50, 35]) {
  const picture = sharp(frames, { join: { animated: true } });
  await writeFile(file, await picture.webp({ quality, delay: delays, loop: 0, effort: 5 }).toBuffer());
  if ((await stat(file)).size <= MOST_BYTES) break;
}
const { size } = await stat(file);
if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes; it must have at most ${MOST_BYTES}`);
console.log(`${file}: ${frames.length} frames, ${size} bytes`);

async function shoot({ address, top, start, frames: count }: Scene): Promise<void> {
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
  let last = 0;
  for (let index = 0; index < count; index++) {
    const now = performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, FRAME - (now - last))));
    last = performance.now();
    frames.push(Buffer.from(await page.screenshot({ type: 'png', optimizeForSpeed: true })));
    delays.push(index === count - 1 ? LAST : FRAME);
  }
  await page.close();
  console.log(`${address}: ${count} frames`);
}
