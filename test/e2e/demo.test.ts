import puppeteer, { type Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModel, experiments, maxRelativeError, requestGpu } from '../../src/index.node.ts';
import { findChrome, type LaunchedChrome, launchChrome } from '../../src/node/chrome.ts';
import { type ServedDemo, serveDemo } from '../support/demo.ts';
import { bench, loseDevices, visit } from '../support/demo-page.ts';

/** Resolves to loopback, but is not 'localhost': a page from there is not secure. */
const insecureHost = 'demo.test';

describe('the web page', () => {
  let demo: ServedDemo;
  let chrome: LaunchedChrome;
  beforeAll(async () => {
    demo = await serveDemo();
    chrome = await launchChrome({ args: [`--host-resolver-rules=MAP ${insecureHost} 127.0.0.1`] });
  });
  afterAll(async () => {
    await chrome?.browser.close();
    await demo?.close();
  });
  const open = (address = '', before?: () => void) =>
    visit(chrome.browser, demo.url() + address, before ? { before } : {});

  it('loads from a folder, asks nobody else for anything, and names the adapter', async () => {
    const { page, complaints } = await open();
    await bench(page, 'addition').says('Ready: initial weights of seed 1.');
    await bench(page, 'multiplication').says('Ready: initial weights of seed 1.');
    await page.waitForSelector('#addition canvas');
    expect(await page.$eval('.badge-name', (badge) => badge.textContent)).toMatch(/\w/);
    expect((await page.$('.badge-kind')) !== null).toBe(chrome.software);
    const notice = await page.$$eval('.notice', (all) => all.map((one) => one.textContent).join());
    expect(notice.includes('This is a software adapter.')).toBe(chrome.software);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it.each(['addition', 'multiplication'] as const)(
    'trains %s to the numbers that the library gives in Node',
    async (name) => {
      const epochs = 300;
      const { page, complaints } = await open(`#${name}.seed=7&${name}.epochs=${epochs}`);
      const instruments = bench(page, name);
      await instruments.says('Ready: initial weights of seed 7.');
      await instruments.press('Start');
      await instruments.says(`Finished ${epochs} epochs`);

      const experiment = experiments[name];
      const { loss, learningRate, train, test } = experiment;
      const gpu = await requestGpu();
      const model = createModel(gpu, { ...experiment.model, seed: 7 });
      const { losses } = await model.train({ x: train.x, y: train.y, loss, learningRate, epochs });
      const predicted = await model.predict(test.x);
      const [layer] = await model.weights();
      gpu.dispose();

      const near = (value: number) => expect.closeTo(value, -Math.log10(1e-4 * Math.abs(value)));
      expect(await instruments.number('epoch')).toBe(epochs);
      expect(await instruments.number('cost')).toEqual(near(losses.at(-1) ?? Number.NaN));
      expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
      expect(await instruments.number('W1')).toEqual(near(layer?.effective.W?.[0]?.[0] ?? Number.NaN));
      expect(await instruments.number('W2')).toEqual(near(layer?.effective.W?.[1]?.[0] ?? Number.NaN));
      expect(await instruments.predictions()).toEqual([...predicted.slice(0, 10)].map(near));
      expect(await instruments.number('error')).toEqual(near(maxRelativeError(predicted, test.y)));
      expect(complaints).toEqual([]);
      await page.close();
    },
  );

  it('lowers the cost, pauses, holds still, and goes on', async () => {
    const { page } = await open('#addition.epochs=1000000');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.press('Step');
    await addition.says('Paused at epoch 1.');
    const first = await addition.number('cost');
    await addition.press('Continue');
    await addition.above('epoch', 100);
    expect(await addition.number('cost')).toBeLessThan(first / 10);
    expect(await addition.number('speed')).toBeGreaterThan(0);

    await addition.press('Pause');
    await addition.says('Paused');
    let held: number;
    do {
      held = await addition.number('epoch');
      await wait(500); // for the work that was under way when it was pressed
    } while ((await addition.number('epoch')) > held && held < 1_000_000);
    expect(held).toBeLessThan(1_000_000);
    await wait(1000);
    expect(await addition.number('epoch')).toBe(held);
    await addition.press('Continue');
    await addition.above('epoch', held);
    await page.close();
  });

  it('goes back to the initial weights on reset, and to others with a new seed', async () => {
    const { page } = await open();
    const addition = bench(page, 'addition');
    const weights = async () => [await addition.number('W1'), await addition.number('W2')];
    await addition.says('Ready');
    const initial = await weights();
    await addition.press('Start');
    await addition.above('epoch', 20);
    expect(await weights()).not.toEqual(initial);
    await addition.press('Reset');
    await addition.says('Ready: initial weights of seed 1.');
    expect(await addition.number('epoch')).toBe(0);
    expect(await weights()).toEqual(initial);
    await addition.press('New seed');
    await addition.says('Ready');
    expect(await addition.value('Seed')).not.toBe('1');
    expect(await weights()).not.toEqual(initial);
    await page.close();
  });

  it('keeps what was set in its address, and restores it from there', async () => {
    const { page } = await open();
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.set('Seed', '42');
    await addition.set('Epochs', '123');
    await bench(page, 'multiplication').set('Learning rate', '0.01');
    await addition.says('Ready: initial weights of seed 42.');
    const weight = await addition.number('W1');
    const address = new URL(page.url()).hash;
    expect(address).toBe('#addition.seed=42&addition.epochs=123&multiplication.rate=0.01');
    await page.close();

    const { page: other } = await open(address);
    const restored = bench(other, 'addition');
    await restored.says('Ready: initial weights of seed 42.');
    expect(await restored.value('Epochs')).toBe('123');
    expect(await bench(other, 'multiplication').value('Learning rate')).toBe('0.01');
    expect(await restored.number('W1')).toBe(weight);
    await other.click('nav a[href="#multiplication"]'); // a link to a section leaves the settings alone
    await other.waitForFunction((kept) => location.hash === kept && scrollY > 0, {}, address);
    await other.close();
  });

  it('shows what the library says of a bad setting, and goes on with a good one', async () => {
    const { page } = await open('#addition.seed=-5&multiplication.epochs=0.5');
    const addition = bench(page, 'addition');
    await page.waitForSelector('#addition .notice');
    expect(await addition.text('.notice')).toContain('seed is -5; it must be a whole number from 0');
    expect(await bench(page, 'multiplication').text('.notice')).toContain('epochs is 0.5');
    await addition.set('Seed', '5');
    await addition.says('Ready: initial weights of seed 5.');
    expect(await page.$('#addition .notice')).toBeNull();
    await page.close();
  });

  it('reads the cost of any epoch to the keyboard, and changes its theme', async () => {
    const { page } = await open('#addition.epochs=50');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.press('Start');
    await addition.says('Finished');
    await page.focus('#addition [role=slider]');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() =>
      document.querySelector('#addition [role=slider]')?.ariaValueText?.startsWith('epoch 1: '),
    );
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const before = await theme();
    await page.click('.icon-button');
    expect([before, await theme()].sort()).toEqual(['dark', 'light']);
    await page.close();
  });

  it('says that the device was lost, and starts again on a new one', async () => {
    const { page } = await open('#addition.epochs=1000000');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.press('Start');
    await addition.above('epoch', 10);
    await loseDevices(page);
    const button = await page.waitForSelector('main > .notice-problem button');
    expect(await page.$eval('main > .notice-problem', (notice) => notice.textContent)).toContain('was lost');
    await addition.says('Waiting for a GPU.');
    await button?.click();
    await addition.says('Ready');
    expect(await page.$('.notice-problem')).toBeNull();
    await addition.press('Start');
    await addition.above('epoch', 10);
    await page.close();
  });

  describe('without WebGPU', () => {
    const notice = async (browser: Browser, url: string, before?: () => void) => {
      const { page } = await visit(browser, url, before ? { before } : {});
      await page.waitForSelector('.notice-problem');
      const text = await page.$eval('.notice-problem', (element) => element.textContent);
      expect(
        await page.$eval('#addition button.primary', (button) => (button as HTMLButtonElement).disabled),
      ).toBe(true);
      await page.close();
      return text;
    };

    it('names browsers that have it', async () => {
      const remove = () => void Reflect.deleteProperty(Navigator.prototype, 'gpu');
      expect(await notice(chrome.browser, demo.url(), remove)).toMatch(/no WebGPU.*Chrome.*Safari.*Firefox/);
    });

    it('asks for a secure connection', async () => {
      expect(await notice(chrome.browser, demo.url(insecureHost))).toMatch(/secure connection.*https/);
    });

    it('says how to get an adapter', async () => {
      const found = await findChrome();
      const browser = await puppeteer.launch({
        executablePath: found.executablePath,
        headless: found.source === 'npm' ? 'shell' : true,
        args: [...found.args, '--disable-gpu'],
        env: { ...process.env, ...found.env },
      });
      try {
        expect(await notice(browser, demo.url())).toMatch(
          /offers no GPU.*hardware acceleration.*chrome:\/\/gpu/,
        );
      } finally {
        await browser.close();
      }
    });
  });
});

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
