/**
 * Runs `nalu fit` on the twelve tables of test/support/tables.ts, 200 rows each, and prints what it made of them:
 *
 *     npm run build && node tools/run.mjs tools/fit-tables.ts [SEED]
 *
 * A law counts as recovered where the formula has the law's form and constants, each within 1e-3, which is seen far outside the
 * table: on 200 rows ten times as far out, no prediction is off by more.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { fitJson } from '../src/fit/index.ts';
import { writeCsv } from '../src/io/index.ts';
import { nalu, onlyJson } from '../test/support/command.ts';
import { laws, tableOfLaw } from '../test/support/tables.ts';

/** Error of a constant, and so of predictions, that is allowed. */
const CONSTANT = 1e-3;
/** What is allowed where there is no noise. */
const EXACT = 1e-5;

const seed = Number(process.argv[2] ?? 1);
const folder = mkdtempSync(join(tmpdir(), 'nalu-tables-'));
const short = (value: number | undefined) =>
  value === undefined ? '' : value === 0 ? '0' : value.toExponential(0);
const lines: string[] = [];
let recovered = 0;
let refused = 0;
let adapter = '';
try {
  for (const law of laws) {
    const [near, far] = [join(folder, 'near.csv'), join(folder, 'far.csv')];
    writeFileSync(near, writeCsv(tableOfLaw(law, { seed })));
    writeFileSync(far, writeCsv(tableOfLaw(law, { seed: seed + 1000, reach: 10 })));
    const began = performance.now();
    const finished = await nalu(['fit', near, '--target', law.target, '--test', far, '--json']);
    const seconds = (performance.now() - began) / 1000;
    if (finished.code !== 0) throw new Error(`${law.name}: ${finished.stderr}`);
    const json = onlyJson<ReturnType<typeof fitJson>>(finished);
    adapter = json.adapter;
    const error = json.test?.maxRelativeError ?? Number.POSITIVE_INFINITY;
    const right = law.f ? json.found && error <= (law.noise ? CONSTANT : EXACT) : !json.found;
    if (right) law.f ? recovered++ : refused++;
    const cells = [
      law.name,
      json.formula ?? 'refused',
      right ? 'yes' : 'no',
      seconds.toFixed(1),
      `${json.agreeing} of ${json.starts}`,
      short(json.inRange?.maxRelativeError),
      short(json.outOfRange?.maxRelativeError),
      short(json.found ? error : undefined),
      short(json.baselines.linear.test?.maxRelativeError),
      short(json.baselines.mlp?.test?.maxRelativeError),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    console.error(lines.at(-1));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${adapter}; ${cpus()[0]?.model}, ${cpus().length} cores; seed ${seed}\n`);
console.log(
  '| table | formula | right | seconds | starts | inside | outside | 10 × outside | linear, 10 × | MLP, 10 × |',
);
console.log(`|${' --- |'.repeat(10)}`);
console.log(lines.join('\n'));
const withLaw = laws.filter(({ f }) => f).length;
console.log(
  `\n${recovered} of ${withLaw} laws recovered, ${refused} of ${laws.length - withLaw} tables without one refused`,
);
process.exitCode = recovered >= withLaw - 1 && refused === laws.length - withLaw ? 0 : 1;
