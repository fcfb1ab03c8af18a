/** The web page as a visitor gets it: built, and served as static files from a folder of a plain web server. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { build } from 'vite';

export interface ServedDemo {
  readonly port: number;
  /** Where the page is, under this name of the machine. */
  url(host?: string): string;
  close(): Promise<void>;
}

/** Not at the root: the page must not depend on it. */
const folder = '/some/folder/';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Builds the page into a folder of its own; gives the folder. */
export async function buildDemo(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'nalu-demo-'));
  const root = join(import.meta.dirname, '../../demo');
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = 'production'; // the test runner's own makes Vite build for development
  try {
    await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: directory, emptyOutDir: true },
    });
  } finally {
    process.env.NODE_ENV = before;
  }
  return directory;
}

/**
 * Put before the page's workers: every kernel becomes one that does nothing. The device, its buffers and its submits are real;
 * only the compilation is spared, which takes a software adapter longer than all the rest of a visit.
 */
const idleKernels = `GPUDevice.prototype.createShaderModule = ((create) => function (descriptor) {
  return create.call(this, { ...descriptor, code: '@compute @workgroup_size(1) fn main() {}' });
})(GPUDevice.prototype.createShaderModule);
`;

export interface ServeOptions {
  /** `idle`: kernels do nothing, for tests of what does not hang on their results. Default: `real`. */
  kernels?: 'real' | 'idle';
}

/** Serves the page built in `directory`, or, without one, builds it first and removes it in the end. */
export async function serveDemo(
  directory?: string,
  { kernels = 'real' }: ServeOptions = {},
): Promise<ServedDemo> {
  const root = directory ?? (await buildDemo());
  const server = createServer(async (request, response) => {
    const [pathname = ''] = (request.url ?? '/').split(/[?#]/, 1);
    const name = pathname === folder ? 'index.html' : pathname.slice(folder.length);
    try {
      if (!pathname.startsWith(folder) || name.includes('..')) throw new Error('not a file of the page');
      const file = await readFile(join(root, name));
      const worker = /^assets\/(main|worker)-[^/]*\.js$/.test(name);
      const content = worker && kernels === 'idle' ? idleKernels + file : file;
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: (host = '127.0.0.1') => `http://${host}:${port}${folder}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (!directory) await rm(root, { recursive: true, force: true });
    },
  };
}
