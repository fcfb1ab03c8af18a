import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planBenchmark } from '../../src/benchmark/plan.ts';
import { RECORD_FORMAT, type RunRecord } from '../../src/benchmark/record.ts';
import { openResults } from '../../src/cli/results-file.ts';
import type { SavedWave } from '../../src/index.ts';
import { thisProcess } from '../../src/node/process-identity.ts';
import { createRandom } from '../../src/random.ts';
import { formatRange } from '../../src/range.ts';
import { singleModule, singleModuleRanges } from '../../src/tasks/single-module.ts';
import { trainingOf } from '../../src/tasks/training.ts';

let folder = '';
let path = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-results-'));
  path = join(folder, 'out.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const chunks = planBenchmark({
  task: singleModule,
  units: ['NAU', 'NMU', 'NAC•'],
  ranges: singleModuleRanges.slice(0, 2),
  seeds: [0, 1],
});

/** A record of every model of chunk `index`. */
function recordsOf(index: number, change: Partial<RunRecord> = {}): RunRecord[] {
  const { cell } = chunks[index] as (typeof chunks)[number];
  return cell.models.map(({ range, extrapolationRange, seed, threshold }) => ({
    format: RECORD_FORMAT,
    task: cell.task,
    settings: cell.settings,
    unit: cell.unit,
    op: cell.operation,
    range: formatRange(range),
    extrapolationRange: formatRange(extrapolationRange),
    seed,
    steps: 100,
    diverged: false,
    selectedStep: 0,
    validationError: 1,
    extrapolationError: 1,
    threshold,
    success: false,
    solvedAt: null,
    sparsityError: 0.5,
    adapter: 'a',
    version: '1.0.0',
    date: '2026-01-01',
    seconds: 1,
    ...change,
  }));
}

const open = (resume: boolean) => openResults(path, { chunks, resume, version: '1.0.0' });
const checkpoint: SavedWave = {
  state: {
    version: 2,
    models: 4,
    lanes: 4,
    step: 5,
    logged: 0,
    floats: Float32Array.of(1, 2, Number.NaN, 4),
    trainStates: new Uint32Array(20),
    losses: new Float32Array(4),
    monitor: {
      errors: [1, Number.POSITIVE_INFINITY, 3, 4],
      histories: [[], [[1, 2]], [], []],
      draws: [0, 1, 0, 0],
    },
  },
  logged: 0,
  attached: { seen: Float64Array.of(0, 0, 0, Number.NaN) },
  run: 'f00',
};

/** Opens, appends chunks and closes. */
async function append(...indices: number[]): Promise<void> {
  const file = await open(true);
  for (const index of indices) await file.append(index, recordsOf(index));
  await file.close();
}

describe('the file of results', () => {
  it('has a line for each model, and knows which chunks are done', async () => {
    await append(0, 1);
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([...recordsOf(0), ...recordsOf(1)]);
    const again = await open(true);
    expect([...again.done]).toEqual([0, 1]);
    await again.close();
  });

  it('is not overwritten without resume', async () => {
    await append(0);
    await expect(open(false)).rejects.toThrow(/is already there: go on with it by --resume/);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(5);
  });

  it('goes on from wherever a killed run cut it off', async () => {
    await append(0, 1);
    const whole = await readFile(path);
    const first = recordsOf(0).reduce(
      (sum, record) => sum + Buffer.byteLength(JSON.stringify(record)) + 1,
      0,
    );
    for (let size = 0; size < whole.length; size += 97) {
      await writeFile(path, whole.subarray(0, size));
      const file = await open(true);
      expect([...file.done]).toEqual(size >= first ? [0] : []);
      if (size < first) await file.append(0, recordsOf(0));
      await file.append(1, recordsOf(1));
      await file.close();
      expect(await readFile(path)).toEqual(whole);
    }
  });

  it('names the line that does not fit', async () => {
    const bad: [RegExp, string][] = [
      [/out\.jsonl:5: the line is not one JSON object/, 'hello\n'],
      [/out\.jsonl:5: .*is not part of this run/, `${JSON.stringify(recordsOf(1, { seed: 9 })[0])}\n`],
      [/out\.jsonl:5: .*is there twice/, `${JSON.stringify(recordsOf(0)[0])}\n`],
      [
        /out\.jsonl:5: .*is of version 2\.0\.0, and this is 1\.0\.0/,
        `${JSON.stringify(recordsOf(1, { version: '2.0.0' })[0])}\n`,
      ],
    ];
    await append(0);
    const whole = await readFile(path, 'utf8');
    for (const [message, line] of bad) {
      await writeFile(path, whole + line);
      await expect(open(true)).rejects.toThrow(message);
      expect(await readFile(path, 'utf8')).toBe(whole + line);
    }
  });

  it('refuses records of models that were trained otherwise', async () => {
    const { cell } = chunks[0] as (typeof chunks)[number];
    const training = trainingOf(cell);
    const write = (other: NonNullable<RunRecord['training']>) =>
      writeFile(
        path,
        recordsOf(0, { training: other })
          .map((record) => `${JSON.stringify(record)}\n`)
          .join(''),
      );
    await write(training);
    const file = await open(true);
    expect([...file.done]).toEqual([0]);
    await file.close();
    const { penalty: _, ...unpenalised } = training;
    for (const [name, other] of [
      ['steps', { ...training, steps: 7 }],
      ['optimizer', { ...training, optimizer: 'sgd' }],
      ['penalty', unpenalised],
      ['clipGradient', { ...training, clipGradient: 1 }],
    ] as const) {
      await write(other);
      const before = await readFile(path, 'utf8');
      await expect(open(true)).rejects.toThrow(
        new RegExp(`out\\.jsonl:1: .*trained with ${name} .*resume with the options the file was begun with`),
      );
      expect(await readFile(path, 'utf8')).toBe(before);
    }
  });

  it('does not drop whole chunks behind a gap', async () => {
    await append(0, 1);
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, lines.filter((_, index) => index !== 1).join('\n'));
    await expect(open(true)).rejects.toThrow(/lacks records in its middle, of add NAU/);
  });

  it('keeps a checkpoint until the chunk is done', async () => {
    const file = await open(false);
    await file.checkpoints(1, 's').save(0, checkpoint);
    await file.checkpoints(1, 's').save(2, checkpoint);
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
    expect(names).toEqual(['out.jsonl', 'out.jsonl.checkpoint', 'out.jsonl.checkpoint-2']);
    expect(await file.checkpoints(1, 's').load(0)).toEqual([checkpoint]);
    const labels = [file.checkpoints(0, 's'), file.checkpoints(1, 's'), file.checkpoints(1, 't')].map(
      ({ label }) => label,
    );
    expect(new Set(labels).size).toBe(3);
    await file.append(1, recordsOf(1));
    expect(await file.checkpoints(1, 's').load(0)).toEqual([]);
    await file.close();
    expect(await readdir(folder)).toEqual(['out.jsonl']);
  });

  it('trusts a checkpoint only whole', async () => {
    const file = await open(false);
    await file.checkpoints(0, 's').save(0, checkpoint);
    const whole = await readFile(`${path}.checkpoint`);
    const random = createRandom(1);
    for (let turn = 0; turn < 100; turn++) {
      const damaged = Buffer.from(whole);
      if (turn % 3 === 0) {
        await writeFile(`${path}.checkpoint`, damaged.subarray(0, random.integer(whole.length)));
      } else {
        const at = random.integer(whole.length);
        damaged[at] = (damaged[at] as number) ^ (1 << random.integer(8));
        await writeFile(`${path}.checkpoint`, damaged);
      }
      // What is changed in the header may leave its meaning; the content may not change at all.
      for (const found of await file.checkpoints(0, 's').load(0)) expect(found).toEqual(checkpoint);
    }
    await file.close();
  });

  it('is written by one process at a time, and what a dead one left does not block', async () => {
    const file = await open(false);
    await expect(open(true)).rejects.toThrow(/this process is writing .*out\.jsonl already/);
    await file.append(0, recordsOf(0));
    await file.close();
    // A lock that a process of this machine left, which has ended.
    await writeFile(join(folder, '.out.jsonl.lock'), await lockOfADeadProcess());
    const again = await open(true);
    expect([...again.done]).toEqual([0]);
    await again.close();
  });

  it('is missed when it is removed or replaced while it is written, and its records are kept', async () => {
    for (const harm of [() => rm(path), () => rename(path, `${path}.moved`)]) {
      const file = await open(false);
      await file.append(0, recordsOf(0));
      await harm();
      const message = /out\.jsonl was removed or replaced .* its records are in .*out\.jsonl\.rescued now/;
      await expect(file.append(1, recordsOf(1))).rejects.toThrow(message);
      await expect(file.verify()).rejects.toThrow(message);
      await file.close();
      expect(await readFile(`${path}.rescued`, 'utf8')).toBe(
        recordsOf(0)
          .map((record) => `${JSON.stringify(record)}\n`)
          .join(''),
      );
      await rm(`${path}.rescued`);
    }
  });

  it('cannot be where there is no folder', async () => {
    const nowhere = openResults(join(folder, 'no', 'where.jsonl'), {
      chunks,
      resume: false,
      version: '1',
    });
    await expect(nowhere).rejects.toThrow(
      /cannot write the results to .*where\.jsonl: the folder .* does not exist; name another file with --out/,
    );
  });
});

/** What the lock of a process says that was killed. */
async function lockOfADeadProcess(): Promise<string> {
  const { pid } = spawnSync(process.execPath, ['--version']);
  return JSON.stringify({ ...thisProcess(), pid, token: 'dead', since: '2026-01-01T00:00:00Z' });
}
