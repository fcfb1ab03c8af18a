import type { Page } from 'puppeteer';
import { describe, expect, it } from 'vitest';
import { drawTable } from '../../bench/tables.ts';
import { workloads } from '../../bench/workloads.ts';
import { createModel, requestGpu } from '../../src/index.node.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { bench } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

/** What the library makes of the article's rows in 100 steps, from the weights of seed 0. */
async function lossInNode(): Promise<number> {
  const workload = workloads.find(({ name }) => name === 'article');
  if (!workload) throw new Error('no such workload');
  const gpu = await requestGpu();
  const model = createModel(gpu, {
    ...{ inputs: 2, seed: 0 },
    layers: [{ unit: 'NALU', outputs: 1, initialization: 'article' }],
  });
  const trainer = await model.createTrainer({ ...drawTable(workload, 2000), learningRate: 0.05 });
  await trainer.run(100);
  const loss = trainer.losses.at(-1);
  gpu.dispose();
  return loss ?? Number.NaN;
}

/** Keeps every number of steps that a lane shows. */
async function watch(page: Page, contender: string): Promise<() => Promise<number[]>> {
  await page.evaluate((name) => {
    const element = document.querySelector(`[data-name="steps-${name}"]`) as HTMLDataElement;
    const seen: number[] = [];
    new MutationObserver(() => seen.push(Number(element.value))).observe(element, { attributes: true });
    Object.assign(globalThis, { seen });
  }, contender);
  return () => page.evaluate(() => (globalThis as unknown as { seen: number[] }).seen);
}

const phaseOf = (page: Page, contender: string) =>
  page.$eval(`.lanes [data-contender=${contender}]`, (lane) => (lane as HTMLElement).dataset.phase);

describe('the section of the race', () => {
  // Without WebGL, so that one contender cannot start.
  const args = ['--disable-webgl', '--disable-webgl2'];
  const { open } = demoTests({ args });
  const { open: openIdle } = demoTests({ args, kernels: 'idle' });

  it('loads what is chosen when it starts, shows it race, and finds the losses equal', async () => {
    const { page, complaints } = await open('#race?against=tfjs-webgl,tfjs-wasm,jax-webgpu&seconds=0.5');
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const race = bench(page, 'race');
    await race.says('Ready: this package against 3, 500 ms each.');
    const before = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => name),
    );
    expect([...requests, ...before].filter((url) => url.includes('libraries/'))).toEqual([]);

    let shown = await watch(page, 'tfjs-wasm');
    await race.press('Start');
    await race.says('Finished');
    // A machine that is very busy may need too long for the step at which losses are compared; the lane says so.
    while (!(await race.text('.status')).includes('3 losses compared')) {
      expect(await race.text('.lanes')).toContain('loss not compared: step 100 would take about');
      shown = await watch(page, 'tfjs-wasm');
      await race.press('Race again');
      await race.says('Turn 1');
      await race.says('Finished');
    }
    await race.says('Finished; after step 100: 3 losses compared, all equal.');
    const loaded = requests.filter((url) => url.includes('libraries/')).join();
    for (const name of ['tfjs-wasm-', 'tfjs-webgl-', 'jax-webgpu-']) expect(loaded).toContain(name);
    for (const name of ['tfjs-cpu', 'tfjs-webgpu', 'jax-wasm']) expect(loaded).not.toContain(name);

    // On a logarithmic scale short bars are longer.
    const length = () =>
      page.$eval('#race .lanes [data-contender=tfjs-wasm] .bar-length', (bar) =>
        Number(bar.getAttribute('width')),
      );
    const linear = await length();
    expect(linear).toBeGreaterThan(0);
    const log = await page.$('#race .choice label:last-child');
    await log?.click();
    await page.waitForFunction(
      (before) =>
        Number(
          document
            .querySelector('#race .lanes [data-contender=tfjs-wasm] .bar-length')
            ?.getAttribute('width'),
        ) > before,
      {},
      linear,
    );

    // The lane's number grew, and never shrank.
    const steps = await shown();
    expect(steps.length).toBeGreaterThan(2);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(await race.number('steps-tfjs-wasm'));
    const rate = await race.number('rate-tfjs-wasm');
    // Not quite the same: the one is of all steps, and the other of whole ones in time.
    const ratio = (rate * 0.5) / (steps.at(-1) as number);
    expect([ratio > 0.5, ratio < 2]).toEqual([true, true]);
    expect(await race.number('rate-nalu')).toBeGreaterThan(rate);

    const expected = await lossInNode();
    expect((await race.number('loss-nalu')) / expected).toBeCloseTo(1, 4);
    for (const name of ['tfjs-wasm', 'jax-webgpu']) {
      expect((await race.number(`loss-${name}`)) / expected).toBeCloseTo(1, 3);
      expect(await race.text(`.results [data-contender=${name}] .verdict`)).toBe('equal');
    }
    expect(await race.text('.lanes [data-contender=tfjs-webgl] .lane-note')).toMatch(/^failed: it.*webgl/i);
    // What is left are the page's own and that of the section of tables.
    await expect.poll(() => page.workers().length, { timeout: 600_000 }).toBe(2);

    await page.evaluate(() => {
      const writeText = async (text: string) => void Object.assign(globalThis, { copied: text });
      Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
    });
    await race.press('Copy as Markdown');
    await page.waitForFunction(() => 'copied' in globalThis);
    const text = await page.evaluate(() => (globalThis as unknown as { copied: string }).copied);
    expect(text).toContain('| library | steps in 500 ms |');
    expect(text).toMatch(
      /\| This package \| \d+ \| [\d.]+ \| 1 \| [\d.]+ m?s \| [\d.]+ m?s \| 3\.47\d+e\+13 /,
    );
    expect(text).toMatch(/\| TensorFlow\.js, WebGL \| failed: it/);
    expect(text).toMatch(/Adapter: .+\. Browser: Mozilla.+nalu-webgpu \d.+tfjs-core \d.+jax \d/);
    expect(text).toContain(page.url());
    // What the page itself logs of a back end that cannot start is TensorFlow.js's.
    expect(complaints.filter((each) => !/webgl/i.test(each))).toEqual([]);
    const looks = [{ theme: 'light' }, { theme: 'dark', width: 360 }] as const;
    expect(await accessibilityFaults(page, '#race', looks)).toEqual([]);
    await page.close();
  });

  it('can be stopped, tells what disturbs it, and pauses that', async () => {
    const { page } = await open('#race?against=jax-wasm&seconds=60&learn:addition.epochs=1000000');
    // Links then jump, and buttons stand still.
    await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
    const race = bench(page, 'race');
    await race.says('Ready');
    await page.click('nav a[href="#learn"]');
    const addition = bench(page, 'addition');
    await addition.says('Ready');
    await addition.press('Start');
    await addition.says('Training');
    await page.click('nav a[href="#race"]');
    await race.press('Start');
    await race.above('steps-nalu', 100);
    expect(await race.text('.notice')).toContain('Another training runs on this page.');
    await race.press('Pause it');
    await addition.says('Paused');
    expect(await race.text('.notice')).toContain('Something else trained on this page during the race.');

    await race.press('Stop');
    await race.says('Stopped.');
    // What is left are the page's own and that of the section of tables.
    await expect.poll(() => page.workers().length, { timeout: 600_000 }).toBe(2);
    const held = await race.number('steps-nalu');
    expect([await phaseOf(page, 'nalu'), await phaseOf(page, 'jax-wasm')]).toEqual(['stopped', 'waiting']);
    await race.settles('steps-nalu');
    expect(await race.number('steps-nalu')).toBe(held);
    // Another setting is another race, of which nothing is known yet.
    await race.set('Seconds each', '0.25');
    await race.says('Ready: this package against 1, 250 ms each.');
    expect(await race.number('steps-nalu')).toBe(0);
    expect(await page.$('#race .notice')).toBeNull();
    await page.close();
  });

  it('keeps its settings in the address, and says what cannot be', async () => {
    const { page } = await openIdle('#race?train=ensemble-100&against=tfjs-cpu,jax-wasm&seconds=0&wheels=4');
    const race = bench(page, 'race');
    await race.says('Ready: this package against 2, 2 s each.');
    const faults = await race.text('.notice');
    expect(faults).toContain('seconds=0: it must be a number from 0.1 to 60');
    expect(faults).toContain('wheels=4: there is no such setting');
    expect(await page.$eval('#race select', ({ value }) => value)).toBe('ensemble-100');
    const lanes = await page.$$eval('#race .lanes li', (all) => all.map((lane) => lane.dataset.contender));
    expect(lanes).toEqual(['nalu', 'tfjs-cpu', 'jax-wasm']);
    await page.select('#race select', 'layer-256');
    // The engine for wide layers is another one.
    await page.waitForSelector('#race .lanes [data-contender=nalu-layered]');
    expect(new URL(page.url()).hash).toBe('#race?train=layer-256&against=tfjs-cpu,jax-wasm');
    await page.click('#race a[href="./bench.html"]');
    await page.waitForSelector('.chosen');
    await page.click('main a[href="./index.html#race"]');
    await race.says('Ready');
    await page.close();
  });

  it('says that nobody can race where there is no WebGPU', async () => {
    const { page } = await open('#race', {
      before: () => void Reflect.deleteProperty(Navigator.prototype, 'gpu'),
    });
    await bench(page, 'race').says('A race needs WebGPU.');
    const notes = await page.$$eval('#race .lane-note', (all) => all.map((each) => each.textContent ?? ''));
    expect(notes.join('')).toBe('');
    // What was measured elsewhere is shown all the same.
    const told = await page.$$eval('#race .headline .bar-time', (all) =>
      all.map((each) => each.textContent ?? ''),
    );
    expect(told[0]).toBe('3.07 µs');
    expect(told.length).toBeGreaterThan(4);
    expect(await page.$eval('#race button.primary', (button) => (button as HTMLButtonElement).disabled)).toBe(
      true,
    );
    await page.close();
  });
});
