/** Serves the built package to a page in headless Chrome, on this machine only. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, sep } from 'node:path';
import { BrowserError } from '../index.ts';
import { packageRoot } from './versions.ts';

const PAGE_MODULE = '/dist/src/cli/chrome-page.js';

const html = `<!doctype html>
<title>nalu</title>
<link rel="icon" href="data:,">
<script type="module" src="${PAGE_MODULE}"></script>
`;

export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Listens on a free port of the loopback interface. Rejects with BrowserError where the package is not built. */
export async function servePage(): Promise<PageServer> {
  const root = packageRoot();
  const page = await stat(join(root, PAGE_MODULE)).catch(() => undefined);
  if (!page) throw new BrowserError('headless Chrome runs the built package: run `npm run build` first');

  const server = createServer((request, response) => {
    // Whatever a client sends, `//` or `*`, is a name that is there or one that is not.
    const [pathname = ''] = (request.url ?? '/').split(/[?#]/, 1);
    if (pathname === '/') response.setHeader('content-type', 'text/html').end(html);
    else void sendScript(response, modulePath(root, pathname));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => close(server) };
}

/** The file for a path of the page; undefined for what is not a script of the built package. */
function modulePath(root: string, pathname: string): string | undefined {
  // join resolves every '..'; an encoded path is never one of our files.
  const file = join(root, pathname);
  const inside = file.startsWith(join(root, 'dist') + sep);
  return inside && /^[\w./-]+\.js$/.test(pathname) ? file : undefined;
}

async function sendScript(response: ServerResponse, file: string | undefined): Promise<void> {
  const found = file !== undefined && (await stat(file).catch(() => undefined));
  if (!file || !found) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'text/javascript' });
  createReadStream(file)
    .on('error', () => response.destroy())
    .pipe(response);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
