import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecord } from '../../src/benchmark/read.ts';
import { NaluError, RecordError } from '../../src/errors.ts';
import { LONGEST_LINE } from '../../src/report/lines.ts';
import { type ReadOptions, readRecords } from '../../src/report/read.ts';
import { failure, line, recordOf } from '../support/records.ts';

const where = { file: 'part.jsonl', line: 7 };

/** What is thrown for a line: its field and message. */
function fault(text: string): { field: string | undefined; message: string } {
  try {
    parseRecord(text, where);
  } catch (error) {
    if (!(error instanceof RecordError)) throw error;
    expect(error).toMatchObject({ code: 'record', file: 'part.jsonl', line: 7 });
    expect(error.message).toMatch(/^part\.jsonl:7: /);
    return { field: error.field, message: error.message };
  }
  throw new Error(`it is taken for a record: ${text}`);
}

describe('a line of results', () => {
  it('is a record, with everything in it', () => {
    const full = recordOf({
      figures: { mae_inside: 0.1, 'curve_-20': null },
      curve: [
        [0, 1, 2],
        [1000, null, 1e-9],
      ],
    });
    expect(parseRecord(JSON.stringify(full), where)).toEqual(full);
    expect(parseRecord(`${line(failure)}\r`, where)).toEqual(recordOf(failure));
    expect(parseRecord(line({ ...failure, threshold: null, diverged: true }), where).threshold).toBeNull();
  });

  it('says that it breaks off, is empty or is something else', () => {
    expect(fault(line().slice(0, 200))).toMatchObject({ field: undefined });
    expect(fault(line().slice(0, 200)).message).toContain('the line breaks off');
    expect(fault('  ').message).toContain('the line is empty');
    for (const foreign of ['[1, 2]', 'null', '3', '"text"', 'seed,success', `${line()}${line()}`]) {
      expect(fault(foreign).message).toContain('the line is not one JSON object');
    }
    expect(fault('{"a":1}').message).toContain('the line has no format; it must be "nalu-benchmark/1"');
    expect(fault(line().replace('benchmark/1', 'benchmark/2'))).toEqual({
      field: 'format',
      message: expect.stringContaining('the line has the format "nalu-benchmark/2"; it must be'),
    });
  });

  const wrong: [field: string, value: unknown, message: string][] = [
    ['task', '', 'task is ""; it must be text of 1 to 200 characters'],
    ['task', 5, 'task is 5; it must be text'],
    ['unit', 'N\u001b[31mMU', 'unit is "N\\u001b[31mMU"; it must be text'],
    ['unit', 'N\u202eMU', 'unit is "N\\u202eMU"; it must be text'],
    ['op', 'x'.repeat(201), 'op is "xxx'],
    ['settings', [], 'settings is a list; it must be an object of numbers and texts'],
    ['settings', { inputs: null }, 'settings has inputs null; it must hold numbers and texts'],
    ['seed', -1, 'seed is -1; it must be a whole number from 0 to 4294967295'],
    ['seed', 2 ** 32, 'seed is 4294967296; it must be'],
    ['seed', '1', 'seed is "1"; it must be'],
    ['steps', 1.5, 'steps is 1.5; it must be a whole number of at least 0'],
    ['diverged', 0, 'diverged is 0; it must be true or false'],
    ['selectedStep', 60_000, 'selectedStep is 60000, beyond the last step, 50000'],
    ['validationError', -1e-9, 'validationError is -1e-9; it must be a number of at least 0, or null'],
    ['extrapolationError', 'NaN', 'extrapolationError is "NaN"; it must be'],
    ['threshold', 0, 'threshold is 0; it must be a number above 0, or null'],
    ['success', 'yes', 'success is "yes"; it must be true or false'],
    ['solvedAt', 70_000, 'solvedAt is 70000, beyond the last step, 50000'],
    ['sparsityError', true, 'sparsityError is true; it must be'],
    ['figures', { mae: 'small' }, 'figures has mae "small"; it must hold numbers and nulls'],
    ['curve', [[0, 1]], 'curve has no [step, error or null, error or null] at position 0'],
    [
      'curve',
      [
        [0, 1, 1],
        [0, 1, 1],
      ],
      'curve has step 0 after step 0; steps must rise',
    ],
    ['curve', [[60_000, 1, 1]], 'curve ends at step 60000, beyond the last step, 50000'],
    ['adapter', '', 'adapter is ""; it must be text of 1 to 500 characters'],
    ['version', null, 'version is null; it must be text'],
    ['date', '2026-02-30', 'date is "2026-02-30"; it must be a day'],
    ['date', 'today', 'date is "today"; it must be a day'],
    ['seconds', -1, 'seconds is -1; it must be a number of at least 0'],
  ];
  it.each(wrong)('with %s %j is refused', (field, value, message) => {
    const told = fault(JSON.stringify({ ...recordOf(), [field]: value }));
    expect(told).toEqual({ field, message: expect.stringContaining(`part.jsonl:7: ${message}`) });
  });

  it('may hold no number beyond float64, which JSON reads as infinite', () => {
    expect(fault(line().replace('"seconds":0.5', '"seconds":1e999')).field).toBe('seconds');
  });

  it('lacks no field, and has no other', () => {
    for (const field of Object.keys(recordOf())) {
      const { [field as 'task']: _, ...rest } = recordOf();
      expect(fault(JSON.stringify(rest)).field).toBe(field);
    }
    expect(fault(JSON.stringify({ ...recordOf(), speed: 1 }))).toEqual({
      field: 'speed',
      message: 'part.jsonl:7: the field "speed" is unknown in nalu-benchmark/1',
    });
    expect(fault(line().replace('{', '{"__proto__":{"task":"x"},')).field).toBe('__proto__');
  });

  it('does not contradict itself', () => {
    expect(fault(line({ extrapolationError: 1 })).field).toBe('success');
    expect(fault(line({ extrapolationError: null })).field).toBe('success');
    expect(fault(line({ ...failure, solvedAt: 1000 })).field).toBe('solvedAt');
  });
});

/** The same numbers in [0, 1) for the same seed. */
const randomOf = (seed: number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};

/** A byte changed, a piece cut out, doubled, or put somewhere else. */
function mutate(bytes: Buffer, random: () => number): Buffer {
  const at = Math.floor(random() * bytes.length);
  const end = Math.min(bytes.length, at + 1 + Math.floor(random() * 40));
  const piece = bytes.subarray(at, end);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(end)];
  const other = Math.floor(random() * bytes.length);
  const kinds = [
    () => Buffer.concat([before, Buffer.from([Math.floor(random() * 256)]), bytes.subarray(at + 1)]),
    () => Buffer.concat([before, after]),
    () => Buffer.concat([before, piece, piece, after]),
    () => before,
    () => Buffer.concat([bytes.subarray(0, other), piece, bytes.subarray(other)]),
    () =>
      Buffer.concat([
        before,
        Buffer.from(['null', '-1', '1e999', '[[', '{"', '""'][at % 6] as string),
        after,
      ]),
  ];
  return (kinds[Math.floor(random() * kinds.length)] as () => Buffer)();
}

describe('files of results', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nalu-report-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(
    contents: Record<string, string | Uint8Array>,
    options: ReadOptions = {},
  ): ReturnType<typeof readRecords> {
    const paths = Object.keys(contents).map((name) => join(folder, name));
    for (const [name, content] of Object.entries(contents)) await writeFile(join(folder, name), content);
    return readRecords(paths, options);
  }

  const linesOf = (...records: string[]) => records.map((each) => `${each}\n`).join('');
  const seeds = (...list: number[]) => linesOf(...list.map((seed) => line({ seed })));

  it('are merged, the last line with or without its end, and empty ones are told', async () => {
    const { records, empty } = await read({
      'a.jsonl': seeds(0, 2),
      'b.jsonl': seeds(1).trim(),
      'c.jsonl': '',
    });
    expect(records.map(({ seed }) => seed)).toEqual([0, 2, 1]);
    expect(empty).toEqual([join(folder, 'c.jsonl')]);
  });

  it('lend their curves only to who asks', async () => {
    const contents = { 'a.jsonl': line({ curve: [[0, 1, 1]] }) };
    expect((await read(contents)).records[0]).not.toHaveProperty('curve');
    expect((await read(contents, { curves: true })).records[0]?.curve).toEqual([[0, 1, 1]]);
  });

  it('are read across the chunks of the stream', async () => {
    const long = line({ curve: Array.from({ length: 9000 }, (_, at) => [at, at / 3, 1 / (at + 1)]) });
    const { records } = await read({ 'a.jsonl': linesOf(long, line({ seed: 1 })) }, { curves: true });
    expect(records[0]?.curve).toHaveLength(9000);
    expect(records[1]?.seed).toBe(1);
  });

  it('may hold tasks that are not asked for', async () => {
    const contents = { 'a.jsonl': linesOf(line(), line({ task: 'arithmetic' })) };
    expect((await read(contents, { tasks: ['arithmetic'] })).records).toHaveLength(1);
    await expect(read(contents, { tasks: ['identity'] })).rejects.toMatchObject({
      code: 'option',
      message: 'no record is of the task identity; there are single-module, arithmetic',
    });
  });

  it('without a record, or that cannot be read, are errors with their names', async () => {
    await expect(read({ 'a.jsonl': '' })).rejects.toMatchObject({ code: 'file' });
    const missing = join(folder, 'part-*.jsonl');
    await expect(readRecords([missing])).rejects.toMatchObject({
      code: 'file',
      message: `cannot read ${missing}: there is no such file`,
    });
    await expect(readRecords([folder])).rejects.toThrow(`cannot read ${folder}: it is a folder`);
  });

  it('have lines that fit memory and are text', async () => {
    const endless = Buffer.alloc(LONGEST_LINE + 2, 0x20);
    const first = seeds(0);
    await expect(read({ 'a.jsonl': Buffer.concat([Buffer.from(first), endless]) })).rejects.toMatchObject({
      code: 'record',
      line: 2,
      message: expect.stringContaining(`the line has more than ${LONGEST_LINE} bytes`),
    });
    await expect(read({ 'a.jsonl': Buffer.from([0x7b, 0xff, 0x7d]) })).rejects.toMatchObject({
      line: 1,
      message: expect.stringContaining('not UTF-8'),
    });
  });

  const misfits: [what: string, changes: Parameters<typeof recordOf>[0], field: string][] = [
    ['a model twice', {}, 'seed'],
    ['another version', { seed: 1, version: '0.2.0' }, 'version'],
    ['other steps', { seed: 1, steps: 60_000 }, 'steps'],
    ['other settings', { seed: 1, settings: { inputs: 10 } }, 'settings'],
    ['another threshold', { seed: 1, threshold: 1 }, 'threshold'],
    ['another extrapolation range', { seed: 1, extrapolationRange: 'U[3,6)' }, 'extrapolationRange'],
  ];
  it.each(misfits)('with %s do not fit together, and both places are told', async (_, changes, field) => {
    const contents = { 'a.jsonl': line(), 'b.jsonl': linesOf(line({ seed: 9 }), line(changes)) };
    await expect(read(contents)).rejects.toMatchObject({
      code: 'record',
      file: join(folder, 'b.jsonl'),
      line: 2,
      field,
      message: expect.stringContaining(`${join(folder, 'a.jsonl')}:1`),
    });
  });

  it('fit where models diverged early, units train longer, or settings are a sweep', async () => {
    const early = line({ seed: 1, steps: 70, selectedStep: 0, ...failure, diverged: true });
    const longer = line({ unit: 'NAC•', steps: 90_000 });
    expect((await read({ 'a.jsonl': linesOf(line(), early, longer) })).records).toHaveLength(3);
    const sweep = linesOf(line(), line({ settings: { inputs: 10 } }));
    expect((await read({ 'a.jsonl': sweep }, { sweep: true })).records).toHaveLength(2);
  });

  it('whose settings are written in another order are the same', async () => {
    const settings = (text: string) => line().replace('{"inputs":2}', text);
    const contents = { 'a.jsonl': settings('{"a":1,"b":2}'), 'b.jsonl': settings('{"b":2,"a":1}') };
    await expect(read(contents)).rejects.toMatchObject({ field: 'seed' });
  });

  it('that are damaged in any way are read or refused with the place', async () => {
    const random = randomOf(5);
    const curve: [number, number, number][] = [[0, 1, 2]];
    const figures = { 'curve_-1': 0.5 };
    const whole = Buffer.from(
      linesOf(line(), line({ seed: 1, curve, figures }), line({ seed: 2, ...failure })),
    );
    const file = join(folder, 'damaged.jsonl');
    let refused = 0;
    for (let round = 0; round < 300; round++) {
      let bytes: Buffer = whole;
      for (let times = 0; times <= round % 3; times++) bytes = mutate(bytes, random);
      await writeFile(file, bytes);
      const outcome = await readRecords([file]).catch((error: unknown) => error);
      if (outcome instanceof RecordError) {
        refused += 1;
        expect(outcome.file).toBe(file);
        expect(outcome.line).toBeGreaterThanOrEqual(1);
        expect(outcome.line).toBeLessThanOrEqual(1 + bytes.filter((byte) => byte === 0x0a).length);
        expect(outcome.message.split('\n')).toHaveLength(1);
      } else if (outcome instanceof NaluError) expect(outcome.code).toBe('file');
      else expect(outcome).toHaveProperty('records');
    }
    expect(refused).toBeGreaterThan(200);
  });

  it('whose lines are damaged in any way are records or typed errors', () => {
    const random = randomOf(11);
    const whole = Buffer.from(line({ curve: [[0, null, 1]], figures: { mae: 1 } }));
    for (let round = 0; round < 4000; round++) {
      const text = mutate(whole, random).toString('utf8');
      try {
        const run = parseRecord(text, where);
        expect(Object.keys(recordOf()).filter((field) => !(field in run))).toEqual([]);
      } catch (error) {
        if (!(error instanceof RecordError)) throw error;
      }
    }
    for (const deep of [
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      `{"format":${'['.repeat(9999)}${']'.repeat(9999)}}`,
    ]) {
      expect(() => parseRecord(deep, where)).toThrow(RecordError);
    }
  });
});
