import { defineConfig, type Plugin } from 'vite';
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

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [contentSecurityPolicy, compiled],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/bench.html`],
    },
  },
  worker: { format: 'es', plugins: () => [compiled] },
  // The worker's own; found late, it would make the development server reload the page.
  optimizeDeps: { include: ['wgsl-preprocessor/wgsl-preprocessor.js'] },
});
