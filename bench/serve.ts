/** Bundles the page and serves it on the loopback interface. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { bundle, ENTRY } from './bundle.ts';

export interface ServedPage {
  readonly url: string;
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  wasm: 'application/wasm',
};

/** Isolated: with the two headers that allow shared memory, and with it threads. */
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

const html = `<!doctype html>
<link rel="icon" href="data:,">
<script type="module" src="/${ENTRY}"></script>
`;

export async function servePage(isolated: boolean): Promise<ServedPage> {
  const files = await bundle('page.ts', 'browser');
  files.set('', html);
  const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const name = /^\/wasm\/([\w.-]+\.(?:wasm|js))$/.exec(pathname)?.[1];
    const content =
      files.get(pathname.slice(1)) ?? (name && (await readFile(join(wasm, name)).catch(() => undefined)));
    if (content === undefined || content === '') {
      response.writeHead(404).end();
      return;
    }
    const type = types[pathname.split('.').at(-1) ?? ''] ?? 'text/html';
    response.writeHead(200, { 'content-type': type, ...(isolated && isolation) }).end(content);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
