/**
 * `npm run bench:formulas`: tables of known laws, and which of them are found.
 *
 *     npm run bench:formulas -- --set feynman,fields --noise 0.01 --rows 300 --only I.6.2,I.8.14 --effort 8
 *     npm run bench:formulas -- --set feynman --noise 0.1 --part 3/10 --trials 1
 *
 * A law without noise counts as recovered where it was found, and is off by less than 1e-6 of each value on fresh rows in its ranges
 * and, as far as it is defined there, in ranges twice as wide. With noise (standard deviation relative to that of the target) it
 * counts where the formula has the right terms (its constants fitted anew to the table without noise, it is exact) and its own
 * constants are right within the noise: it is off from the law by less than that, as a root of mean squares. With `--relative` the
 * noise is relative to each value. `--bad-rows N` makes so
 * many targets ten times what they are, and they must be named. Times are of the processor, so that they hold on a busy machine.
 */

import { parseArgs } from 'node:util';
import { fit as findLaw } from '../../src/fit/index.ts';
import { tableOf } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import type { Rows } from './no-law.ts';
import { hasTerms, isExact, offBy } from './recovered.ts';
import { type Law, lawsOf, type SetName, setNames } from './sets.ts';

const { values: given } = parseArgs({
  options: {
    set: { type: 'string', default: 'feynman' },
    noise: { type: 'string', default: '0' },
    relative: { type: 'boolean', default: false },
    rows: { type: 'string', default: '300' },
    only: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    trials: { type: 'string', default: '1' },
    'bad-rows': { type: 'string', default: '0' },
    effort: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
  },
});
const [noise, rows, effort, firstSeed] = [given.noise, given.rows, given.effort, given.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const [trials, badRows] = [Number(given.trials), Number(given['bad-rows'])];
const [part, parts] = given.part.split('/').map(Number) as [number, number];
const only = given.only?.split(',');

interface Outcome {
  readonly found: boolean;
  readonly right: boolean;
  readonly text: string;
  readonly how: string;
  readonly reason: string;
  readonly seconds: number;
}

const lines: string[] = [];
for (const set of given.set.split(',') as SetName[]) {
  if (!setNames.includes(set)) throw new Error(`there is no set '${set}'; known: ${setNames.join(', ')}`);
  const seconds: number[] = [];
  let [right, found, count] = [0, 0, 0];
  for (const [index, law] of lawsOf(set).entries()) {
    if (only ? !only.includes(law.name) : index % parts !== part - 1) continue;
    for (let trial = 0; trial < trials; trial++) {
      const outcome = await tried(law, firstSeed + trial);
      count += 1;
      seconds.push(outcome.seconds);
      if (outcome.found) found += 1;
      if (outcome.right) right += 1;
      const cells = [
        law.name,
        outcome.right ? 'yes' : outcome.found ? 'WRONG' : 'no',
        outcome.text,
        outcome.seconds.toFixed(2),
        outcome.how,
        outcome.reason,
      ];
      lines.push(`| ${cells.join(' | ')} |`);
      console.error(`${set} ${lines.at(-1)}`);
    }
  }
  seconds.sort((a, b) => a - b);
  const summary =
    set === 'none'
      ? `${found} of ${count} called found`
      : `${right} of ${count} recovered, ${found - right} found wrongly`;
  lines.push(
    '',
    `${set}, ${rows} rows, noise ${noise}: ${summary}; seconds: median ${seconds[seconds.length >> 1]?.toFixed(2)}, largest ${seconds.at(-1)?.toFixed(1)}`,
    '',
  );
  console.error(lines.at(-2));
}
const memory = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(
  [
    '| law | recovered | formula | s | how | verdict |',
    '|---|---|---|---|---|---|',
    ...lines,
    `Most memory: ${memory} MB`,
  ].join('\n'),
);

async function tried({ columns, draw }: Law, seed: number): Promise<Outcome> {
  const { x, y } = draw(rows, seed);
  const random = createRandom(seed, 0x0e);
  const mean = y.reduce((sum, value) => sum + value / y.length, 0);
  const spread = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2 / y.length, 0));
  const size = Math.sqrt(y.reduce((sum, value) => sum + value ** 2 / y.length, 0));
  /** The noise, relative to the spread. */
  const most = given.relative ? (noise * size) / spread : noise;
  const noisy = y.map((value) => value + noise * (given.relative ? value : spread) * random.normal());
  const bad = Array.from({ length: badRows }, (_, k) => Math.floor(((k + 0.5) * y.length) / badRows));
  for (const row of bad) noisy[row] = 10 * ((noisy[row] as number) + spread);
  const width = columns.length;
  const table = tableOf({
    ...Object.fromEntries(
      columns.map((name, k) => [name, Array.from(y, (_, row) => x[row * width + k] as number)]),
    ),
    'target value': [...noisy],
  });
  const began = process.cpuUsage();
  const result = await findLaw(undefined, table, { target: 'target value', effort, seconds: 1e6 });
  const used = process.cpuUsage(began);
  const { found, best, inputs, notes } = result;
  const formula = best && { ...best.formula, variables: inputs };
  /** The columns that took part. */
  const pick = (whole: Rows): Rows => {
    const at = inputs.map((name) => columns.indexOf(name));
    const own = Array.from(whole.y, (_, row) => at.map((k) => whole.x[row * width + k] as number));
    return { x: Float64Array.from(own.flat()), y: whole.y };
  };
  const named = bad.every((row) => notes.some((note) => note.includes(`row ${row + 1} (`)));
  const right =
    found &&
    named &&
    formula !== undefined &&
    (noise === 0
      ? [1, 2].every((reach) => isExact(formula, pick(draw(300, seed + 1000, reach))))
      : hasTerms(formula, pick({ x, y })) && offBy(formula, pick(draw(300, seed + 1000))) < most);
  return {
    found,
    right,
    text: best?.text ?? '',
    how: best?.architecture ?? '',
    reason: result.reason,
    seconds: (used.user + used.system) / 1e6,
  };
}
