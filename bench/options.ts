/** The command line of both entries. */

import { parseArgs } from 'node:util';
import { type Workload, workloads } from './workloads.ts';

export interface BenchOptions {
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  /** Least milliseconds of a stretch. */
  readonly stretch: number;
  readonly json: boolean;
  /** Results go to bench/results/NAME.json. */
  readonly name: string;
  /** Serve the page cross-origin isolated: WebAssembly may then use threads. */
  readonly threads: boolean;
}

export const help = `usage: npm run bench -- [--only WORDS] [--rounds N] [--quick] [--threads] [--json] [--name NAME]
  --only WORDS   comma-separated: workloads and contenders, or how their names begin (article,tfjs)
  --rounds N     stretches per contender, each in another random order (default 7, at least 5)
  --quick        3 rounds of short stretches, to see whether it runs: not for figures
  --threads      let the WebAssembly contenders use threads (the page is then cross-origin isolated)
  --json         print the results as JSON and nothing else
  --name NAME    results go to bench/results/NAME.json (default: not written)

workloads: ${workloads.map(({ name }) => name).join(', ')}
`;

/** Reads the arguments; undefined when they ask for help. Throws for what it does not understand. */
export function readOptions(args: readonly string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '7' },
      quick: { type: 'boolean', default: false },
      threads: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      name: { type: 'string', default: '' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 5 || rounds > 1000) {
    throw new Error(`--rounds is '${values.rounds}'; it must be a whole number from 5 to 1000`);
  }
  if (!/^[\w.-]*$/.test(values.name)) {
    throw new Error(`--name is '${values.name}'; it may have letters, digits, '.', '-' and '_'`);
  }
  return {
    workloads: chosen(values.only?.split(',') ?? []),
    rounds: values.quick ? 3 : rounds,
    stretch: values.quick ? 50 : 300,
    json: values.json,
    name: values.name,
    threads: values.threads,
  };
}

/** What of the list the words choose. The first contender of a workload always stays: the others are held against it. */
export function chosen(words: readonly string[], list: readonly Workload[] = workloads): Workload[] {
  const names = list.map(({ name }) => name);
  const contenders = [...new Set(list.flatMap((workload) => workload.contenders))];
  const wantedWorkloads = new Set<string>();
  const wantedContenders = new Set<string>();
  for (const word of words) {
    const [found, wanted] = named(word, names).length
      ? [named(word, names), wantedWorkloads]
      : [named(word, contenders), wantedContenders];
    if (found.length === 0) throw new Error(`--only: no workload and no contender begins with '${word}'`);
    for (const name of found) wanted.add(name);
  }
  return list
    .filter(({ name }) => wantedWorkloads.size === 0 || wantedWorkloads.has(name))
    .map((workload) => ({
      ...workload,
      contenders: workload.contenders.filter(
        (name, index) => index === 0 || wantedContenders.size === 0 || wantedContenders.has(name),
      ),
    }));
}

/** The name itself, else all that begin so. */
function named(word: string, names: readonly string[]): string[] {
  if (names.includes(word)) return [word];
  return word === '' ? [] : names.filter((name) => name.startsWith(word));
}
