import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportError, withJson } from '../../src/cli/errors.ts';
import { createProgram } from '../../src/cli/program.ts';
import { NaluError } from '../../src/index.ts';
import { saveModel } from '../../src/io/index.ts';
import { takeWrites } from '../support/written.ts';

let folder = '';
const at = (name: string) => join(folder, name);
const content = (name: string) => readFileSync(at(name), 'utf8');

/** Runs a command in this process; none of those below comes as far as the GPU. */
async function run(...args: string[]): Promise<{ code: number; error: string; stdout: string }> {
  let stdout = '';
  const spies = [
    takeWrites(process.stdout, (text) => {
      stdout += text;
    }),
    vi.spyOn(process.stderr, 'write').mockReturnValue(true),
  ];
  try {
    const program = await createProgram(args);
    await program.parseAsync(args, { from: 'user' });
    return { code: 0, error: '', stdout };
  } catch (error) {
    expect(error).toBeInstanceOf(NaluError);
    return { code: 1, error: (error as NaluError).message, stdout };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

const rows = Array.from({ length: 60 }, (_, i) => [1 + (i % 7), 2 + (i % 11)] as const);
const table = `a,b,y\n${rows.map(([a, b]) => `${a},${b},${a * b}\n`).join('')}`;
/** y = a + b. */
const model = saveModel({
  model: { inputs: 2, layers: [{ unit: 'Linear', outputs: 1 }] },
  parameters: [{ W: { data: [1, 1] }, b: { data: [0] } }],
  columns: {
    inputs: ['a', 'b'].map((name) => ({ name, offset: 0, scale: 1 })),
    targets: [{ name: 'y', offset: 0, scale: 1 }],
  },
});
const record = {
  ...{ format: 'nalu-benchmark/1', task: 't', settings: {}, unit: 'NAU', op: 'add', range: 'U[1,2)' },
  ...{
    extrapolationRange: 'U[2,6)',
    seed: 0,
    steps: 10,
    diverged: false,
    selectedStep: 0,
    validationError: 1,
  },
  ...{
    extrapolationError: 1,
    threshold: 1,
    success: false,
    solvedAt: null,
    sparsityError: 0.5,
    adapter: 'a',
  },
  ...{ version: '1.0.0', date: '2026-01-01', seconds: 1 },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nalu-files-'));
  writeFileSync(at('d.csv'), table);
  writeFileSync(at('m.safetensors'), model);
  writeFileSync(at('r.jsonl'), `${JSON.stringify(record)}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('an output that is an input', () => {
  /** The name itself, a symbolic and a hard link to it. */
  const alias = (name: string, kind: string): string => {
    if (kind === 'itself') return at(name);
    const other = at(`${kind}-${name}`);
    if (kind === 'symbolic link') symlinkSync(name, other);
    else linkSync(at(name), other);
    return other;
  };

  it.each([
    ['fit', (out: (name: string) => string) => ['fit', at('d.csv'), '--target', 'y', '--out', out('d.csv')]],
    [
      'fit --test',
      (out: (name: string) => string) => {
        writeFileSync(at('t.csv'), table);
        return ['fit', at('d.csv'), '--target', 'y', '--test', at('t.csv'), '--out', out('t.csv')];
      },
    ],
    [
      'fit --plot',
      (out: (name: string) => string) => ['fit', at('d.csv'), '--target', 'y', '--plot', out('d.csv')],
    ],
    ['report', (out: (name: string) => string) => ['report', at('r.jsonl'), '--out', out('r.jsonl')]],
    [
      'predict, the model',
      (out: (name: string) => string) => [
        'predict',
        at('m.safetensors'),
        at('d.csv'),
        '--out',
        out('m.safetensors'),
      ],
    ],
    [
      'predict, the table',
      (out: (name: string) => string) => ['predict', at('m.safetensors'), at('d.csv'), '--out', out('d.csv')],
    ],
    [
      'export',
      (out: (name: string) => string) => [
        'export',
        at('m.safetensors'),
        '--format',
        'onnx',
        '--out',
        out('m.safetensors'),
      ],
    ],
  ])('is refused, whatever it is called, with --force too: %s', async (_, args) => {
    for (const kind of ['itself', 'symbolic link', 'hard link']) {
      const finished = await run(...args((name) => alias(name, kind)), '--force');
      expect(finished.code).toBe(1);
      expect(finished.error).toMatch(/: it is \S+, which this command reads; name another file with --/);
    }
    expect(content('d.csv')).toBe(table);
    expect(content('r.jsonl')).toBe(`${JSON.stringify(record)}\n`);
    expect(readFileSync(at('m.safetensors')).equals(model)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('a file that is there', () => {
  it('is replaced by its own kind, and by another only with --force', async () => {
    for (const [format, name] of [
      ['python', 'm.py'],
      ['js', 'm.js'],
      ['onnx', 'm.onnx'],
    ] as const) {
      const write = (...more: string[]) =>
        run('export', at('m.safetensors'), '--format', format, '--out', at(name), ...more);
      for (let round = 0; round < 2; round++) expect(await write()).toMatchObject({ code: 0, stdout: '' });
      const exported = readFileSync(at(name));
      for (const other of [table, '{"a":1}\n', 'import numpy\n', Buffer.from([0x89, 0x50, 0]), model]) {
        writeFileSync(at(name), other);
        const refused = await write();
        expect(refused.code).toBe(1);
        expect(refused.error).toMatch(
          /what is there is not an? .* \(--force replaces it\); name another file with --out$/,
        );
        expect(readFileSync(at(name)).equals(Buffer.from(other))).toBe(true);
      }
      expect((await write('--force')).code).toBe(0);
      expect(readFileSync(at(name)).equals(exported)).toBe(true);
      writeFileSync(at(name), '');
      expect((await write()).code).toBe(0);
    }
  });

  it('keeps a table, a model and a script from reports, predictions and pictures', async () => {
    writeFileSync(at('other.csv'), table);
    writeFileSync(at('package.json'), '{"name":"x"}\n');
    const tries = [
      ['predict', at('m.safetensors'), at('d.csv'), '--out', at('other.csv')],
      ['report', at('r.jsonl'), '--out', at('other.csv')],
      ['report', at('r.jsonl'), '--format', 'csv', '--out', at('other.csv')],
      ['report', at('r.jsonl'), '--json', '--out', at('package.json')],
      ['report', at('r.jsonl'), '--out', at('m.safetensors')],
      ['fit', at('d.csv'), '--target', 'y', '--out', at('other.csv')],
      ['reproduce', '--plot', at('other.csv')],
    ];
    for (const args of tries) {
      const finished = await run(...args);
      expect(finished.code, args.join(' ')).toBe(1);
      expect(finished.error, args.join(' ')).toContain('(--force replaces it)');
    }
    expect(content('other.csv')).toBe(table);
    expect(content('package.json')).toBe('{"name":"x"}\n');
    expect(readFileSync(at('m.safetensors')).equals(model)).toBe(true);
  });

  it('is replaced by a report again and again, in every form', async () => {
    const forms = [[], ['--format', 'markdown'], ['--format', 'csv'], ['--json'], ['--document']];
    for (const [index, form] of forms.entries()) {
      const out = at(['a.txt', 'b.md', 'c.csv', 'd.json', 'e.md'][index] as string);
      for (let round = 0; round < 2; round++) {
        expect(await run('report', at('r.jsonl'), ...form, '--out', out)).toMatchObject({ code: 0 });
      }
    }
  });

  it('keeps its mode, and stays behind a symbolic link', async () => {
    writeFileSync(at('real.py'), '');
    chmodSync(at('real.py'), 0o640);
    symlinkSync('real.py', at('link.py'));
    expect((await run('export', at('m.safetensors'), '--out', at('link.py'))).code).toBe(0);
    expect(lstatSync(at('link.py')).isSymbolicLink()).toBe(true);
    expect(statSync(at('real.py')).mode & 0o777).toBe(0o640);
    expect(content('real.py')).toContain('def predict');
  });

  it('is never an input, whatever folders its name goes through', async () => {
    mkdirSync(at('deep'));
    mkdirSync(at('deep/er'));
    symlinkSync('deep/er', at('link'));
    writeFileSync(at('deep/d.csv'), table);
    // Through the link, `..` is the folder that holds `er`.
    const through = `${folder}/link/../d.csv`;
    const read = await run('fit', at('deep/d.csv'), '--target', 'y', '--force', '--out', through);
    expect(read.error).toContain('which this command reads');
    const missing = await run('fit', at('d.csv'), '--target', 'y', '--out', `${folder}/none/../d.csv`);
    expect(missing.error).toContain(`the folder ${folder}/none/.. does not exist`);
    expect((await run('fit', at('d.csv'), '--target', 'y', '--out', '')).error).toContain(
      'its name is empty',
    );
    expect(content('d.csv')).toBe(table);
    expect(content('deep/d.csv')).toBe(table);
  });

  it('is written once by one command: two outputs of one command need two names', async () => {
    const finished = await run('fit', at('d.csv'), '--target', 'y', '--out', at('x'), '--plot', at('x'));
    expect(finished.code).toBe(1);
    expect(finished.error).toContain(`to ${at('x')}: it was named twice; name another file with --`);
  });
});

describe('the JSON of a result', () => {
  it('holds the result and what went wrong after it, once', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const failure = new NaluError('file', 'the disk is full');
    try {
      await expect(withJson({ formula: 'a * b' }, () => Promise.reject(failure))).rejects.toBe(failure);
      expect(write.mock.calls).toEqual([
        ['{"formula":"a * b","error":{"code":"file","message":"the disk is full"}}\n'],
      ]);
      reportError(failure, { json: true });
      expect(write).toHaveBeenCalledTimes(1);
      await withJson({ formula: 'a + b' }, async () => {});
      expect(write).toHaveBeenLastCalledWith('{"formula":"a + b"}\n');
    } finally {
      write.mockRestore();
    }
  });
});
