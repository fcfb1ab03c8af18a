/** `nalu info`: what this machine offers and what the package knows. */

import type { Command } from 'commander';
import { units } from '../index.ts';
import { nodeGpu } from '../node/dawn.ts';
import { exitCodes } from './errors.ts';
import { type Info, infoText } from './info-text.ts';
import { orAborted } from './interrupt.ts';
import { kernelsOf, readKernelModel } from './kernels.ts';
import { openRuntime } from './open-runtime.ts';
import { addSharedOptions, interruptible, type SharedOptions } from './options.ts';
import { print, printJson } from './terminal.ts';
import { infoOf } from './units-text.ts';
import { packageVersion } from './versions.ts';

interface Options extends SharedOptions {
  units?: true;
  kernel?: string;
}

/** Adds the command to `program`. */
export function addInfo(program: Command): void {
  const command = program
    .command('info')
    .summary('show the GPU, its limits, versions and the units')
    .description('Shows the GPU that would be used, its limits and features, versions, and the known units.');
  command
    .option('--units', 'show the formula, the paper and the initial values of every unit')
    .option('--kernel <model>', 'print the WGSL that trains a model, such as "NALU 2->1"');
  addSharedOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  $ nalu info                      WebGPU of this Node process
  $ nalu info --runtime chrome     WebGPU of a headless Chrome
  $ nalu info --units              with all about the units
  $ nalu info --kernel "NALU 2->1"  the kernels of a model, to read
  $ nalu info --json               every limit, feature and unit, as JSON
${exitCodes}`,
    )
    .action(interruptible<Options>(info));
}

async function info(options: Options, signal: AbortSignal): Promise<void> {
  if (options.kernel !== undefined) return printKernels(options.kernel, options, signal);
  const runtime = await openRuntime(options, signal);
  await runtime.close();
  const facts: Info = {
    version: packageVersion(),
    runtime: runtime.name,
    webgpu: runtime.webgpu,
    versions: runtime.versions,
    adapter: runtime.adapter,
    units: units.map(infoOf),
  };
  if (options.json) printJson(facts);
  else print(infoText(facts, { details: !!options.units }));
}

/** Kernels are the same text in Node and in Chrome; adapters differ in lanes and tiles. */
async function printKernels(text: string, { adapter, json }: Options, signal: AbortSignal): Promise<void> {
  const model = readKernelModel(text);
  const { gpu } = await nodeGpu(adapter ? { adapter } : {});
  const kernels = await orAborted(kernelsOf(gpu, model), signal);
  if (json) return printJson({ model, kernels });
  const engines = { ensemble: 'ensemble engine', layered: 'layered engine' };
  print(kernels.map(({ engine, label, code }) => `// ${engines[engine]}: ${label}\n\n${code}`).join('\n\n'));
}
