/**
 * Runs `nalu fit` over the twelve tables of test/support/tables.ts and prints what it found, as a Markdown table:
 *
 *     npm run build && node tools/run.mjs tools/fit-tables.ts [NAME…]
 */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Table } from '../src/io/table.ts';
import { laws, tableOfLaw } from '../test/support/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'nalu-fit-'));
const wanted = process.argv.slice(2);
const csv = ({ names, columns, rows }: Table): string => {
  const lines = Array.from({ length: rows }, (_, row) => columns.map((values) => values[row]).join(','));
  return `${[names.join(','), ...lines].join('\n')}\n`;
};
const short = (value: number | null | undefined): string => (value ?? Number.NaN).toExponential(1);
try {
  console.log('| table | found | starts agreeing | inside | outside | 10 × outside | linear | MLP | s |');
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const law of laws.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const [data, far] = ['data.csv', 'far.csv'].map((name) => join(folder, name)) as [string, string];
    writeFileSync(data, csv(tableOfLaw(law)));
    writeFileSync(far, csv(tableOfLaw(law, { reach: 10, seed: 2 })));
    const args = ['fit', data, '--target', law.target, '--test', far, '--json'];
    const text = execFileSync(
      process.execPath,
      [join(import.meta.dirname, '../dist/src/cli/main.js'), ...args],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    const { found, formula, starts, agreeing, inRange, outOfRange, test, baselines, wallSeconds } =
      JSON.parse(text);
    const errors = [inRange, outOfRange, test, baselines.linear.test, baselines.mlp?.test];
    const cells = errors.map((error) => short(error?.maxRelativeError));
    const what = found ? `${law.target} = ${formula}` : 'no formula';
    console.log(
      `| ${law.name} | ${what} | ${agreeing} of ${starts} | ${cells.join(' | ')} | ${wallSeconds.toFixed(0)} |`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}
