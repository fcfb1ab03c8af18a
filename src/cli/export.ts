/** `nalu export`: a trained model for elsewhere. */

import { type Command, Option } from 'commander';
import { toJavaScript, toOnnx, toPython } from '../export/index.ts';
import { OptionError } from '../index.ts';
import type { SavedFormula, SavedModel } from '../io/index.ts';
import { exitCodes } from './errors.ts';
import { type FileKind, fileKinds } from './file-kind.ts';
import { inFile } from './input-file.ts';
import { orAborted } from './interrupt.ts';
import { readModel } from './load-model.ts';
import { interruptible } from './options.ts';
import { createOutputs, forceText, writeWhole } from './output-file.ts';
import { note, printData } from './terminal.ts';

interface Format {
  readonly endings: readonly string[];
  readonly kind: FileKind;
  readonly write: (saved: SavedModel | SavedFormula) => string | Uint8Array;
}

const formats: Readonly<Record<'js' | 'python' | 'onnx', Format>> = {
  js: { endings: ['.js', '.mjs'], kind: fileKinds.javascript, write: toJavaScript },
  python: { endings: ['.py'], kind: fileKinds.python, write: toPython },
  onnx: { endings: ['.onnx'], kind: fileKinds.onnx, write: toOnnx },
};
type FormatName = keyof typeof formats;
const names = Object.keys(formats) as FormatName[];

interface Options {
  format?: FormatName;
  out?: string;
  force?: true;
  verbose?: true;
}

/** Adds the command to `program`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .summary('a formula or a trained model as JavaScript, Python or ONNX')
    .description(
      'Writes a formula, or a trained model with all of its layers and the scaling of its columns, as a module that needs nothing else ' +
        '(JavaScript), NumPy alone (Python), or as ONNX of standard operators.',
    )
    .argument('<model>', 'what nalu fit --out wrote, or saveFormula or saveModel of nalu-webgpu/io')
    .addOption(
      new Option('--format <name>', 'form of the model; by the ending of --out if left out').choices(names),
    )
    .option('--out <file>', 'write to this file, not to stdout')
    .option('--force', forceText)
    .option('--verbose', 'print the stack of an error (as does the environment variable DEBUG)')
    .addHelpText(
      'after',
      `
Examples:
  $ nalu export energy.safetensors --out energy.onnx
  $ nalu export energy.safetensors --out energy.js
  $ nalu export energy.safetensors --format python > energy.py

The modules have predict(rows), which takes the numbers of the table as they are
and gives the targets; an ONNX model has an input x and an output y.
${exitCodes}`,
    )
    .action((model: string, options: Options, self: Command) =>
      interruptible<Options>((given, signal) => exportModel(model, given, signal))(options, self),
    );
}

async function exportModel(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const format = formatOf(options);
  if (format === 'onnx' && options.out === undefined && process.stdout.isTTY) {
    throw new OptionError('ONNX is binary and cannot be printed: name a file with --out');
  }
  const model = await orAborted(readModel(path), signal);
  const content = await inFile(path, () => formats[format].write(model));
  if (options.out === undefined) {
    await printData(content);
    return;
  }
  const outputs = createOutputs({ inputs: [path], force: options.force });
  try {
    const { kind } = formats[format];
    await writeWhole(
      await outputs.claim({ path: options.out, what: 'the model', option: '--out', kind }),
      content,
    );
  } finally {
    await outputs.release();
  }
  note(`written: ${options.out}\n`);
}

function formatOf({ format, out }: Options): FormatName {
  const byName = names.find((name) => formats[name].endings.some((ending) => out?.endsWith(ending)));
  const found = format ?? byName;
  if (found === undefined) {
    const endings = names.flatMap((name) => formats[name].endings).join(', ');
    throw new OptionError(`say which form: --format ${names.join('|')}, or a file that ends in ${endings}`);
  }
  return found;
}
