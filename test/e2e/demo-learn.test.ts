import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { adam } from '../../demo/src/experiments/article/plan.ts';
import { createModel, experiments, maxRelativeError, requestGpu } from '../../src/index.node.ts';
import { loadModel } from '../../src/io/index.ts';
import { bench } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

describe('the section of the two experiments', () => {
  const { lead } = demoTests();

  /** The instruments of one of the two, at the start of a run with what `address` sets. */
  const begin = async (name: 'addition' | 'multiplication', address: string) => {
    const { page, complaints } = await lead(address);
    const instruments = bench(page, name);
    await page.waitForSelector(`#${name} .status`);
    if (!/Ready/.test(await instruments.text('.status'))) await instruments.press('Reset');
    await instruments.says('Ready');
    return { page, complaints, instruments };
  };

  it.each([{ recipe: 'short' }, { recipe: 'article' }] as const)(
    'trains both to the numbers that the library gives in Node, recipe $recipe',
    async ({ recipe }) => {
      const { learningRate: rate, beta2 } = experiments.addition.recipes[recipe];
      const epochs = 300;
      const names = ['addition', 'multiplication'] as const;
      const set = names
        .map((name) => `${name}.seed=7&${name}.epochs=${epochs}&${name}.rate=${rate}&${name}.beta2=${beta2}`)
        .join('&');
      const { page, complaints } = await lead(`#learn?${set}`);
      for (const name of names) await bench(page, name).says('Ready: initial weights of seed 7.');
      for (const name of names) await bench(page, name).press('Start');
      for (const name of names) {
        const instruments = bench(page, name);
        await instruments.says(`Finished ${epochs} epochs`);

        const experiment = experiments[name];
        const { loss, train, test } = experiment;
        const gpu = await requestGpu();
        const model = createModel(gpu, { ...experiment.model, seed: 7 });
        const optimizer = adam(beta2);
        const { losses } = await model.train({
          x: train.x,
          y: train.y,
          loss,
          optimizer,
          learningRate: rate,
          epochs,
        });
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
      }
      expect(complaints).toEqual([]);
    },
  );

  it('lowers the cost, pauses, holds still, and goes on', async () => {
    const { instruments: addition } = await begin('addition', '#learn?addition.epochs=1000000');
    await addition.press('Step');
    await addition.says('Paused at epoch 1.');
    const first = await addition.number('cost');
    await addition.press('Continue');
    await addition.above('epoch', 300);
    expect(await addition.number('cost')).toBeLessThan(first / 10);
    expect(await addition.number('speed')).toBeGreaterThan(0);

    await addition.press('Pause');
    await addition.says('Paused');
    await addition.settles('epoch');
    const held = await addition.number('epoch');
    expect(held).toBeLessThan(1_000_000);
    await addition.press('Continue');
    await addition.above('epoch', held);
  });

  it('goes back to the initial weights on reset, and to others with a new seed', async () => {
    const { page, instruments: addition } = await begin('addition', '#addition?learn:addition.seed=1');
    const weights = async () => [await addition.number('W1'), await addition.number('W2')];
    await addition.says('Ready: initial weights of seed 1.');
    await page.waitForSelector('#addition [data-name="W1"]');
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
  });

  it('pauses once the cost is as small as was asked for, and goes on when told to', async () => {
    const { instruments: addition } = await begin(
      'addition',
      '#learn?addition.seed=2&addition.epochs=1000000&addition.stop=1000000',
    );
    await addition.press('Start');
    await addition.says('the cost is below 1.0');
    await addition.settles('epoch');
    const held = await addition.number('epoch');
    expect(await addition.number('cost')).toBeLessThan(1e6);
    await addition.press('Continue');
    await addition.above('epoch', held + 100);
    await addition.says('Training…');
  });

  it('multiplies as exactly as the article, in a training of seconds, whatever numbers are typed', async () => {
    const {
      page,
      complaints,
      instruments: multiplication,
    } = await begin('multiplication', '#learn?multiplication.seed=1');
    await multiplication.press('Start');
    await multiplication.says('Finished 1000 epochs');
    const predicted = await multiplication.predictions();
    const { test, article } = experiments.multiplication;
    const errorOf = (values: readonly number[]) =>
      Math.max(...values.map((value, row) => Math.abs(value / (test.y[row]?.[0] ?? 0) - 1)));
    expect(predicted).toHaveLength(10);
    expect(errorOf(predicted)).toBeLessThanOrEqual(errorOf(article));
    console.log(`${await multiplication.text('[data-name=speed] + small')}`);
    const own = await page.$('#multiplication .own-question input');
    await own?.click({ clickCount: 3 });
    await own?.type('123456');
    expect(Math.abs((await multiplication.number('own-answer')) / (123_456 * 2718) - 1)).toBeLessThan(1e-5);
    await multiplication.press('Train as in the article');
    await multiplication.says('Ready');
    expect(await multiplication.value('Epochs')).toBe('22000');
    expect(complaints).toEqual([]);
  });

  it('moves a unit by hand: its answer follows, and is right everywhere once the weights are', async () => {
    const { page } = await lead('#learn?addition.seed=1');
    const answer = () => bench(page, 'learn').number('unit-answer');
    expect(await answer()).toBeCloseTo(0.25 * (0.6 * 6 + 0.9 * 7) + 0.75 * 6 ** 0.6 * 7 ** 0.9, 9);
    await bench(page, 'learn').press('multiplies');
    expect(await answer()).toBe(42);
    expect(await bench(page, 'learn').text('.unit-verdict')).toContain('right, here and everywhere');
    await bench(page, 'learn').press('adds');
    expect(await answer()).toBe(13);
    await page.focus('.unit-slider input');
    await page.keyboard.press('Home');
    expect(await answer()).toBe(7 - 6);
  });

  it('trains an ordinary network beside the unit, which is lost far outside', async () => {
    const { instruments: addition } = await begin('addition', '#learn?addition.seed=2&addition.epochs=4000');
    await addition.press('Start');
    await addition.says('Finished');
    expect(await addition.number('far-error')).toBeLessThan(1e-2);
    expect(await addition.number('network-far-error')).toBeGreaterThan(0.1);
  });

  it('gives the run as a program that makes it again, and the unit as files', async () => {
    const { page, instruments: multiplication } = await begin(
      'multiplication',
      '#learn?multiplication.seed=3&multiplication.epochs=200',
    );
    await multiplication.press('Start');
    await multiplication.says('Finished');
    const cost = await multiplication.number('cost');
    const [first] = await multiplication.predictions();
    const folder = await mkdtemp(join(tmpdir(), 'nalu-learn-'));
    try {
      await page.evaluate(() => {
        navigator.clipboard.writeText = async (text) => {
          document.documentElement.dataset.copied = text;
        };
      });
      await multiplication.press('Copy code');
      await page.waitForFunction(() => document.documentElement.dataset.copied !== undefined);
      const program = await page.evaluate(() => document.documentElement.dataset.copied ?? '');
      const library = pathToFileURL(join(import.meta.dirname, '../../dist/src/index.node.js')).href;
      await writeFile(join(folder, 'run.mjs'), program.replace("'nalu-webgpu'", `'${library}'`));
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'run.mjs')]);
      const printed = Number(/^cost (.*)$/m.exec(stdout)?.[1]);
      expect(Math.abs(printed / cost - 1)).toBeLessThan(1e-4);

      const client = await page.createCDPSession();
      await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
      const name = 'multiplication-seed-3-epoch-200';
      const download = async (label: string, ending: string) => {
        await multiplication.press(label);
        return vi.waitFor(() => readFile(join(folder, `${name}.${ending}`)), { timeout: 600_000 });
      };
      const model = loadModel(await download('Weights', 'safetensors'));
      expect(model.notes).toEqual({
        experiment: 'multiplication',
        learningRate: '0.02',
        beta2: '0.9',
        epochs: '200',
      });
      await download('JavaScript', 'js');
      await rename(join(folder, `${name}.js`), join(folder, 'unit.mjs'));
      const { predict } = await import(pathToFileURL(join(folder, 'unit.mjs')).href);
      const [x] = experiments.multiplication.test.x;
      const computed = predict([x]).flat()[0] as number;
      expect(Math.abs(computed / (first as number) - 1)).toBeLessThan(1e-4);
      expect(String(await download('Python', 'py'))).toContain('def predict');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('reads the cost of any epoch to the keyboard', async () => {
    const { page, instruments: addition } = await begin('addition', '#learn?addition.epochs=50');
    await addition.press('Start');
    await addition.says('Finished');
    await addition.unfold();
    await page.waitForSelector('#addition [role=slider]');
    await page.focus('#addition [role=slider]');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() =>
      document.querySelector('#addition [role=slider]')?.ariaValueText?.startsWith('epoch 1: '),
    );
  });
});
