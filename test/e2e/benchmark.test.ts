import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../src/benchmark/record.ts';
import { createRandom } from '../../src/random.ts';
import { main, nalu, onlyJson, start, until } from '../support/command.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-benchmark-'));
});
afterAll(() => rm(folder, { recursive: true }));

const task = ['benchmark', 'single-module', '--ops', 'mul', '--units', 'NMU,NALU', '--ranges', '7;8'];
const pathOf = (name: string) => join(folder, `${name}.jsonl`);

/** The records of a file without what no two runs share. */
async function recordsIn(path: string): Promise<Omit<RunRecord, 'seconds' | 'date'>[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => {
    const { seconds: _seconds, date: _date, ...record } = JSON.parse(line) as RunRecord;
    return record;
  });
}

describe('nalu benchmark', () => {
  it('writes a record for every model, which nalu report turns into a table', async () => {
    const out = pathOf('small');
    const result = await nalu([...task, '--seeds', '3', '--steps', '3000', '--curves', '--out', out]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/2 ensembles: 12 models of 3,000 steps\. About .*\n/);
    expect(result.stdout).toMatch(/\nmul NMU +3 +3 of 3 {2}\S+ s\n/);
    const records = await recordsIn(out);
    expect(records.map(({ unit, range, seed }) => [unit, range, seed])).toEqual(
      ['NMU', 'NALU']
        .flatMap((unit) =>
          ['U[1.1,1.2)', 'U[1,2)'].flatMap((range) => [0, 1, 2].map((seed) => [unit, range, seed])),
        )
        .sort(([a, b], [c, d]) => (a === c ? Number(b === 'U[1.1,1.2)') - Number(d === 'U[1.1,1.2)') : 0)),
    );
    for (const { curve, selectedStep, validationError, solvedAt, success, unit } of records) {
      // Ten log points where the steps are few.
      expect(curve?.map(([step]) => step)).toEqual(Array.from({ length: 11 }, (_, k) => 300 * k));
      const errors = curve?.map(([, error]) => error as number) ?? [];
      const least = Math.min(...errors);
      expect(errors[selectedStep / 300]).toBe(least);
      expect(Math.abs((validationError as number) - least)).toBeLessThanOrEqual(0.1 * least);
      expect(success).toBe(unit === 'NMU');
      expect(solvedAt === null).toBe(!success);
    }
    const report = await nalu(['report', out, '--format', 'json']);
    const { rows } = JSON.parse(report.stdout) as { rows: Record<string, unknown>[] };
    expect(rows).toHaveLength(4);
    expect(rows.filter(({ unit }) => unit === 'NMU')).toEqual(
      [0, 1].map(() => expect.objectContaining({ successes: 3, seeds: 3, successRate: 1 })),
    );
  });

  it('judges no model of a task without a threshold, and keeps its figures', async () => {
    const out = pathOf('identity');
    const args = ['--units', 'Linear', '--seeds', '2', '--steps', '50', '--out', out];
    expect(await nalu(['benchmark', 'identity', ...args])).toMatchObject({ code: 0, stderr: '' });
    for (const { threshold, success, solvedAt, figures } of await recordsIn(out)) {
      expect({ threshold, success, solvedAt }).toEqual({ threshold: null, success: false, solvedAt: null });
      expect(Object.keys(figures ?? {})).toEqual(
        expect.arrayContaining(['mae_inside', 'mae_outside', 'curve_-20', 'curve_0', 'curve_20']),
      );
    }
  });

  it('ends with the same file however often it is killed', async () => {
    const run = [...task, '--seeds', '1', '--steps', '40000'];
    const calm = pathOf('calm');
    expect(await nalu([...run, '--out', calm])).toMatchObject({ code: 0 });
    const wanted = await recordsIn(calm);
    const out = pathOf('killed');
    const random = createRandom(20);
    for (let kills = 0; kills < 6; ) {
      const { child, finished } = start([...run, '--resume', '--out', out, '--json']);
      await Promise.race([setTimeout(random.uniform(400, 2000)), finished]);
      child.kill('SIGKILL');
      if ((await finished).code === null) kills++;
      else {
        // A fast machine is done before it was killed six times: then once more from the beginning.
        expect(await recordsIn(out)).toEqual(wanted);
        await rm(out);
      }
    }
    const last = await nalu([...run, '--resume', '--out', out, '--json']);
    expect(onlyJson(last)).toMatchObject({ out, records: 4 });
    expect(await recordsIn(out)).toEqual(wanted);
  });

  it('ends with the same file when the device is lost on the way, once and again', async () => {
    const run = [...task, '--seeds', '2', '--steps', '4000'];
    const [calm, lost] = [pathOf('undisturbed'), pathOf('lost')];
    expect(await nalu([...run, '--out', calm])).toMatchObject({ code: 0 });
    const losing = {
      NODE_OPTIONS: `--import ${pathToFileURL(join(import.meta.dirname, '../support/lose-device.mjs'))}`,
      LOSE_DEVICES: '50,30,20',
    };
    const survived = await nalu([...run, '--out', lost], losing);
    expect(survived).toMatchObject({ code: 0, stderr: '' });
    expect(survived.stdout).toMatch(/the GPU device was lost .*models go on from step/);
    expect(await recordsIn(lost)).toEqual(await recordsIn(calm));
  });

  it('is one of two on one file, and the other says so', async () => {
    const run = [...task, '--seeds', '1', '--steps', '10'];
    const alone = pathOf('alone');
    expect(await nalu([...run, '--out', alone])).toMatchObject({ code: 0 });
    for (let turn = 0; turn < 2; turn++) {
      const out = pathOf(`shared-${turn}`);
      const both = await Promise.all([nalu([...run, '--out', out]), nalu([...run, '--out', out])]);
      const [first, second] = both.sort((a, b) => (a.code ?? 0) - (b.code ?? 0));
      expect([first?.code, second?.code]).toEqual([0, 1]);
      expect(second?.stderr).toMatch(/another process is writing .*shared|is already there/);
      expect(await recordsIn(out)).toEqual(await recordsIn(alone));
    }
  });

  it('refuses a task that is too large, at once', async () => {
    const wide = await nalu(['benchmark', 'arithmetic', '--setting', 'inputs=1e6', '--out', pathOf('wide')]);
    expect(wide).toMatchObject({ code: 2 });
    expect(wide.stderr).toMatch(/setting inputs is 1000000; it must be a whole number from 1 to 10000/);
  });

  it('is interrupted by Ctrl-C, and goes on from there', async () => {
    const run = [...task, '--seeds', '2', '--steps', '100000', '--out', pathOf('interrupted')];
    const { child, finished } = start(run);
    await until('the first checkpoint', () => existsSync(`${pathOf('interrupted')}.checkpoint`));
    child.kill('SIGINT');
    expect(await finished).toMatchObject({
      code: 130,
      stderr: 'error: interrupted; --resume goes on from here\n',
    });
    const checkpoint = await readFile(`${pathOf('interrupted')}.checkpoint`);
    expect(checkpoint.length).toBeGreaterThan(500);
  });

  it('gives two shards that merge into what one run gives, spread by GNU parallel where it is installed', async () => {
    const run = [...task, '--seeds', '3', '--steps', '500'];
    const whole = pathOf('whole');
    expect(await nalu([...run, '--out', whole])).toMatchObject({ code: 0 });
    const parts = [1, 2].map((number) => pathOf(`part-${number}`));
    if (hasParallel()) {
      const command = [process.execPath, main, ...run, '--shard', '{}/2', '--out', pathOf('part-{}')];
      execFileSync('parallel', ['--jobs', '2', ...command.map(quote), ':::', '1', '2']);
    } else {
      for (const [index, part] of parts.entries()) {
        expect(await nalu([...run, '--shard', `${index + 1}/2`, '--out', part])).toMatchObject({ code: 0 });
      }
    }
    const merged = (await Promise.all(parts.map(recordsIn))).flat();
    const key = ({ unit, range, seed }: { unit: string; range: string; seed: number }) =>
      JSON.stringify([unit, range, seed]);
    const sorted = <T extends { unit: string; range: string; seed: number }>(list: T[]) =>
      list.sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(merged)).toEqual(sorted(await recordsIn(whole)));
    const reports = await Promise.all(
      [[whole], parts].map((files) => nalu(['report', ...files, '--format', 'json'])),
    );
    const [one, both] = reports.map(({ stdout }) => {
      const { rows } = JSON.parse(stdout) as { rows: Record<string, unknown>[] };
      return rows.map(({ secondsPerRun: _, ...row }) => row);
    });
    expect(both).toEqual(one);
  });

  it.each([
    ['an unknown task', ['benchmark', 'spelling'], /'spelling' is invalid for argument 'task'/],
    ['an unknown unit', ['benchmark', 'single-module', '--units', 'NMO'], /does not compare 'NMO'/],
    ['an unknown operation', ['benchmark', 'single-module', '--ops', 'pow'], /no operation 'pow'/],
    ['an unknown range', ['benchmark', 'single-module', '--ranges', 'U[3,4)'], /no range 'U\[3,4\)'/],
    [
      'a unit that cannot do an operation',
      ['benchmark', 'single-module', '--units', 'NMU', '--ops', 'add'],
      /NMU cannot add; units that can: /,
    ],
    ['an unknown setting', ['benchmark', 'single-module', '--setting', 'depth=3'], /no setting 'depth'/],
    [
      'a formula that cannot be read',
      ['benchmark', 'expression', '--units', 'NMU', '--expression', 'x0 * (x1'],
      /expression, character 9: expected an operator or '\)'/,
    ],
    ['an impossible shard', ['benchmark', 'single-module', '--shard', '5/4'], /i from 1 to n/],
  ])('%s is refused as wrong usage', async (_, args, message) => {
    const result = await nalu(args);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
  });

  it('does not touch a file that is already there, and names a foreign line in one to resume', async () => {
    const out = pathOf('there');
    await writeFile(out, '{"format":"something else"}\n');
    const fresh = await nalu([...task, '--seeds', '1', '--steps', '10', '--out', out]);
    expect(fresh).toMatchObject({ code: 1 });
    expect(fresh.stderr).toMatch(/already there/);
    const resumed = await nalu([...task, '--seeds', '1', '--steps', '10', '--out', out, '--resume']);
    expect(resumed.code).toBe(1);
    expect(resumed.stderr).toMatch(/there\.jsonl:1: the line has the format "something else"/);
    expect(await readFile(out, 'utf8')).toBe('{"format":"something else"}\n');
  });
});

function hasParallel(): boolean {
  try {
    return execFileSync('parallel', ['--version'], { encoding: 'utf8' }).startsWith('GNU parallel');
  } catch {
    return false;
  }
}

/** GNU parallel gives its command to a shell. */
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
