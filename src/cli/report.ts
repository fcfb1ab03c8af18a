/** `nalu report`: what a benchmark's results say, beside what is published. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { OptionError } from '../index.ts';
import { readRecords } from '../report/read.ts';
import { type Report, summarizeRecords } from '../report/summary.ts';
import { loadDrawing, loadPng } from './drawing.ts';
import { exitCodes } from './errors.ts';
import { type FileKind, fileKinds } from './file-kind.ts';
import { interruptible } from './options.ts';
import { createOutputs, forceText, type OutputFile, writeWhole } from './output-file.ts';
import { reportCsv } from './report-csv.ts';
import { captions, type FigureKind, figureKinds } from './report-kinds.ts';
import { reportDocument, reportMarkdown } from './report-markdown.ts';
import { readPublished } from './report-published.ts';
import { reportText } from './report-text.ts';
import { jsonText, note, printData } from './terminal.ts';

const formats = ['text', 'markdown', 'csv', 'json'] as const;

const kinds: Readonly<Record<(typeof formats)[number], FileKind>> = {
  text: fileKinds.reportText,
  markdown: fileKinds.reportText,
  csv: fileKinds.reportCsv,
  json: fileKinds.reportJson,
};

interface Figure {
  readonly file: string;
  kind: FigureKind;
}

interface Options {
  format?: (typeof formats)[number];
  json?: true;
  task?: string[];
  sweep?: true;
  epsilon?: number;
  out?: string;
  force?: true;
  document?: true;
  madeWith?: string[];
  verbose?: true;
}

/** Adds the command to `program`. */
export function addReport(program: Command): void {
  const figures: Figure[] = [];
  const collect = (value: string, before: string[] = []) => [...before, value];
  program
    .command('report')
    .summary('tables and figures of a benchmark, next to the published ones')
    .description(
      'Reads the results that `nalu benchmark` wrote, of one run or of all its shards, and shows success rates, when ' +
        'the operations were found and how exactly, each with its 95 % interval and next to what is published.',
    )
    .argument('<files...>', 'results, one record of JSON a line; shards of one benchmark are merged')
    .addOption(new Option('--format <name>', 'form of the tables; text if left out').choices(formats))
    .option('--json', 'the same as --format json; errors are { "error": { code, message } }')
    .option('--task <name>', 'this task only; may be repeated', collect)
    .option('--sweep', 'the settings of a task are meant to differ: a table for each')
    .option('--epsilon <e>', 'judge the single-module task again, with every weight off by this', readEpsilon)
    .option('--out <file>', 'write to this file, not to stdout')
    .option('--force', forceText)
    .option('--document', 'markdown with title, origin and figures around the tables')
    .option('--made-with <command>', 'a command that trained, for --document; may be repeated', collect)
    .addOption(
      new Option('--figure <file>', 'draw a figure, .svg or .png; may be repeated').argParser((file) => {
        figures.push({ file, kind: 'success' });
        return figures;
      }),
    )
    .addOption(
      new Option('--kind <name>', 'kind of the --figure before it; success if left out')
        .choices(figureKinds)
        .argParser((kind) => setKind(figures, kind)),
    )
    .option('--verbose', 'print the stack of an error (as does the environment variable DEBUG)')
    .addHelpText(
      'after',
      `
Examples:
  $ nalu report results.jsonl              tables for a terminal
  $ nalu report part-*.jsonl --json        the shards of a benchmark, as JSON
  $ nalu report run.jsonl --figure rates.svg --figure curves.png --kind curves
  $ nalu report results.jsonl --document --out docs/benchmarks.md

Kinds of figures: success (rates by range and unit), curves (errors over the
steps, where the benchmark wrote curves), identity (error against x).
${exitCodes}`,
    )
    .action((files: string[], options: Options, command: Command) =>
      interruptible<Options>((_, signal) => report(files, options, figures, signal))(options, command),
    );
}

function readEpsilon(text: string): number {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('It must be a number between 0 and 1, such as 1e-5.');
}

function setKind(figures: readonly Figure[], kind: string): FigureKind {
  const known = figureKinds.find((each) => each === kind);
  const last = figures.at(-1);
  if (!known) throw new OptionError(`--kind is '${kind}'; it must be one of ${figureKinds.join(', ')}`);
  if (!last) throw new OptionError('--kind belongs to the --figure before it, and there is none');
  last.kind = known;
  return known;
}

async function report(
  files: readonly string[],
  options: Options,
  figures: readonly Figure[],
  signal: AbortSignal,
): Promise<void> {
  const format = formatOf(options);
  for (const { file } of figures) {
    if (!/\.(svg|png)$/i.test(file)) {
      throw new OptionError(`--figure is '${file}'; its name must end with .svg or .png`);
    }
  }
  const drawing = figures.length > 0 ? await loadDrawing() : undefined;
  const pngOf = figures.some(({ file }) => isPng(file)) ? await loadPng() : undefined;
  const outputs = createOutputs({ inputs: files, force: options.force });
  try {
    const out =
      options.out === undefined
        ? undefined
        : await outputs.claim({
            path: options.out,
            what: 'the report',
            option: '--out',
            kind: kinds[format],
          });
    const pictures: { file: OutputFile; kind: FigureKind }[] = [];
    for (const { file, kind } of figures) {
      const picture = isPng(file) ? fileKinds.png : fileKinds.svg;
      const claim = { path: file, what: 'the figure', option: '--figure', kind: picture };
      pictures.push({ file: await outputs.claim(claim), kind });
    }
    const curves = figures.some(({ kind }) => kind === 'curves');
    const read = await readRecords(files, {
      curves,
      sweep: !!options.sweep,
      signal,
      ...(options.epsilon !== undefined && { epsilon: options.epsilon }),
      ...(options.task && { tasks: options.task }),
    });
    const whole = summarizeRecords(read.records, await readPublished());
    for (const { file, kind } of pictures) {
      const svg = await drawing?.drawFigure(kind, read.records, whole);
      if (svg !== undefined) await writeWhole(file, isPng(file.path) && pngOf ? pngOf(svg) : svg);
    }
    const text = printed(format, whole, options, figures);
    if (out) await writeWhole(out, text);
    else await printData(text);
    for (const file of read.empty) note(`note: ${file} is empty\n`);
    const written = [...pictures.map(({ file }) => file), ...(out ? [out] : [])];
    for (const { path } of written) note(`written: ${path}\n`);
  } finally {
    await outputs.release();
  }
}

const isPng = (path: string): boolean => /\.png$/i.test(path);

function formatOf({ format, json, document, madeWith }: Options): (typeof formats)[number] {
  const asked = new Set(
    [format, json && 'json', document && 'markdown'].filter((each) => each !== undefined),
  );
  if (asked.size > 1) {
    throw new OptionError(
      `--format, --json and --document ask for ${[...asked].join(' and ')}: leave out one`,
    );
  }
  if (madeWith && !document)
    throw new OptionError('--made-with is for --document: add that, or leave it out');
  const [only = 'text'] = asked;
  return only as (typeof formats)[number];
}

function printed(
  format: (typeof formats)[number],
  whole: Report,
  { document, madeWith = [], out }: Options,
  figures: readonly Figure[],
): string {
  switch (format) {
    case 'text':
      return reportText(whole);
    case 'csv':
      return reportCsv(whole);
    case 'json':
      return `${jsonText(whole)}\n`;
    case 'markdown':
      if (!document) return reportMarkdown(whole);
      return reportDocument(whole, {
        command: `nalu ${process.argv.slice(2).map(shellQuoted).join(' ')}`,
        madeWith,
        file: out,
        figures: figures.map(({ file, kind }) => ({ file, caption: captions[kind] })),
      });
  }
}

/** An argument as a shell takes it for what it is. */
function shellQuoted(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
