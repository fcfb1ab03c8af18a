import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { program } from '../../demo/src/sections/code/program.ts';
import { demoTests } from '../support/demo-tests.ts';

const { open } = demoTests();

it('the program on the page runs as it stands, and multiplies', async () => {
  const { page } = await open('#code');
  await page.waitForSelector('#code pre');
  const shown = await page.$eval('#code pre', (element) => element.textContent ?? '');
  await page.close();
  expect(shown).toBe(program);
  expect(shown.trimEnd().split('\n').length).toBeLessThanOrEqual(12);
  const folder = await mkdtemp(join(tmpdir(), 'nalu-code-'));
  try {
    const library = pathToFileURL(join(import.meta.dirname, '../../dist/src/index.node.js')).href;
    await writeFile(join(folder, 'program.mjs'), shown.replace("'nalu-webgpu'", `'${library}'`));
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'program.mjs')]);
    const product = Number(/27 × 34 = (.*)/.exec(stdout)?.[1]);
    expect(Math.abs(product / 918 - 1)).toBeLessThan(1e-4);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
