import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fit as findFormula, fitJson } from '../../src/fit/index.ts';
import { printFormula } from '../../src/formula/index.ts';
import { requestGpu } from '../../src/index.node.ts';
import { loadFormula, readTable, writeNpy } from '../../src/io/index.ts';
import { accessibilityFaults } from '../support/accessibility.ts';
import { bench, loseDevices } from '../support/demo-page.ts';
import { demoTests } from '../support/demo-tests.ts';

interface Downloads {
  downloads?: Promise<number[]>[];
}

/** Keeps what the page hands out as files, as bytes. */
function keepDownloads(): void {
  const kept: Promise<number[]>[] = [];
  (globalThis as Downloads).downloads = kept;
  const create = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (blob: Blob) => {
    kept.push(blob.arrayBuffer().then((buffer) => [...new Uint8Array(buffer)]));
    return create(blob);
  };
}

const downloaded = async (page: Page): Promise<Uint8Array> =>
  Uint8Array.from(await page.evaluate(() => (globalThis as Downloads).downloads?.at(-1) ?? []));

const textArea = '#numbers textarea';
const textOf = (page: Page) => page.$eval(textArea, (area) => (area as HTMLTextAreaElement).value);

/** Writes over what stands in the text area. */
async function write(page: Page, text: string): Promise<void> {
  await page.$eval(
    textArea,
    (area, written) => {
      (area as HTMLTextAreaElement).value = written;
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    },
    text,
  );
}

async function paste(page: Page, text: string): Promise<void> {
  await page.$eval(
    textArea,
    (area, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      area.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
    },
    text,
  );
}

/** Drops a file on the section, as a visitor's mouse would. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  await page.evaluate(
    (name, content) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], name));
      const place = document.querySelector('#numbers .bench');
      for (const type of ['dragover', 'drop']) {
        place?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }
    },
    name,
    content,
  );
}

/** Chooses by the label of a list. */
async function choose(page: Page, label: string, value: string): Promise<void> {
  await page.$$eval('#numbers details.more', (all) => {
    for (const each of all) (each as HTMLDetailsElement).open = true;
  });
  const list = await page.waitForSelector(`#numbers ::-p-aria([name="${label}"][role="combobox"])`);
  await list?.select(value);
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-numbers-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the section of your numbers', () => {
  const { open } = demoTests();
  // Tables are read, and refused, without a kernel.
  const { open: openIdle, lead } = demoTests({ kernels: 'idle' });

  it('finds in a sample what the library finds, and hands it out', async () => {
    const { page, complaints } = await open('#numbers?table=energy&seed=3', { before: keepDownloads });
    const numbers = bench(page, 'numbers');
    await numbers.says('Ready: 120 rows, energy from mass and velocity.');
    const text = await textOf(page);
    await numbers.press('Search');
    await numbers.says('Found: energy = 0.5 * mass * velocity ^ 2.');

    const gpu = await requestGpu();
    const table = await readTable(text);
    const expected = await findFormula(gpu, table, { target: 'energy', seed: 3 });
    gpu.dispose();
    expect(await numbers.text('.formula-math')).toBe('energy=0.5·mass·velocity2');
    expect(await numbers.number('starts')).toBe(expected.starts);
    const { linear } = expected.baselines;
    for (const part of ['inRange', 'outOfRange'] as const) {
      expect(await numbers.number(`formula-${part}`)).toBeLessThan(1e-12);
      expect(await numbers.number(`linear-${part}`)).toBeCloseTo(linear[part].maxRelativeError, 9);
    }

    const [massField, velocityField] = await page.$$('.predict input');
    for (const [field, value] of [
      [massField, '1000'],
      [velocityField, '300'],
    ] as const) {
      await field?.click({ clickCount: 3 });
      await field?.type(value);
    }
    const predicted = () => document.querySelector<HTMLDataElement>('[data-name=prediction]')?.value;
    await page.waitForFunction(`Number((${predicted})()) > 1e6`);
    expect(Math.abs((await numbers.number('prediction')) / 45_000_000 - 1)).toBeLessThan(1e-9);

    // Whatever is typed stays as it is typed, and counts at once; what is not a number is said, and does not.
    const shown = () => massField?.evaluate(({ value }) => value);
    const answers = async (text: string, mass: number) => {
      await massField?.click({ clickCount: 3 });
      await page.keyboard.press('Backspace');
      await massField?.type(text);
      expect(await shown()).toBe(text);
      const near = `Math.abs(Number((${predicted})()) / ${45_000 * mass} - 1) < 1e-9`;
      await page.waitForFunction(near);
    };
    for (const [text, mass] of [
      ['2.5', 2.5],
      ['0.05', 0.05],
      ['3.140', 3.14],
      ['1e12', 1e12],
      ['3,5', 3.5],
    ] as const)
      await answers(text, mass);
    await answers('2.5', 2.5);
    for (const wrong of ['abc', '0x10', '1.2.3']) {
      await massField?.click({ clickCount: 3 });
      await massField?.type(wrong);
      expect(await numbers.text('.predict [role=alert]')).toContain(`'${wrong}' is not a number`);
    }
    await page.keyboard.press('Tab');
    expect(Number(await shown())).toBeGreaterThan(0);
    await massField?.click({ clickCount: 3 });
    await massField?.type('1000');

    await numbers.press('JSON');
    const json = JSON.parse(new TextDecoder().decode(await downloaded(page)));
    expect(json).toMatchObject({
      found: true,
      exact: true,
      formula: expected.best?.text,
      latex: expected.best?.latex,
      python: expected.best?.python,
      sympy: expected.best?.sympy,
      architecture: expected.best?.architecture,
      reason: expected.reason,
      rows: { inside: expected.split.inside.length, outside: expected.split.outside.length },
      split: expected.split.description,
    });
    expect(Object.keys(json)).toEqual(Object.keys(fitJson(expected))); // as nalu fit --json has it

    await numbers.press('File');
    const { formula } = loadFormula(await downloaded(page));
    expect(formula).toMatchObject({ variables: ['mass', 'velocity'], targets: ['energy'] });
    expect(printFormula(formula)).toEqual(['0.5 * mass * velocity ^ 2']);

    const program = async (language: string) => {
      await page.click(`#numbers ::-p-aria([name="${language}"][role="radio"])`);
      await page.waitForSelector(`#numbers ::-p-aria([name="Copy ${language}"][role="button"])`);
      return numbers.text('[data-name=program]');
    };
    const javascript = (await program('JavaScript')).replace('export ', '');
    const predict = new Function(`${javascript}; return predict;`)() as (...row: number[]) => number;
    const [mass, velocity, energy] = table.columns.map((column) => column[7] as number);
    expect(predict(mass as number, velocity as number)).toBeCloseTo(energy as number, 6);
    expect(await program('Python')).toContain('def predict(mass, velocity):');
    expect(await program('LaTeX')).toBe(
      '\\mathrm{energy} = 0.5 \\cdot \\mathrm{mass} \\cdot \\mathrm{velocity}^{2}',
    );
    expect(complaints).toEqual([]);
    expect(await accessibilityFaults(page, '#numbers')).toEqual([]);

    await numbers.press('Reset');
    await numbers.says('Ready: 120 rows');
    expect(await page.$('#numbers .result')).toBeNull();
    expect(await numbers.number('seconds')).toBe(0);
    await page.close();
  });

  it('explains what is wrong with a table by row and column, and loses nothing of it', async () => {
    const { page, complaints } = await openIdle('#numbers');
    const numbers = bench(page, 'numbers');
    await numbers.says('Ready');
    const bad = 'mass,height,energy\n1,2,19.6\n3,abc,58.8\n,4,78.4\n2,5,98\n';
    await paste(page, bad);
    await numbers.says('Waiting for a table that can be read');
    const told = await numbers.text('.notice-problem');
    expect(told).toContain('Row 2, column “height”: “abc” is not a number');
    expect(told).toContain('Row 3, column “mass”: nothing is there');
    expect(await textOf(page)).toBe(bad);
    expect(await accessibilityFaults(page, '#numbers')).toEqual([]);

    await numbers.press('Leave such rows out');
    await numbers.says('Ready: 2 rows, energy from mass and height.');
    expect(await numbers.text('[data-name=table-facts]')).toContain(
      '2 rows with missing cells or words left out',
    );
    await numbers.press('Search');
    await numbers.says('No search.');
    expect(await numbers.text('.notice-problem')).toContain('the table has 2 rows; at least 8 are needed');

    await page.reload();
    await numbers.says('Ready: 2 rows');
    expect(await textOf(page)).toBe(bad);

    await write(page, 'Masse;Weg;Zeit\n1,5;2,25;7\n2,5;3,25;8\n');
    await numbers.says('Ready: 2 rows, Zeit from Masse and Weg.');
    expect(await numbers.text('[data-name=table-facts]')).toContain("Decimal commas in 'Masse', 'Weg'.");
    await write(page, 'Masse;Weg;Zeit\n1,500;2,250;7\n2,500;3,250;8\n');
    await numbers.press('Read decimal commas');
    await numbers.says('Ready: 2 rows, Zeit from Masse and Weg.');
    await write(page, '{"a": true}');
    await numbers.says('Waiting for a table that can be read');
    expect(await numbers.text('.notice-problem')).toContain('no column holds a number');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('leaves the other sections their turns, goes on when its device is lost, and keeps the best when it is stopped', async () => {
    const { page, complaints } = await open('#numbers?table=random&seconds=3600');
    const numbers = bench(page, 'numbers');
    await numbers.says('Ready: 120 rows, y from a, b, and c.');
    await numbers.press('Search');
    await page.waitForSelector('#numbers [data-name=best-so-far]');
    await page.click('nav a[href="#learn"]');
    const training = bench(page, 'multiplication');
    await training.says('Ready');
    await training.press('Start');
    await training.above('epoch', 10);
    await numbers.says('Searching…');
    await training.press('Pause');

    // The device is there once ensembles are trained.
    await page.waitForFunction(() => document.querySelector('#numbers')?.textContent?.includes('starts of'), {
      timeout: 600_000,
    });
    const worker = page.workers().find((own) => own.url() !== page.workers()[0]?.url());
    await loseDevices({ workers: () => [worker] } as unknown as Page);
    await numbers.says('Searching… The GPU was lost and came back.');
    await page.waitForSelector('#numbers [data-name=best-so-far]');
    await numbers.press('Stop');
    await numbers.says('No formula found.');
    expect(await numbers.text('.result')).toMatch(/The nearest was y = .*Stopped\..*This is the best so far/);
    expect(await numbers.number('formula-outOfRange')).toBeGreaterThan(0.1);
    expect(await numbers.number('seconds')).toBeLessThan(3600);
    expect(complaints.filter((text) => !/device/i.test(text))).toEqual([]);

    await numbers.set('Seed', '2');
    await numbers.says('Ready');
    await numbers.press('Search');
    await numbers.says('Searching…');
    await numbers.press('Reset');
    await numbers.says('Ready');
    await page.close();
  });

  it.each([
    ['spaces', 'price  weight  pay\n2  3  6\n4  5  20\n1.5  2  3\n7  8  56\n'],
    [
      'tabs, with dollars and thousands',
      'price\tweight\tpay\n$2\t3\t$6\n$1,400\t5\t$7,000\n$1.50\t2\t$3\n$7\t8\t$56\n',
    ],
    ['percent', 'price,weight,pay\n2%,3,6\n4%,5,20\n1.5%,2,3\n7%,8,56\n'],
    [
      'Markdown',
      '| price | weight | pay |\n|---|---|---|\n| 2 | 3 | 6 |\n| 4 | 5 | 20 |\n| 1.5 | 2 | 3 |\n| 7 | 8 | 56 |\n',
    ],
    ['decimal commas', 'price;weight;pay\n2;3;6\n4;5;20\n1,5;2;3\n7;8;56\n'],
  ])('reads what people paste: %s', async (_, text) => {
    const { page, complaints } = await lead('#numbers?table=energy');
    const numbers = bench(page, 'numbers');
    await numbers.says('Ready: 120 rows');
    await paste(page, text);
    await numbers.says('Ready: 4 rows, pay from price and weight.');
    const rows = await page.$$eval('#numbers .table-rows tbody tr', (all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
    );
    // Of the first row, the answer is the product: signs and separators are understood, not cut off.
    const [price = '', weight = '', pay = ''] = rows[1] ?? [];
    expect(Number(price) * Number(weight)).toBeCloseTo(Number(pay), 12);
    expect(complaints).toEqual([]);
  });

  it('takes a file that is dropped, and restores from a link what is no part of the table', async () => {
    const asked = 'target=speed&inputs=distance,time,weight&split=column:distance&seconds=20&seed=5';
    const { page } = await openIdle(`#numbers?table=own&${asked}&missing=maybe`);
    const numbers = bench(page, 'numbers');
    await numbers.says('Waiting for a table: a link does not hold one.');
    expect(await numbers.text('.notice')).toMatch(/missing=maybe: it must be one of error, drop/);
    expect(await numbers.value('Seconds')).toBe('20');
    expect(await numbers.value('Seed')).toBe('5');

    const rows = Array.from({ length: 30 }, (_, k) => [
      k + 1,
      ((7 * k) % 11) + 1,
      'x',
      (k + 1) / (((7 * k) % 11) + 1),
    ]);
    const csv = ['distance\ttime\twho\tspeed', ...rows.map((row) => row.join('\t'))].join('\n');
    await drop(page, 'lab.tsv', csv);
    await numbers.says('Ready: 30 rows, speed from distance and time.');
    expect(await textOf(page)).toBe(csv);
    expect(await numbers.text('.notice-info')).toBe(
      "Not all that was asked for is in this table.there is no column 'weight'",
    );
    expect(await numbers.text('.source-about')).toContain('lab.tsv');
    expect(await numbers.text('[data-name=table-facts]')).toBe(
      '30 rows of 3 columns. A column of words left out: who.',
    );

    await choose(page, 'Explain', 'time');
    await numbers.says('Ready: 30 rows, time from distance and speed.');
    expect(await page.$('#numbers .notice-info')).toBeNull();
    await choose(page, 'Rows held out', 'column:speed');
    await page.click('#numbers ::-p-aria([name="distance"][role="checkbox"])');
    await numbers.says('Ready: 30 rows, time from speed.');
    const { hash } = new URL(page.url());
    expect(hash).toContain('table=own');
    for (const part of ['target=time', 'inputs=speed', 'split=column:speed', 'seconds=20', 'seed=5']) {
      expect(hash).toContain(part);
    }
    await page.reload();
    await numbers.says('Ready: 30 rows, time from speed.');

    const path = join(folder, 'numbers.npy');
    await writeFile(
      path,
      writeNpy(
        Float64Array.from({ length: 40 }, (_, k) => k),
        [20, 2],
      ),
    );
    const chooser = page.waitForFileChooser();
    await numbers.press('Open a file…');
    await (await chooser).accept([path]);
    await numbers.says('Ready: 20 rows, x1 from x0.');
    expect(new URL(page.url()).hash).toBe('#numbers?table=own&seconds=20&seed=5');
    expect(await textOf(page)).toBe('');

    await choose(page, 'or try', 'gas');
    await numbers.says('Ready: 120 rows, pressure from amount, temperature, and volume.');
    await page.close();
  });
});
