/** Serves bundled pages on the loopback interface, and says what was fetched. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ENTRY } from './bundle.ts';

export interface ServedPages {
  /** Where a page is. */
  url(page: string): string;
  /** Names of a page's files that were asked for since the last call. */
  fetched(page: string): string[];
  close(): Promise<void>;
}

type Files = ReadonlyMap<string, string | Uint8Array>;

const types: Readonly<Record<string, string>> = {
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
<script type="module" src="./${ENTRY}"></script>
`;

/** `pages`: the bundled files of each page by its name. */
export async function servePages(pages: ReadonlyMap<string, Files>, isolated: boolean): Promise<ServedPages> {
  const fetched = new Map([...pages.keys()].map((page) => [page, new Set<string>()]));
  const server = createServer((request, response) => {
    const [, page = '', name = ''] = /^\/([\w-]+)\/([\w.-]*)$/.exec(request.url ?? '') ?? [];
    const content = name === '' && pages.has(page) ? html : pages.get(page)?.get(name);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (name) fetched.get(page)?.add(name);
    const type = types[name.split('.').at(-1) ?? ''] ?? 'text/html';
    response.writeHead(200, { 'content-type': type, ...(isolated && isolation) }).end(content);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: (page) => `http://localhost:${port}/${page}/`,
    fetched(page) {
      const names = [...(fetched.get(page) ?? [])];
      fetched.get(page)?.clear();
      return names;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
