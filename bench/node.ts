/**
 * The same workloads in Node over Dawn, for machines with a GPU and no browser: ours, TensorFlow.js and jax-js.
 * `node tools/run.mjs bench/node.ts`, with the options of `npm run bench`. It is bundled first, with the packages inside
 * that must be: those of TensorFlow.js come as CommonJS for Node and as modules for bundlers, and a mix of the two would
 * hold two cores that know nothing of each other. `--bundle` only writes dist-bench/, which needs no more than Node and
 * the package `webgpu` to run: `node dist-bench/entry.js`.
 */

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundle, ENTRY } from './bundle.ts';
import { versionsOf } from './output.ts';

const folder = resolve('dist-bench');
const packages = ['@tensorflow/tfjs-core', '@jax-js/jax', 'webgpu'];

const external = ['webgpu', 'puppeteer', '@sparticuz/chromium', 'vega', 'vega-lite', 'vite'];
const files = await bundle('node-main.ts', 'node', { external });
await rm(folder, { recursive: true, force: true });
await mkdir(folder);
for (const [name, content] of files) await writeFile(join(folder, name), content);
await writeFile(join(folder, 'versions.json'), `${JSON.stringify(await versionsOf(packages), null, 2)}\n`);
await writeFile(join(folder, 'package.json'), '{ "type": "module" }\n');

if (process.argv.includes('--bundle')) console.log(`${folder}: ${[...files.keys()].join(', ')}`);
else await import(/* @vite-ignore */ pathToFileURL(join(folder, ENTRY)).href);
