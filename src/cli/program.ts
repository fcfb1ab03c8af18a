/** All commands of `nalu`, and what they have in common. */

import { Command } from 'commander';
import { addBenchmark } from './benchmark.ts';
import { exitCodes } from './errors.ts';
import { addExport } from './export.ts';
import { addFit } from './fit.ts';
import { addInfo } from './info.ts';
import { addPredict } from './predict.ts';
import { addReport } from './report.ts';
import { addReproduce } from './reproduce.ts';
import { note, print } from './terminal.ts';
import { packageVersion } from './versions.ts';

/** The command line, ready to parse; it throws CommanderError where commander would end the process. */
export function createProgram(): Command {
  const program = new Command('nalu')
    .description('Trains Neural Arithmetic Logic Units on the GPU with WebGPU.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .configureHelp({ helpWidth: Math.min(process.stdout.columns || 80, 100) })
    .showHelpAfterError('(--help shows what is allowed)')
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: note })
    .addHelpText(
      'after',
      `
Examples:
  $ nalu info                          the GPU, and which units there are
  $ nalu reproduce                     the article's two, twenty starts each
  $ nalu reproduce --seeds 64 --json   from 64 random starts, as JSON
  $ nalu benchmark single-module       the field's benchmark, over all its seeds
  $ nalu report single-module.jsonl    its results next to the published ones
  $ nalu fit data.csv --target y       the formula in a table
  $ nalu predict model.safetensors new.csv   what a model says of a table
  $ nalu export model.safetensors --out model.onnx

In a project that has the package, it is typed npx nalu.
${exitCodes}`,
    );
  addInfo(program);
  addReproduce(program);
  addBenchmark(program);
  addReport(program);
  addFit(program);
  addPredict(program);
  addExport(program);
  return program;
}
