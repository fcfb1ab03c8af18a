import { readFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { wgslCompiler } from '../tools/compile-wgsl.ts';

/** Everything the page needs comes from the folder it lies in; it talks to nobody. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Only in the built page: the development server needs inline scripts and a web socket. */
const contentSecurityPolicy: Plugin = {
  name: 'content-security-policy',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
      injectTo: 'head-prepend',
    },
  ],
};

const compiled: Plugin = { ...wgslCompiler(), apply: 'build' };
/**
 * Keeps the page for visits without a network. Libraries that are only compared with, and recorded runs, are kept once they
 * were used: they are large, and not everybody asks for them.
 */
const offline = VitePWA({
  filename: 'sw.js',
  injectRegister: false,
  manifest: false,
  // A new version waits until no tab shows the old one, whose parts may yet have to be loaded.
  registerType: 'prompt',
  workbox: {
    globPatterns: ['**/*.{html,js,css,svg}'],
    globIgnores: ['**/libraries/**', '**/recordings/**'],
    clientsClaim: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
    cleanupOutdatedCaches: true,
    navigateFallback: null,
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && /\/(libraries|recordings)\//.test(url.pathname),
        handler: 'CacheFirst',
        options: { cacheName: 'seldom', expiration: { maxEntries: 40 } },
      },
    ],
  },
});

/** What is seldom asked for lies in folders of its own: what only the comparison needs, and recorded runs. */
const folders = {
  libraries: /node_modules\/(@tensorflow|@jax-js)\/|\/bench\/libraries\//,
  recordings: /\/recordings\/data\//,
};
const chunkFileNames = ({ moduleIds }: { moduleIds: readonly string[] }) => {
  const folder = Object.entries(folders).find(([, files]) => moduleIds.some((id) => files.test(id)))?.[0];
  return `assets/${folder ? `${folder}/` : ''}[name]-[hash].js`;
};
const assetFileNames = ({ names }: { names: readonly string[] }) =>
  `assets/${names.some((name) => name.endsWith('.wasm')) ? 'libraries/' : ''}[name]-[hash][extname]`;

/** Where the page is published: a copy on GitHub names itself, and puts the reference beside the page. */
const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, NALU_REFERENCE } = process.env;

/** What the page says of the project. */
const { name, version, repository, homepage } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { name: string; version: string; repository?: string | { url: string }; homepage?: string };
const address =
  (typeof repository === 'string' ? repository : repository?.url)
    ?.replace(/^git\+/, '')
    .replace(/\.git$/, '')
    .replace(/^github:/, 'https://github.com/') ??
  (GITHUB_REPOSITORY && `${GITHUB_SERVER_URL ?? 'https://github.com'}/${GITHUB_REPOSITORY}`);
const project = {
  ...{ name, version, repository: address, reference: NALU_REFERENCE },
  homepage: homepage ?? (address && `${address}#readme`),
};

export default defineConfig({
  define: { __PROJECT__: JSON.stringify(project) },
  root: import.meta.dirname,
  base: './',
  plugins: [contentSecurityPolicy, compiled, offline],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/bench.html`],
      output: { chunkFileNames, assetFileNames },
    },
  },
  worker: {
    format: 'es',
    plugins: () => [compiled],
    rolldownOptions: { output: { chunkFileNames, assetFileNames } },
  },
  // The worker's own; found late, it would make the development server reload the page.
  optimizeDeps: { include: ['wgsl-preprocessor/wgsl-preprocessor.js'] },
});
