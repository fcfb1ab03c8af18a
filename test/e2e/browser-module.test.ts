/** The package as one module, in a page that has no bundler: static files, with an import map and without. */

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'puppeteer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChrome } from '../../src/node/chrome.ts';

const root = join(import.meta.dirname, '../..');
const single = '/nalu-webgpu/dist/nalu-webgpu.min.js';
const readme = await readFile(join(root, 'README.md'), 'utf8');
/** The first example of the README, as printed. */
const example = /```js\n([\s\S]*?)```/.exec(readme)?.[1] as string;
const shown = '<script>window.shown = []; console.log = (...all) => shown.push(all.join(" "));</script>';
const done = 'window.done = true;';

const map = {
  imports: Object.fromEntries(
    ['', '/io', '/fit', '/formula', '/export', '/core'].map((entry) => [`nalu-webgpu${entry}`, single]),
  ),
};
const law = `
import { fit } from 'nalu-webgpu/fit';
import { printFormula } from 'nalu-webgpu/formula';
import { readTable } from 'nalu-webgpu/io';
const rows = Array.from({ length: 30 }, (_, i) => [1 + i / 7, 2 + ((i * 5) % 11) / 3]);
const table = await readTable('mass,speed,energy\\n' + rows.map(([m, v]) => [m, v, 0.5 * m * v * v].join()).join('\\n'));
const { best } = await fit(undefined, table, { target: 'energy' });
console.log(printFormula(best.formula, 'text')[0]);
`;
const pages: Readonly<Record<string, string>> = {
  '/plain.html': `<!doctype html>${shown}<script type="module">${example.replace("'nalu-webgpu'", `'${single}'`)}${done}</script>`,
  '/map.html': `<!doctype html>${shown}<script type="importmap">${JSON.stringify(map)}</script>
    <script type="module">${example}${law}${done}</script>`,
};

let server: Server;
let browser: Browser;
beforeAll(async () => {
  server = createServer(async ({ url = '/' }, response) => {
    const page = pages[url];
    const file = url.startsWith('/nalu-webgpu/dist/')
      ? join(root, url.replace('/nalu-webgpu', ''))
      : undefined;
    const content = page ?? (file && (await readFile(file).catch(() => undefined)));
    const type = page ? 'text/html' : 'text/javascript';
    response.writeHead(content ? 200 : 404, { 'content-type': `${type}; charset=utf-8` }).end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ browser } = await launchChrome());
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** What the page at `path` prints, and which scripts it loads. */
async function visit(path: string): Promise<{ text: string; loaded: string[] }> {
  const tab = await browser.newPage();
  const loaded: string[] = [];
  const errors: string[] = [];
  tab.on('request', (request) => void loaded.push(new URL(request.url()).pathname));
  tab.on('pageerror', (error) => void errors.push(String(error)));
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
  await tab.waitForFunction('window.done', { timeout: 240_000 }).catch((error) => {
    throw new Error(`${error}: ${errors.join('; ')}`);
  });
  const text = String(await tab.evaluate('window.shown.join("\\n")'));
  await tab.close();
  return { text, loaded: loaded.filter((each) => each.endsWith('.js')) };
}

describe('the single module', () => {
  it('runs the example of the README without an import map', async () => {
    const { text, loaded } = await visit('/plain.html');
    expect(Number(/1234 · 567 = ([\d.]+)/.exec(text)?.[1])).toBeCloseTo(1234 * 567, 0);
    expect(loaded).toEqual([single]);
  });

  it('stands for every entry in an import map, and finds a law in a table', async () => {
    const { text, loaded } = await visit('/map.html');
    expect(Number(/1234 · 567 = ([\d.]+)/.exec(text)?.[1])).toBeCloseTo(1234 * 567, 0);
    expect(text).toContain('0.5 * mass * speed ^ 2');
    expect(loaded).toEqual([single]);
  });

  it('exports what the entries do', async () => {
    const one = await import(join(root, 'dist/nalu-webgpu.min.js'));
    for (const entry of ['index', 'io/index', 'fit/index', 'formula/index', 'export/index']) {
      const names = Object.keys(await import(join(root, `dist/src/${entry}.js`)));
      expect(Object.keys(one)).toEqual(expect.arrayContaining(names));
    }
  });
});
