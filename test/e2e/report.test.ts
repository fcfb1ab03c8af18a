import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nalu, onlyJson } from '../support/command.ts';
import { failure, line } from '../support/records.ts';

let folder: string;
const at = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-report-'));
  const shard = (remainder: number) =>
    Array.from({ length: 24 }, (_, seed) => seed)
      .filter((seed) => seed % 2 === remainder)
      .map((seed) => `${line({ seed, curve: [[0, 1, 2]], ...(seed < 18 ? {} : failure) })}\n`)
      .join('');
  await writeFile(at('part-1.jsonl'), shard(0));
  await writeFile(at('part-2.jsonl'), shard(1));
  await writeFile(at('cut.jsonl'), `${line({ seed: 90 })}\n${line({ seed: 91 }).slice(0, 99)}`);
});
afterAll(() => rm(folder, { recursive: true }));

describe('nalu report', () => {
  const parts = () => [at('part-1.jsonl'), at('part-2.jsonl')];

  it('merges shards into a table of 80 columns', async () => {
    const { code, stdout, stderr } = await nalu(['report', ...parts()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ {4}NMU +75 +\[55, 88\] +100 +\[87, 100\] += {2,}3,000 /m);
    expect(Math.max(...stdout.split('\n').map((each) => [...each].length))).toBeLessThanOrEqual(80);
  });

  it.each([[['--json']], [['--format', 'json']]])('gives JSON with %j', async (args) => {
    const finished = await nalu(['report', ...parts(), ...args]);
    const { rows, ...rest } = onlyJson<{ rows: object[] }>(finished);
    expect(rest).toEqual({
      adapters: ['SwiftShader (software)'],
      versions: ['0.1.0'],
      dates: ['2026-11-24'],
      gaps: [],
    });
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      unit: 'NMU',
      seeds: 24,
      successes: 18,
      successRate: 0.75,
      overlaps: true,
    });
  });

  it('writes a document and its figures', async () => {
    await mkdir(at('docs'));
    const figures = ['--figure', at('docs/a.svg'), '--figure', at('docs/b.PNG'), '--kind', 'curves'];
    const made = ['--made-with', 'nalu benchmark single-module'];
    const out = ['--document', '--out', at('docs/benchmarks.md')];
    const { code, stdout, stderr } = await nalu(['report', ...parts(), ...figures, ...made, ...out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr.match(/^written: /gm)).toHaveLength(3);
    expect((await readdir(at('docs'))).sort()).toEqual(['a.svg', 'b.PNG', 'benchmarks.md']);
    const document = await readFile(at('docs/benchmarks.md'), 'utf8');
    expect(document).toContain('(a.svg)');
    expect(document).toContain('(b.PNG)');
    expect(document).toContain("--made-with 'nalu benchmark single-module'");
    expect(await readFile(at('docs/a.svg'), 'utf8')).toMatch(/^<svg .*NMU/s);
    expect((await readFile(at('docs/b.PNG'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it('ends with 1 at the first line that is not a record, and writes nothing', async () => {
    const before = await readdir(folder);
    const finished = await nalu(['report', at('cut.jsonl'), '--format=json', '--out', at('report.json')]);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toMatch(/^error: .*cut\.jsonl:2: the line breaks off, as when a run is killed/);
    expect(onlyJson(finished)).toMatchObject({ error: { code: 'record' } });
    expect(await readdir(folder)).toEqual(before);
  });

  const wrong: [args: string[], message: string][] = [
    [[], "missing required argument 'files'"],
    [['a.jsonl', '--format', 'html'], 'Allowed choices are text, markdown, csv, json.'],
    [['a.jsonl', '--figure', 'a.gif'], "--figure is 'a.gif'; its name must end with .svg or .png"],
    [['a.jsonl', '--kind', 'curves'], '--kind belongs to the --figure before it'],
    [['a.jsonl', '--figure', 'a.svg', '--kind', 'pie'], "--kind is 'pie'; it must be one of success, curves"],
    [['a.jsonl', '--document', '--format', 'csv'], 'ask for csv and markdown: leave out one'],
    [['a.jsonl', '--made-with', 'x'], '--made-with is for --document'],
  ];
  it.each(wrong)('with %j is wrong usage', async (args, message) => {
    const finished = await nalu(['report', ...args]);
    expect(finished).toMatchObject({ code: 2, stdout: '' });
    expect(finished.stderr).toContain(message);
  });

  it('has a help of 80 columns', async () => {
    const { code, stdout } = await nalu(['report', '--help']);
    expect(code).toBe(0);
    expect(Math.max(...stdout.split('\n').map((each) => each.length))).toBeLessThanOrEqual(80);
  });
});
