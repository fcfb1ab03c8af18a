import { describe, expect, it } from 'vitest';
import { createModel, experiments, maxRelativeError, requestGpu } from '../../src/index.node.ts';
import { bench } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

describe('the section of the two experiments', () => {
  const { open } = demoTests();

  it('trains both to the numbers that the library gives in Node, side by side', async () => {
    const epochs = 300;
    const names = ['addition', 'multiplication'] as const;
    const set = names.map((name) => `${name}.seed=7&${name}.epochs=${epochs}`).join('&');
    const { page, complaints } = await open(`#learn?${set}`);
    for (const name of names) await bench(page, name).says('Ready: initial weights of seed 7.');
    for (const name of names) await bench(page, name).press('Start');
    for (const name of names) {
      const instruments = bench(page, name);
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
    }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('lowers the cost, pauses, holds still, and goes on', async () => {
    const { page } = await open('#learn?addition.epochs=1000000');
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
    await addition.settles('epoch');
    const held = await addition.number('epoch');
    expect(held).toBeLessThan(1_000_000);
    await addition.press('Continue');
    await addition.above('epoch', held);
    await page.close();
  });

  it('goes back to the initial weights on reset, and to others with a new seed', async () => {
    const { page } = await open('#learn');
    const addition = bench(page, 'addition');
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
    await page.close();
  });

  it('reads the cost of any epoch to the keyboard', async () => {
    const { page } = await open('#learn?addition.epochs=50');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.press('Start');
    await addition.says('Finished');
    await page.focus('#addition [role=slider]');
    await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() =>
      document.querySelector('#addition [role=slider]')?.ariaValueText?.startsWith('epoch 1: '),
    );
    await page.close();
  });
});
