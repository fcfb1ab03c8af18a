/**
 * `npm run bench:formulas`: tables of known laws, and which of them are found.
 *
 *     npm run bench:formulas -- --set feynman,fields --noise 0.01 --rows 300 --only I.6.2,I.8.14 --effort 8
 *
 * A law without noise counts as recovered where it was found, and is off by less than 1e-6 of each value on fresh rows in its ranges
 * and, as far as it is defined there, in ranges twice as wide. With noise (standard deviation relative to that of the target) it
 * counts where the formula, its constants fitted anew to the table without noise, is exact: where it has the right terms. Times are
 * of the processor, so that they hold on a busy machine.
 */

import { parseArgs } from 'node:util';
import { replaceLeaves, weight } from '../../src/expression/tree.ts';
import { fit as findLaw } from '../../src/fit/index.ts';
import { type Expression, evaluate, type Formula, parametrize } from '../../src/formula/index.ts';
import { minimize } from '../../src/formula/least-squares.ts';
import { tableOf } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import { drawRows, type Law, lawsOf, type SetName, setNames } from './sets.ts';

const { values: given } = parseArgs({
  options: {
    set: { type: 'string', default: 'feynman' },
    noise: { type: 'string', default: '0' },
    rows: { type: 'string', default: '300' },
    only: { type: 'string' },
    effort: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
  },
});
const [noise, rows, effort, seed] = [given.noise, given.rows, given.effort, given.seed].map(Number) as [
  number,
  number,
  number,
  number,
];
const only = given.only?.split(',');
const NEAR = 1e-6;

/** Largest error of each value, values near to zero counted as a millionth of their root mean square. */
function worst(formula: Formula, { x, y }: { x: Float64Array; y: Float64Array }): number {
  const size = Math.sqrt(y.reduce((sum, value) => sum + value * value, 0) / y.length);
  return evaluate(formula, x).reduce((most, value, row) => {
    const wanted = y[row] as number;
    const error = Math.abs(value - wanted) / Math.max(Math.abs(wanted), 1e-6 * size);
    return Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(most, error);
  }, 0);
}

/** Whether the formula is exact on a clean table once its constants are fitted to it. */
function hasTerms(formula: Formula, { x, y }: { x: Float64Array; y: Float64Array }): boolean {
  const size = Math.sqrt(y.reduce((sum, value) => sum + value * value, 0) / y.length);
  const free = replaceLeaves(formula.expressions[0] as Expression, (leaf) =>
    leaf.kind === 'constant' && !Number.isInteger(leaf.value) ? weight(leaf.value) : leaf,
  );
  const { start, values } = parametrize(free);
  const width = formula.variables.length;
  const columns = formula.variables.map((_, k) =>
    Float64Array.from(y, (_, row) => x[row * width + k] as number),
  );
  const residuals = (parameters: Float64Array): Float64Array | undefined => {
    const rest = values(columns, y.length, parameters).map(
      (value, row) => (value - (y[row] as number)) / size,
    );
    return rest.every(Number.isFinite) ? rest : undefined;
  };
  const found = minimize(residuals, start, 1e-24 * y.length);
  return found !== undefined && found.error / y.length < 1e-12;
}

const lines: string[] = [];
for (const set of given.set.split(',') as SetName[]) {
  if (!setNames.includes(set)) throw new Error(`there is no set '${set}'; known: ${setNames.join(', ')}`);
  const seconds: number[] = [];
  let [right, told, count] = [0, 0, 0];
  for (const law of lawsOf(set)) {
    if (only && !only.includes(law.name)) continue;
    const outcome = await tried(law);
    count += 1;
    seconds.push(outcome.seconds);
    if (outcome.found) told += 1;
    if (outcome.right) right += 1;
    const cells = [
      law.name,
      outcome.right ? 'yes' : outcome.found ? 'WRONG' : 'no',
      outcome.text,
      outcome.seconds.toFixed(2),
      outcome.how,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    console.error(`${set} ${lines.at(-1)}`);
  }
  seconds.sort((a, b) => a - b);
  const summary =
    set === 'none'
      ? `${told} of ${count} called found`
      : `${right} of ${count} recovered, ${told - right} found wrongly`;
  lines.push(
    '',
    `${set}, ${rows} rows, noise ${noise}: ${summary}; seconds: median ${seconds[seconds.length >> 1]?.toFixed(2)}, largest ${seconds.at(-1)?.toFixed(1)}`,
    '',
  );
  console.error(lines.at(-2));
}
console.log(['| law | recovered | formula | s | how |', '|---|---|---|---|---|', ...lines].join('\n'));

async function tried(law: Law) {
  const { x, y } = drawRows(law, rows, seed);
  const random = createRandom(seed, 0x0e);
  const mean = y.reduce((sum, value) => sum + value / y.length, 0);
  const spread = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2 / y.length, 0));
  const noisy = y.map((value) => value + noise * spread * random.normal());
  const width = law.columns.length;
  const table = tableOf({
    ...Object.fromEntries(
      law.columns.map(({ name }, k) => [name, Array.from(y, (_, row) => x[row * width + k] as number)]),
    ),
    'target value': [...noisy],
  });
  const began = process.cpuUsage();
  const result = await findLaw(undefined, table, { target: 'target value', effort, seconds: 1e6 });
  const used = process.cpuUsage(began);
  const { found, best } = result;
  const formula = best && { ...best.formula, variables: result.inputs };
  /** The columns that took part. */
  const pick = (whole: { x: Float64Array; y: Float64Array }) => {
    const at = result.inputs.map((name) => law.columns.findIndex((column) => column.name === name));
    const own = Array.from(whole.y, (_, row) => at.map((k) => whole.x[row * width + k] as number));
    return { x: Float64Array.from(own.flat()), y: whole.y };
  };
  const right =
    found &&
    formula !== undefined &&
    (noise === 0
      ? [1, 2].every((reach) => worst(formula, pick(drawRows(law, 300, seed + 1000, reach))) < NEAR)
      : hasTerms(formula, pick({ x, y })));
  return {
    found,
    right,
    text: best?.text ?? '',
    how: best?.architecture ?? '',
    seconds: (used.user + used.system) / 1e6,
  };
}
