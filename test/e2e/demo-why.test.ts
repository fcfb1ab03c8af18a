import { describe, expect, it } from 'vitest';
import { scientific } from '../../demo/src/format.ts';
import { findTask, identityCurve, requestGpu, trainEnsemble } from '../../src/index.node.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { bench, longestTask, loseDevices } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

const seeds = [5, 6, 7];
const steps = 80;

/** The curves of the same seeds in the library: 161 points from −20 to 20. */
async function trainInNode(unit: string) {
  const { options } = findTask('identity').cell({ operation: 'identity', unit, seeds });
  const gpu = await requestGpu();
  const { parameters } = await trainEnsemble(gpu, { ...options, steps, learningRate: 0.02 });
  gpu.dispose();
  const each = parameters.length / seeds.length;
  return seeds.map((_, index) =>
    identityCurve(options.model, parameters.slice(index * each, (index + 1) * each), undefined, 161),
  );
}

/** Mean of |y − x| over all models and the points at these distances from 0. */
function meanError(curves: Awaited<ReturnType<typeof trainInNode>>, above: number, to: number): number {
  const errors = curves.flatMap(({ x, y }) =>
    [...x].flatMap((at, n) =>
      Math.abs(at) > above && Math.abs(at) <= to ? [Math.abs((y[n] as number) - at)] : [],
    ),
  );
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

describe('the section on why networks fail', () => {
  const { open } = demoTests();
  const { open: openIdle } = demoTests({ kernels: 'idle' });

  it('shows the curves that the library trains from the same seeds, and how far they are off', async () => {
    const set = `curves=relu,nac&seed=${seeds[0]}&models=${seeds.length}&steps=${steps}&rate=0.02`;
    const { page, complaints } = await open(`#why?${set}`);
    const why = bench(page, 'why');
    await why.says('Ready: initial weights of seed 5.');
    await why.press('Start');
    await why.says(`Finished ${steps} steps; far outside, `);
    expect(await why.number('step')).toBe(steps);
    await why.unfold();

    const expected = { relu: await trainInNode('Dense ReLU'), nac: await trainInNode('NAC') };
    const far: number[] = [];
    for (const [name, curves] of Object.entries(expected)) {
      for (const [band, [above, to]] of Object.entries([
        [-1, 5],
        [5, 10],
        [10, 15],
        [15, 20],
      ] as const)) {
        const error = meanError(curves, above, to);
        expect(await why.number(`error-${name}-${band}`)).toBeCloseTo(error, 3 - Math.log10(error));
        if (to === 20) far.push(error);
      }
    }
    expect(await why.number('worst')).toBeCloseTo(Math.max(...far), 4);
    expect(await why.number('best')).toBeCloseTo(Math.min(...far), 4);

    // The keyboard points at a place, and both charts say what is there.
    await page.focus('#why [role=slider][aria-label^="Answers"]');
    await page.keyboard.press('ArrowRight');
    const said = await page.waitForSelector('#why [role=slider][aria-valuetext^="x = −20: ReLU"]');
    const text = await said?.evaluate((slider) => slider.getAttribute('aria-valuetext'));
    const [relu, nac] = [expected.relu, expected.nac].map(([first]) => scientific(first?.y[0] as number, 3));
    expect(text).toBe(`x = −20: ReLU ${relu}, NAC ${nac}`);
    expect(await why.text('.curve-legend')).toMatch(
      new RegExp(`^x = −20ReLU${relu}; mean error [\\d.]+NAC${nac}; mean error `),
    );
    // Both charts show the place, whichever is pointed at.
    const lines = () =>
      page.$$eval('#why .u-cursor-x', (all) => all.map((line) => (line as HTMLElement).style.transform));
    expect(await lines()).toHaveLength(2);
    await expect.poll(async () => new Set(await lines()).size, { timeout: 60_000 }).toBe(1);
    expect(complaints).toEqual([]);
    expect(await accessibilityFaults(page, '#why')).toEqual([]);
    await page.close();
  });

  it('steps, pauses, goes on after the GPU was lost, and rewinds to the same start', async () => {
    const { page } = await open('#why?curves=nac&steps=100000&models=30');
    const why = bench(page, 'why');
    await why.says('Ready');
    await why.unfold();
    const initial = await why.number('error-nac-3');
    expect(initial).toBeGreaterThan(1);
    await why.press('Step');
    await why.says('Paused at step 10.');
    expect(await why.number('error-nac-3')).toBeLessThan(initial);
    await why.press('Continue');
    await why.above('step', 30);
    expect(await longestTask(page, 1000)).toBeLessThan(100);
    await why.press('Pause');
    await why.says('Paused at step');
    await why.settles('step');
    const held = await why.number('step');
    expect(held).toBeLessThan(100_000);

    await why.press('Continue');
    await why.above('step', held);
    await loseDevices(page);
    await why.says('The GPU was lost and came back: going on from step');
    await why.above('step', held + 1);
    await why.press('Reset');
    await why.says('Ready');
    expect(await why.number('step')).toBe(0);
    expect(await why.number('error-nac-3')).toBe(initial);
    await why.press('New seed');
    await page.waitForFunction(
      (before) =>
        ![undefined, '', String(before)].includes(
          document.querySelector<HTMLDataElement>('#why [data-name=error-nac-3]')?.value,
        ),
      {},
      initial,
    );
    expect(new URL(page.url()).hash).toMatch(/seed=\d+/);
    await page.close();
  });

  it('has every curve before the first kernel is compiled, keeps its settings in the address, and says what cannot be', async () => {
    const { page } = await openIdle('#why?seed=3&steps=7&depth=9');
    const why = bench(page, 'why');
    await why.says('Ready: initial weights of seed 3.');
    await why.unfold();
    const names = ['tanh', 'sigmoid', 'relu', 'relu6', 'nac'];
    for (const name of names) expect(await why.number(`error-${name}-0`)).toBeGreaterThan(0);
    expect(await page.$eval('#why .notice', (notice) => notice.textContent)).toMatch(
      /depth=9: it must be a whole number from 1 to 4/,
    );
    const toggle = async (label: string) => {
      await page.$eval('#why .more:has(.toggles)', (each) => {
        (each as HTMLDetailsElement).open = true;
      });
      const box = await page.waitForSelector(`#why ::-p-aria([name="${label}"][role="checkbox"])`);
      await box?.click();
    };
    for (const label of ['tanh', 'sigmoid', 'ReLU', 'ReLU6', 'linear']) await toggle(label);
    await page.waitForFunction(() => location.hash === '#why?curves=nac&seed=3&steps=7');
    await toggle('NAC'); // the last one stays
    await why.says('Ready');
    expect(await page.$$('#why .matrix tbody tr')).toHaveLength(1);

    await why.set('Width', '32');
    await why.set('Depth', '4');
    await why.says('Waiting for another setting.');
    expect(await why.text('.notice-problem')).toMatch(/too large for one workgroup; use fewer or narrower/);
    await why.set('Width', '2');
    await why.says('Ready');
    await why.set('Width', '0');
    await page.waitForSelector('#why .field-fault');
    expect(await why.text('.field-fault')).toMatch(/from 1 to 32; 2 stays in use/);
    const address = new URL(page.url()).hash;
    await page.close();

    const { page: other } = await openIdle(address);
    const restored = bench(other, 'why');
    await restored.says('Ready: initial weights of seed 3.');
    expect([await restored.value('Width'), await restored.value('Depth')]).toEqual(['2', '4']);
    expect(await restored.value('Steps')).toBe('7');
    await other.waitForSelector('#why .matrix tbody tr');
    expect(await other.$$('#why .matrix tbody tr')).toHaveLength(1);
    await other.close();
  });
});
