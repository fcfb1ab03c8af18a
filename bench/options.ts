/** The command line of both entries. */

import { parseArgs } from 'node:util';
import { DEFAULT_GROUPS, GROUPS, type Selection, select } from './selection.ts';
import { workloads } from './workloads.ts';

export interface BenchOptions {
  readonly selection: Selection;
  readonly rounds: number;
  /** Least milliseconds of a stretch. */
  readonly stretch: number;
  /** Seconds that a contender may take with a workload, beyond which it is not run. */
  readonly limit: number;
  /** Share of the steps of `growth`, and fresh pages of `start`. */
  readonly share: number;
  readonly json: boolean;
  /** Results go to bench/results/NAME.json. */
  readonly name: string;
  /** Also draw bench/results/NAME.svg. */
  readonly figure: boolean;
  /** Keep what bench/results/NAME.json has already. */
  readonly resume: boolean;
  /** Serve the page cross-origin isolated: WebAssembly may then use threads. */
  readonly threads: boolean;
}

const groups = Object.entries(GROUPS).map(([name, what]) => `  ${name.padEnd(14)} ${what}`);

export const help = `usage: npm run bench -- [--group NAMES] [--only WORDS] [--rounds N] [--limit S] [--quick] [--threads]
                       [--json] [--name NAME [--figure] [--resume]]
  --group NAMES  comma-separated, or all (default: ${DEFAULT_GROUPS.join(',')})
  --only WORDS   comma-separated: workloads and contenders, or how their names begin (article,tfjs)
  --rounds N     stretches per contender, each in another random order (default 7, at least 5)
  --limit S      who would take more seconds with a workload is not run (default 10)
  --quick        3 rounds of short stretches, to see whether it runs: not for figures
  --threads      let the WebAssembly contenders use threads (the page is then cross-origin isolated)
  --json         print the results as JSON and nothing else
  --name NAME    results go to bench/results/NAME.json, after each workload (default: not written)
  --figure       draws them as well, as bench/results/NAME.svg
  --resume       goes on where a run with this name ended

groups:
${groups.join('\n')}

workloads: ${workloads.map(({ name }) => name).join(', ')}
`;

/** Reads the arguments; undefined when they ask for help. Throws for what it does not understand. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      group: { type: 'string' },
      only: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      limit: { type: 'string' },
      quick: { type: 'boolean', default: false },
      threads: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      name: { type: 'string', default: '' },
      figure: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { quick, name } = values;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 5 || rounds > 1000) {
    throw new Error(`--rounds is '${values.rounds}'; it must be a whole number from 5 to 1000`);
  }
  const limit = Number(values.limit ?? (quick ? 2 : 10));
  if (!(limit > 0 && limit <= 3600)) {
    throw new Error(`--limit is '${values.limit}'; it must be a number of seconds up to 3600`);
  }
  if (!/^[\w.-]*$/.test(name)) {
    throw new Error(`--name is '${name}'; it may have letters, digits, '.', '-' and '_'`);
  }
  for (const option of ['figure', 'resume'] as const) {
    if (values[option] && !name) throw new Error(`--${option} needs --name: where the results are`);
  }
  return {
    selection: select(values.group?.split(','), values.only?.split(',')),
    rounds: quick ? 3 : rounds,
    stretch: quick ? 50 : 300,
    limit,
    share: quick ? 0.01 : 1,
    json: values.json,
    name,
    figure: values.figure,
    resume: values.resume,
    threads: values.threads,
  };
}
