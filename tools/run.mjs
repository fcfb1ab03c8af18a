/** Runs one of the project's TypeScript scripts, which Node 20 does not do by itself: node tools/run.mjs SCRIPT [ARGUMENT ...] */

import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const [script, ...rest] = process.argv.slice(2);
if (!script) throw new Error('which script? usage: node tools/run.mjs SCRIPT [ARGUMENT ...]');
process.argv = [process.argv[0], resolve(script), ...rest];
await runnerImport(resolve(script), { configFile: false, logLevel: 'error' });
