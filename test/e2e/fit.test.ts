import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { fitJson } from '../../src/fit/index.ts';
import { printFormula } from '../../src/formula/index.ts';
import { loadFormula, readTable, writeCsv } from '../../src/io/index.ts';
import { interrupted, nalu, onlyJson, start, until } from '../support/command.ts';
import { lawNamed, tableOfLaw } from '../support/tables.ts';

type FitJson = ReturnType<typeof fitJson>;

let folder: string;
const at = (name: string) => join(folder, name);

/** Writes the table of a law, and one ten times as far out. */
async function written(name: string) {
  const law = lawNamed(name);
  await writeFile(at(`${name}.csv`), writeCsv(tableOfLaw(law)));
  await writeFile(at(`${name}-far.csv`), writeCsv(tableOfLaw(law, { reach: 10, seed: 2 })));
  return law;
}

/** What the command's JavaScript gives for rows of a table, run as such. */
function run({ javascript, variables }: FitJson, row: Readonly<Record<string, number>>): number {
  const names = Object.values(variables);
  const values = Object.keys(variables).map((column) => row[column]);
  return new Function(...names, `return ${javascript};`)(...values) as number;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-fit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('nalu fit', () => {
  it('finds a law, prints it with its errors, draws it, and writes what nalu predict computes it with', async () => {
    const { target } = await written('kinetic energy');
    const { code, stdout, stderr } = await nalu([
      ...['fit', at('kinetic energy.csv'), '--target', target, '--test', at('kinetic energy-far.csv')],
      ...['--out', at('k.safetensors'), '--plot', at('k.svg')],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('kinetic energy.csv: 200 rows\n  mass ');
    expect(stdout).toMatch(/\n {2}energy \(target\) +[\d.]+ {2}… +[\d.]+ {2}positive\n/);
    expect(stdout).toContain('\nenergy = 0.5 * mass * velocity ^ 2\n\nFound: it is exact on all rows');
    expect(stdout).toMatch(/\n {2}the formula +0 +0 +0\n {2}linear fit +\S+ +\S+ +\S+\n/);
    expect(stdout).toMatch(/\nFound in \d\.\d s\.\n/);
    expect(stdout).toContain(`\nFormula: ${at('k.safetensors')}\nPlot: ${at('k.svg')}\n`);
    const lines = stdout.split('\n').filter((line) => !line.includes(folder));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    const svg = await readFile(at('k.svg'), 'utf8');
    expect(svg).toMatch(/^<svg .*energy = 0\.5 \* mass \* velocity \^ 2.*held out.*<\/svg>$/s);
    const saved = loadFormula(await readFile(at('k.safetensors')));
    expect(saved.formula).toMatchObject({ variables: ['mass', 'velocity'], targets: ['energy'] });
    expect(printFormula(saved.formula)).toEqual(['0.5 * mass * velocity ^ 2']);
    expect(saved.notes).toMatchObject({ found: 'true', exact: 'true' });
    const predicted = await nalu(['predict', at('k.safetensors'), at('kinetic energy-far.csv')]);
    const { names, columns, rows } = await readTable(predicted.stdout);
    expect(rows).toBe(200);
    const [truth, said] = [target, `${target}_predicted`].map((name) => columns[names.indexOf(name)]);
    for (let row = 0; row < rows; row++) {
      const [y, p] = [truth?.[row] as number, said?.[row] as number];
      expect(Math.abs(p - y) / y).toBeLessThan(1e-12);
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('tells everything as JSON, and its JavaScript is right ten times farther out, where a network is not', async () => {
    const law = await written('sum of two products');
    const finished = await nalu([
      ...[
        'fit',
        at(`${law.name}.csv`),
        '--target',
        law.target,
        '--test',
        at(`${law.name}-far.csv`),
        '--json',
      ],
      // So little work that the search without a device finds nothing.
      ...['--architectures', 'RealNPU(1) -> Linear,NMU(2) -> Linear', '--holdout', '0.2', '--effort', '1e-9'],
    ]);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    const json = onlyJson<FitJson>(finished);
    expect(json).toMatchObject({
      found: true,
      exact: true,
      formula: 'a * b + c * d',
      latex: 'a \\cdot b + c \\cdot d',
      javascript: 'a * b + c * d',
      starts: 128,
      architecture: 'NMU(2) → Linear',
      stopped: 'found',
      rows: { inside: 158, outside: 42 },
    });
    expect(json.agreeing).toBeGreaterThan(1);
    expect(json.agreeing).toBeLessThan(128);
    expect(json.inRange?.maxRelativeError).toBeLessThan(1e-12);
    expect(json.outOfRange?.maxRelativeError).toBeLessThan(1e-12);
    expect(json.runnersUp.length).toBeGreaterThan(0);
    for (const { outOfRange } of json.runnersUp) expect(outOfRange.rmsRelativeError).toBeGreaterThan(1e-3);
    expect(json.baselines.linear.outOfRange.rmsRelativeError).toBeGreaterThan(0.5);
    expect(json.baselines.mlp?.test?.rmsRelativeError).toBeGreaterThan(0.1);
    expect(json.wallSeconds).toBeGreaterThan(0);
    const far = await readTable(await readFile(at(`${law.name}-far.csv`), 'utf8'));
    for (let row = 0; row < far.rows; row++) {
      const values = Object.fromEntries(far.names.map((name, k) => [name, far.columns[k]?.[row] as number]));
      expect(run(json, values)).toBeCloseTo(values[law.target] as number, 9);
    }
  });

  it('says so where there is no formula, and whatever is nearest is not called one', async () => {
    const { target } = await written('no formula');
    const small = [
      '--effort',
      '0.1',
      '--models',
      '16',
      '--steps',
      '200',
      '--architectures',
      'RealNPU(2) -> Linear,NMU(2) -> Linear',
    ];
    const finished = await nalu(['fit', at('no formula.csv'), '--target', target, '--json', ...small]);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    const json = onlyJson<FitJson>(finished);
    expect(json).toMatchObject({ found: false, formula: null, latex: null, javascript: null, agreeing: 0 });
    expect(json.runnersUp[0]?.outOfRange).toEqual(json.outOfRange);
    expect(json.baselines.mlp?.outOfRange.rmsRelativeError).toBeGreaterThan(0.1);
    const few = ['--effort', '0.1', '--models', '4', '--steps', '100', '--architectures', 'Linear'];
    const { stdout } = await nalu(['fit', at('no formula.csv'), '--target', target, ...few]);
    expect(stdout).toMatch(/\n\nNo formula found: .*\n\n {2}The nearest was y = /s);
    expect(stdout).toContain('\nDo not trust it, or any of the others, outside the range of the table.\n');
  });

  it('reads decimal commas, leaves rows out, and takes the columns it is told', async () => {
    const law = await written('ratio');
    const { names, columns, rows } = tableOfLaw(law);
    const lines = Array.from({ length: rows }, (_, row) =>
      [...columns.map((column) => String(column[row]).replace('.', ',')), 'lab'].join(';'),
    );
    await writeFile(at('komma.csv'), [`${names.join(';')};who`, ...lines, '1,0;;2,0;lab', ''].join('\n'));
    const told = [
      '--target',
      'speed',
      '--inputs',
      'distance,time',
      '--decimal',
      ',',
      '--missing',
      'drop',
      '--json',
    ];
    const one = ['--architectures', 'RealNPU(1) -> Linear'];
    const json = onlyJson<FitJson>(await nalu(['fit', at('komma.csv'), ...told, ...one]));
    expect(json.formula).toBe('distance / time');
    expect(json.notes).toContain('1 row with missing cells or words were left out.');
    const strict = await nalu([
      'fit',
      at('komma.csv'),
      ...told.filter((each) => !/^(--missing|drop)$/.test(each)),
    ]);
    expect(strict.code).toBe(1);
    expect(onlyJson<{ error: { message: string } }>(strict).error.message).toContain(
      "row 201, column 'time': 1 cell is missing or no number",
    );
  });

  /** A search that goes on until it is interrupted. */
  const endless = (out: string) => [
    ...['fit', at('no formula.csv'), '--target', lawNamed('no formula').target, '--out', out],
    ...['--steps', '100000000', '--seconds', '3600', '--effort', '0.1', '--architectures', 'Linear'],
  ];

  it('ends on SIGINT with the best so far, printed and saved', async () => {
    await written('no formula');
    const out = at('interrupted.safetensors');
    // Once there is a best, which takes a machine its time.
    const enough = ({ stdout }: { stdout: string }) => stdout.includes(`\nFormula: ${out}\n`);
    const { code, stdout } = await interrupted(() => start(endless(out)), enough);
    expect(code).toBe(130);
    expect(stdout).toContain('\nInterrupted after ');
    expect(loadFormula(await readFile(out)).notes).toMatchObject({ found: 'false' });
  });

  it('ends on SIGTERM before there is a formula, too', async () => {
    await written('no formula');
    const out = at('ended.safetensors');
    const { child, output, finished } = start(endless(out));
    await until('the table', () => output().includes('200 rows'));
    child.kill('SIGTERM');
    const { code, stdout } = await finished;
    expect(code).toBe(143);
    expect(stdout).toContain('\nInterrupted after ');
    const isSaved = stdout.includes(`\nFormula: ${out}\n`);
    expect(isSaved).toBe(!stdout.includes('\nNothing was written: there is no formula yet.\n'));
    expect((await readdir(folder)).includes('ended.safetensors')).toBe(isSaved);
  });
});

describe('nalu fit refuses', () => {
  beforeAll(async () => {
    await writeFile(at('small.csv'), 'a,b\n1,2\n2,4\n');
    await writeFile(
      at('words.csv'),
      `a,b\n${Array.from({ length: 20 }, (_, k) => `${k},${k === 7 ? 'x' : k}`).join('\n')}\n`,
    );
    await written('product');
  });

  const wrong: [args: string[], code: number, message: string | RegExp][] = [
    [['product.csv'], 2, "required option '--target <column>' not specified"],
    [
      ['product.csv', '--target', 'volume'],
      2,
      "target 'volume' is not a column; the columns are 'width', 'height'",
    ],
    [['product.csv', '--target', 'area', '--inputs', 'depth'], 2, "there is no column 'depth'"],
    [['product.csv', '--target', 'area', '--split', 'even'], 2, "there is no split 'even'"],
    [['product.csv', '--target', 'area', '--split', 'column:depth'], 2, "the inputs are 'width', 'height'"],
    [['product.csv', '--target', 'area', '--architectures', 'Cube'], 2, "there is no unit 'Cube'"],
    [['product.csv', '--target', 'area', '--seconds', '0'], 2, 'must be a number above 0'],
    [['small.csv', '--target', 'b'], 1, 'the table has 2 rows; at least 8 are needed'],
    [['words.csv', '--target', 'b'], 1, /words\.csv: CSV, row 8, column 'b': .* holds "x"/],
    [['missing.csv', '--target', 'b'], 1, /cannot read the table from .*missing\.csv: there is no such file/],
    [
      ['product.csv', '--target', 'area', '--out', 'no/m.safetensors'],
      1,
      /cannot write the formula to no.*--out/,
    ],
    [['product.csv', '--target', 'area', '--plot', '/'], 1, 'cannot write the plot to /: it is a folder'],
  ];

  it.each(wrong)('%j', async ([file, ...args], code, message) => {
    const finished = await nalu(['fit', at(file as string), ...args]);
    expect(finished.code).toBe(code);
    expect(finished.stderr).toMatch(/^error: /);
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr).not.toMatch(/\n {4}at /);
  });
});

describe('docs/your-data.md', () => {
  it('is true, line by line, when its commands are typed', async () => {
    const root = join(import.meta.dirname, '../../docs');
    const text = await readFile(join(root, 'your-data.md'), 'utf8');
    const blocks = [...text.matchAll(/```console\n\$ (nalu .*)\n([\s\S]*?)```/g)];
    expect(blocks).toHaveLength(3);
    for (const [, command, shown] of blocks) {
      const args = (command as string).split(' ').slice(1);
      const typed = args.map((word) =>
        /\.csv$/.test(word) ? join(root, 'data', word) : /^period\./.test(word) ? at(word) : word,
      );
      const { code, stdout } = await nalu(typed);
      expect(code).toBe(0);
      const said = stdout.replaceAll(join(root, 'data/'), '');
      // What a network comes to, and how many starts agree, depends on the adapter's rounding.
      const lines = (shown as string)
        .split('\n')
        .filter((line) => !/SwiftShader|hidden units|random starts|^…$/.test(line));
      // The last digits of float32 differ between adapters.
      const rounded = (line: string) =>
        line.replace(/\d+\.\d{5,}/g, (digits) => Number(digits).toPrecision(6));
      for (const line of lines) expect(said.split('\n').map(rounded)).toContain(rounded(line));
    }
  });
});
