import { once } from 'node:events';
import {
  createWriteStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InferenceSession, env as ortEnv, Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toOnnx } from '../../src/export/index.ts';
import { createModel, requestGpu } from '../../src/index.node.ts';
import { saveModel } from '../../src/io/index.ts';
import { nodeGpu } from '../../src/node/dawn.ts';
import { interrupted, nalu, onlyJson, start } from '../support/command.ts';
import { relativeError } from '../support/compare.ts';
import { exportedModels } from '../support/exported-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'nalu-predict-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const software = { NALU_ADAPTER: 'software' };
const run = (...args: string[]) => nalu(args, software);

/** energy = mass · speed² / 2, from columns that were scaled. */
const model = at('energy.safetensors');
const energy = (mass: number, speed: number) => 0.5 * mass * speed ** 2;
beforeAll(() => {
  const layers = [
    { unit: 'NPU' as const, outputs: 1 },
    { unit: 'Linear' as const, outputs: 1 },
  ];
  writeFileSync(
    model,
    saveModel({
      model: { inputs: 2, layers },
      parameters: [
        { W_re: { data: [1, 2] }, W_im: { data: [0, 0] }, g: { data: [1, 1] } },
        { W: { data: [0.25] }, b: { data: [0] } },
      ],
      columns: {
        inputs: [
          { name: 'mass', offset: 0, scale: 2 },
          { name: 'speed', offset: 0, scale: 1 },
        ],
        targets: [{ name: 'energy', offset: 0, scale: 4 }],
      },
      formula: 'energy = 0.5 * mass * speed^2',
    }),
  );
  writeFileSync(at('small.csv'), 'speed,note,mass\n3,"a, b",2\n1,,4\n');
});

describe('nalu predict', () => {
  it('appends a column to the table on stdout', async () => {
    const { code, stdout, stderr } = await run('predict', model, at('small.csv'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trim().split('\n');
    expect(lines[0]).toBe('speed,note,mass,energy_predicted');
    expect(lines[1]).toMatch(/^3,"a, b",2,(9|9\.00000\d+|8\.99999\d+)$/);
    expect(lines[2]).toMatch(/^1,,4,(2|2\.00000\d+|1\.99999\d+)$/);
  });

  it('reads JSON rows, .npy columns by option, and says with --json what it did', async () => {
    writeFileSync(at('rows.json'), '[{"speed":3,"mass":2},{"mass":4,"speed":1}]');
    const out = at('predicted.csv');
    const finished = await run('predict', model, at('rows.json'), '--only', '--out', out, '--json');
    expect(finished.code).toBe(0);
    expect(onlyJson(finished)).toMatchObject({ out, rows: 2, faultyRows: 0 });
    const [header, ...numbers] = readFileSync(out, 'utf8').trim().split('\n');
    expect(header).toBe('energy_predicted');
    expect(numbers.map(Number)).toEqual([expect.closeTo(9, 4), expect.closeTo(2, 4)]);
  });

  it('predicts a table that is larger than its memory, in the order of the rows', async () => {
    const rows = 100_000;
    const long = 'x'.repeat(600);
    const file = createWriteStream(at('large.csv'));
    file.write('note,mass,speed\n');
    for (let row = 0; row < rows; row += 1000) {
      const part = Array.from(
        { length: 1000 },
        (_, k) => `${row + k}${long},${1 + ((row + k) % 97)},${1 + ((row + k) % 89)}\n`,
      );
      if (!file.write(part.join(''))) await once(file, 'drain');
    }
    file.end();
    await once(file, 'close');
    const out = at('large-predicted.csv');
    // The table alone has 60 MB of text, which do not fit this heap.
    const env = { ...software, NODE_OPTIONS: '--max-old-space-size=36' };
    const finished = await nalu(['predict', model, at('large.csv'), '--only', '--out', out], env);
    expect(finished.stderr).toMatch(/100,000 rows in .* rows\/s/);
    expect(finished.code).toBe(0);
    const found = readFileSync(out, 'utf8').trim().split('\n').slice(1).map(Number);
    const expected = Array.from({ length: rows }, (_, row) => energy(1 + (row % 97), 1 + (row % 89)));
    expect(found).toHaveLength(rows);
    expect(
      Math.max(...found.map((value, row) => Math.abs(value / (expected[row] as number) - 1))),
    ).toBeLessThan(1e-5);
  });

  it('leaves what was there, and nothing else, when a row far down has no number', async () => {
    writeFileSync(at('broken.csv'), `mass,speed\n${'1,2\n'.repeat(30_000)}1,fast\n`);
    writeFileSync(at('kept.csv'), 'energy_predicted\n1\n');
    const before = readdirSync(folder);
    const { code, stderr } = await run('predict', model, at('broken.csv'), '--out', at('kept.csv'));
    expect(code).toBe(1);
    expect(stderr).toContain(`error: ${at('broken.csv')}: CSV, row 30001, column 'speed': 1 cell is`);
    expect(readFileSync(at('kept.csv'), 'utf8')).toBe('energy_predicted\n1\n');
    expect(readdirSync(folder)).toEqual(before);
    const kept = await run('predict', model, at('broken.csv'), '--missing', 'drop', '--only');
    expect(kept.stderr).toBe('note: 1 of 30,001 rows left out: inputs missing or no numbers\n');
    expect(kept.stdout.trim().split('\n')).toHaveLength(30_001);
  });

  it('ends on a signal while it waits for stdin, without a file', async () => {
    const before = readdirSync(folder);
    const begin = () => {
      const started = start(['predict', model, '-', '--out', at('never.csv')], software, 'pipe');
      started.child.stdin?.write('mass,speed\n1,2\n');
      return started;
    };
    expect(await interrupted(begin)).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('error: interrupted'),
    });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('nalu export', () => {
  it('writes a module of JavaScript, and ONNX, by the ending of the file', async () => {
    const js = await run('export', model, '--out', at('energy.mjs'));
    expect(js).toMatchObject({ code: 0, stdout: '', stderr: `written: ${at('energy.mjs')}\n` });
    const { predict } = await import(/* @vite-ignore */ pathToFileURL(at('energy.mjs')).href);
    expect(predict([{ mass: 2, speed: 3 }])[0][0]).toBeCloseTo(9, 5);
    expect(await run('export', model, '--out', at('energy.onnx'))).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(at('energy.onnx'), 'utf8')).toContain('energy = 0.5 * mass * speed^2');
    const { stdout } = await run('export', model, '--format', 'python');
    expect(stdout).toMatch(/^"""NPU → Linear: .*\n\nenergy = 0\.5 \* mass \* speed\^2\n.*import numpy/s);
  });

  // Both are held against float64 for every unit elsewhere; here, those with the most to go wrong against each other.
  it('computes in ONNX Runtime what the GPU predicts', async () => {
    ortEnv.wasm.numThreads = 1;
    ortEnv.logLevel = 'error';
    const { gpu: api } = await nodeGpu({ adapter: 'software' });
    const gpu = await requestGpu({ gpu: api });
    const some = ['iNALU', 'NPU', 'Gated NAU/NMU', 'MulMCFC RealNPU sign', 'Dense SELU', 'RealNPU → NAU'];
    for (const { name, exported, rows } of exportedModels().filter((each) => some.includes(each.name))) {
      const own = createModel(gpu, exported.model);
      own.setParameters(exported.parameters);
      const expected = await own.predict(rows);
      own.dispose();
      const session = await InferenceSession.create(toOnnx(exported));
      const x = new Tensor('float32', Float32Array.from(rows), [rows.length / 3, 3]);
      const { y } = await session.run({ x });
      await session.release();
      expect(relativeError(y?.data as Float32Array, expected), name).toBeLessThan(1e-5);
    }
    gpu.dispose();
  });
});

describe('files that are not what they should be', () => {
  const small = at('small.csv');
  it.each<[string[], RegExp]>([
    [['predict', at('none'), small], /cannot read the model from .*none: there is no such file/],
    [['predict', folder, small], /cannot read the model from .*: it is a folder/],
    [['predict', small, small], /small\.csv: safetensors, offset 0: /],
    [['predict', model, at('none.csv')], /cannot read the table from .*none\.csv: there is no such file/],
    [['predict', model, model], /energy\.safetensors: CSV, offset \d+: the bytes from here on are not UTF-8/],
    [
      ['predict', model, small, '--out', at('no/where.csv')],
      /cannot write the predictions .*no does not exist/,
    ],
    [
      ['predict', model, small, '--out', folder],
      /cannot write the predictions to .*: it is a folder; .* --out/,
    ],
    [['export', small, '--format', 'js'], /small\.csv: safetensors, offset 0: /],
    [['export', model, '--out', at('no/where.js')], /cannot write the model to .*no does not exist/],
  ])('are errors that say so: nalu %j', async (args, message) => {
    const { code, stderr, stdout } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it.runIf(existsSync('/dev/full'))('a full disk is one', async () => {
    for (const args of [
      ['predict', model, small, '--out', '/dev/full'],
      ['export', model, '--format', 'onnx', '--out', '/dev/full'],
    ]) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /cannot write .* to \/dev\/full: the disk is full; name another file with --out/,
      );
    }
    expect(existsSync('/dev/full')).toBe(true);
  });

  it('wrong usage is 2', async () => {
    for (const [args, message] of [
      [['predict', model, small, '--json'], /name a file for it with --out/],
      [['predict', model, small, '--columns', 'speed,weight'], /there is no column 'weight'/],
      [['export', model], /say which form: --format js\|python\|onnx/],
    ] as const) {
      const { code, stderr } = await run(...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });
});
