/** The projects in examples/ run as they are, and the guides show their code as it is. */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../src/io/index.ts';
import { launchChrome } from '../../src/node/chrome.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'nalu-examples-')));
  await cp(join(root, 'examples'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules/nalu-webgpu'), 'junction');
  await symlink(join(root, 'node_modules/@tensorflow'), join(folder, 'node_modules/@tensorflow'), 'junction');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(example: string, ...args: string[]): Promise<string> {
  const cwd = join(folder, example);
  const env = { ...process.env, NALU_ADAPTER: 'software' };
  return (await promisify(execFile)(process.execPath, ['main.js', ...args], { cwd, env })).stdout;
}
const number = (text: string, before: RegExp): number =>
  Number(new RegExp(`${before.source}(-?[\\d.e+-]+)`).exec(text)?.[1]);

describe('the example', () => {
  it('train-one learns a product that holds far outside', async () => {
    expect(number(await run('train-one'), /1234 · 567 = /)).toBeCloseTo(1234 * 567, 0);
  });

  it('watch-training stops early, and learns classes', async () => {
    const text = await run('watch-training');
    expect(text).toContain('1      Linear      16 → 3          51  W [16, 3], b [3]');
    expect(text).toMatch(/epoch 1: loss \d\.\d{3}, validation \d\.\d{3}, 0\.\d+ right/);
    expect(text).toMatch(/stopped after \d+ steps; best \{ step: \d+, loss: 0\.[0-2]\d+ \}/);
    expect(number(text, /the smallest is found in /)).toBeGreaterThan(60);
    expect(text).toMatch(/logits of \[0\.1, 0\.9, 0\.3\]: \[/);
  });

  it('train-thousands finds the starts that learnt', async () => {
    const text = await run('train-thousands');
    expect(number(text, /^/)).toBeGreaterThan(3);
    expect(text).toMatch(/best seed \d+ with weights \[ \[ (?:1|0\.99\d+|1\.00\d+) \], \[/);
  });

  it('own-data reads a table as it came, and finds its formula', async () => {
    const text = await run('own-data');
    expect(text).toContain("[ 'hours', 'rate', 'wage' ] [ 'h', '€/h', '€' ]");
    expect(text).toMatch(/wage = (?:hours \* rate|rate \* hours)\n/);
  });

  it('own-unit checks its derivative, and learns', async () => {
    const text = await run('own-unit');
    expect(text).toContain('its derivative is right');
    expect(number(text, /0\.5 = /)).toBeCloseTo(-199.5, 1);
  });

  it('own-loss learns quantiles', async () => {
    const text = await run('own-loss');
    for (const quantile of [0.1, 0.5, 0.9]) {
      const below = number(text, new RegExp(`quantile ${quantile}: `));
      expect(Math.abs(below - 100 * quantile), `${quantile}`).toBeLessThan(5);
    }
  });

  it('webgpu-program has the model between its own passes', async () => {
    const text = await run('webgpu-program');
    expect(number(text, /12 · 7 = /)).toBeCloseTo(84, 3);
    expect(number(text, /60 · 7 = /)).toBeCloseTo(420, 2);
  });

  it('tensorflow learns a product and a difference, which a saved model still has', async () => {
    const text = await run('tensorflow');
    expect(number(text, /30 · 40 = /)).toBeCloseTo(1200, 0);
    expect(number(text, /30 − 40 = /)).toBeCloseTo(-10, 1);
  });

  it('from-pytorch predicts with weights of a state dict', async () => {
    // Ŵ and M̂ so large that W is 1, and a gate that is shut: exp(log 3 + log 4).
    const tensor = (values: number[]) => ({ dtype: 'F32', shape: [1, 2], data: Float32Array.from(values) });
    const tensors = new Map([
      ['layer.G', tensor([-40, -40])],
      ['layer.nac_add.W_hat', tensor([20, 20])],
      ['layer.nac_add.M_hat', tensor([40, 40])],
    ]);
    await writeFile(
      join(folder, 'nalu.safetensors'),
      writeSafetensors({ tensors, metadata: { format: 'pt' } }),
    );
    const text = await run('from-pytorch', '../nalu.safetensors');
    expect(text).toContain('layer.G F32 [ 1, 2 ]');
    expect(Number(/prediction.*\[\s*([\d.]+)/.exec(text)?.[1])).toBeCloseTo(12, 3);
  });

  it.each(['worker', 'react'])('%s trains in a page', async (example) => {
    const project = join(folder, example);
    // Preact stands in for React, whose API it has; the package is no dependency of this project.
    const alias = [
      { find: /^react-dom\/client$/, replacement: 'preact/compat/client' },
      { find: /^react-dom$/, replacement: 'preact/compat' },
      { find: /^react\/jsx(-dev)?-runtime$/, replacement: 'preact/jsx-runtime' },
      { find: /^react$/, replacement: 'preact/compat' },
    ].map(({ find, replacement }) => ({ find, replacement: join(root, 'node_modules', replacement) }));
    await build({
      root: project,
      configFile: false,
      logLevel: 'error',
      resolve: { alias },
      worker: { format: 'es' },
      build: { target: 'es2022' },
    });
    const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };
    const server = createServer(async ({ url = '/' }, response) => {
      const path = url === '/' ? '/index.html' : new URL(url, 'http://localhost').pathname;
      const content = await readFile(join(project, 'dist', path)).catch(() => undefined);
      response.writeHead(content ? 200 : 404, { 'content-type': types[extname(path)] ?? 'text/plain' });
      response.end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { browser } = await launchChrome();
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.waitForFunction("/^4\\d\\d/.test(document.getElementById('product')?.value ?? '')", {
        timeout: 600_000,
      });
      const product = await tab.evaluate("document.getElementById('product').value");
      expect(Number(product)).toBeCloseTo(12 * 34, 1);
    } finally {
      await browser.close();
      server.close();
    }
  });
});

describe('the guides', () => {
  it('show the code of every example, as it is', async () => {
    const guides = await readdir(join(root, 'docs/guides'));
    const text = (
      await Promise.all(guides.map((name) => readFile(join(root, 'docs/guides', name), 'utf8')))
    ).join('\n');
    const shown = new Set([...text.matchAll(/```(?:js|jsx|html)\n([\s\S]*?)```/g)].map(([, code]) => code));
    const examples = await readdir(join(root, 'examples'), { recursive: true });
    const files = examples.filter((name) => /\.(js|jsx)$/.test(name) && !name.includes('node_modules'));
    expect(files.length).toBeGreaterThan(7);
    const missing = [];
    for (const file of files)
      if (!shown.has(await readFile(join(root, 'examples', file), 'utf8'))) missing.push(file);
    expect(missing).toEqual([]);
  });

  it('show no other programs', async () => {
    const guides = await readdir(join(root, 'docs/guides'));
    const examples = await readdir(join(root, 'examples'), { recursive: true });
    const files = examples.filter((name) => /\.(js|jsx)$/.test(name) && !name.includes('node_modules'));
    const known = new Set(
      await Promise.all(files.map((file) => readFile(join(root, 'examples', file), 'utf8'))),
    );
    for (const guide of guides) {
      const text = await readFile(join(root, 'docs/guides', guide), 'utf8');
      for (const [, code = ''] of text.matchAll(/```jsx?\n([\s\S]*?)```/g)) {
        expect(known.has(code), `${guide}: ${code.slice(0, 60)}`).toBe(true);
      }
    }
  });
});
