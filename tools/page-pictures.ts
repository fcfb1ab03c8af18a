/** Takes the pictures of docs/page.md from the real page in headless Chrome: node tools/run.mjs tools/page-pictures.ts [FOLDER] */

import { join } from 'node:path';
import sharp from 'sharp';
import { launchChrome } from '../src/node/chrome.ts';
import { serveDemo } from '../test/support/demo.ts';
import { bench } from '../test/support/demo-page.ts';

interface Picture {
  readonly name: string;
  readonly section: string;
  /** What is set in its link. */
  readonly set: string;
  readonly button: string;
  /** Said when it has ended. */
  readonly end: string;
  /** Stands right under the head of the page. */
  readonly top: string;
}

const pictures: readonly Picture[] = [
  {
    ...{ name: 'page-thousand', section: 'ensemble', set: 'units=NMU,NAC•,NALU&seeds=150' },
    ...{ button: 'Start', end: 'Finished', top: '.unit-legend' },
  },
  {
    ...{ name: 'page-numbers', section: 'numbers', set: 'table=energy' },
    ...{ button: 'Search', end: 'Found', top: '.status' },
  },
];

const [folder = 'docs'] = process.argv.slice(2);
const demo = await serveDemo();
const { browser } = await launchChrome();
try {
  for (const { name, section, set, button, end, top } of pictures) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 1010, deviceScaleFactor: 1 });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: 'light' },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ]);
    await page.goto(`${demo.url()}#${section}?${set}`);
    await bench(page, section).says('Ready');
    await bench(page, section).press(button);
    await bench(page, section).says(end);
    await page.$eval(`#${section} ${top}`, (element) => {
      element.scrollIntoView({ block: 'start', behavior: 'instant' });
    });
    // What came last is drawn a little later.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const shot = await page.screenshot({ type: 'png' });
    await sharp(shot)
      .resize(900)
      .webp({ quality: 80 })
      .toFile(join(folder, `${name}.webp`));
    await page.close();
    console.log(name);
  }
} finally {
  await browser.close();
  await demo.close();
}
