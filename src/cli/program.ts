/** All commands of `nalu`, and what they have in common. */

import { Command } from 'commander';
import { exitCodes } from './errors.ts';
import { note, print } from './terminal.ts';
import { packageVersion } from './versions.ts';

/** What adds each command, in the order in which help lists them; loaded when it is needed. */
const commands: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  info: () => import('./info.ts').then(({ addInfo }) => addInfo),
  reproduce: () => import('./reproduce.ts').then(({ addReproduce }) => addReproduce),
  benchmark: () => import('./benchmark.ts').then(({ addBenchmark }) => addBenchmark),
  report: () => import('./report.ts').then(({ addReport }) => addReport),
  fit: () => import('./fit.ts').then(({ addFit }) => addFit),
  predict: () => import('./predict.ts').then(({ addPredict }) => addPredict),
  export: () => import('./export.ts').then(({ addExport }) => addExport),
};

/**
 * The command line, ready to parse `args`; it throws CommanderError where commander would end the process. Where the first
 * argument is a command, it has that one alone.
 */
export async function createProgram(args: readonly string[]): Promise<Command> {
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
  const adding = await Promise.all(namesIn(args).map((name) => commands[name]?.()));
  for (const add of adding) add?.(program);
  return program;
}

/** Commands that are needed to understand `args`. */
function namesIn(args: readonly string[]): readonly string[] {
  const [first = ''] = args;
  if (Object.hasOwn(commands, first)) return [first];
  return args.length === 1 && ['-V', '--version'].includes(first) ? [] : Object.keys(commands);
}
