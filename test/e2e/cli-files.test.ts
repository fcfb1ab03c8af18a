import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { printFormula } from '../../src/formula/index.ts';
import { loadFormula, saveModel } from '../../src/io/index.ts';
import { main, nalu, onlyJson, start, until } from '../support/command.ts';

let folder = '';
const at = (name: string) => join(folder, name);
const software = { NALU_ADAPTER: 'software' };
const run = (...args: string[]) => nalu(args, software);
const content = (name: string) => readFileSync(at(name), 'utf8');

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
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nalu-files-'));
  writeFileSync(at('d.csv'), table);
  writeFileSync(at('m.safetensors'), model);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('two processes on one output', () => {
  it('one writes it, and the other is refused and names the first', async () => {
    for (let round = 0; round < 4; round++) {
      const both = [0, 1].map(() =>
        start(['predict', at('m.safetensors'), '-', '--out', at('out.csv')], software, 'pipe'),
      );
      const first = await Promise.race(
        both.map(async ({ finished }, index) => ({ index, ...(await finished) })),
      );
      expect(first).toMatchObject({ code: 1, stdout: '' });
      const other = both[1 - first.index] as (typeof both)[number];
      expect(first.stderr).toContain(
        `another process is writing ${at('out.csv')} (process ${other.child.pid} on `,
      );
      other.child.stdin?.end('a,b\n1,2\n3,4\n');
      expect(await other.finished).toMatchObject({ code: 0 });
      expect(content('out.csv')).toBe('a,b,y_predicted\n1,2,3\n3,4,7\n');
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    }
  });

  it('does not wait for one that was killed, and clears away after it', async () => {
    const killed = start(['predict', at('m.safetensors'), '-', '--out', at('out.csv')], software, 'pipe');
    const hidden = () => readdirSync(folder).filter((name) => name.startsWith('.'));
    await until('its lock and its part', () => hidden().length === 2);
    killed.child.kill('SIGKILL');
    await killed.finished;
    expect(hidden()).toHaveLength(2);
    expect((await run('predict', at('m.safetensors'), at('d.csv'), '--out', at('out.csv'))).code).toBe(0);
    expect(hidden()).toEqual([]);
  });
});

describe('an output that is an input', () => {
  it('is refused where stdin reads it', () => {
    const stdin = openSync(at('d.csv'), 'r');
    const args = ['predict', at('m.safetensors'), '-', '--out', at('d.csv'), '--force'];
    const { status, stderr } = spawnSync(process.execPath, [main, ...args], {
      stdio: [stdin, 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    closeSync(stdin);
    expect(status).toBe(1);
    expect(stderr).toContain('it is what stdin reads, which this command reads');
    expect(content('d.csv')).toBe(table);
  });
});

describe('a formula that was found', () => {
  it.each(['as text', '--json'])(
    'reaches the terminal though its file cannot be written: %s',
    async (form) => {
      const json = form === '--json' ? [form] : [];
      // A device that is always full: the file is claimed, and fails as it is written.
      const args = ['fit', at('d.csv'), '--target', 'y', '--out', '/dev/full', '--force', ...json];
      const { code, stdout, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: cannot write the formula to /);
      if (json.length === 0) expect(stdout).toContain('y = a * b\n');
      else {
        expect(onlyJson<object>({ code, stdout, stderr })).toMatchObject({
          found: true,
          error: { code: 'file', message: expect.stringContaining('cannot write the formula') },
        });
      }
    },
  );

  it('is in the file that is written', async () => {
    const { code, stdout } = await run('fit', at('d.csv'), '--target', 'y', '--out', at('y.safetensors'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^y = a \* b$/m);
    expect(printFormula(loadFormula(readFileSync(at('y.safetensors'))).formula)[0]).toBe('a * b');
  });
});

describe('standard output that ends early', () => {
  const shell = (command: string) =>
    spawnSync('bash', ['-c', command], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...software, NALU: main },
    });

  it('does not keep a command from writing its files', () => {
    const { stdout } = shell(
      'set -o pipefail; node "$NALU" fit d.csv --target y --out law.safetensors | head -n 0; echo $?',
    );
    expect(stdout.trim()).toBe('0');
    expect(printFormula(loadFormula(readFileSync(at('law.safetensors'))).formula, 'text')[0]).toBe('a * b');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('is an error where the disk is full, in words', () => {
    for (const args of ['--version', 'info --json', 'predict m.safetensors d.csv']) {
      const { status, stderr } = shell(`node "$NALU" ${args} > /dev/full`);
      expect(stderr, args).toBe('error: cannot write to standard output: the disk is full\n');
      expect(status, args).toBe(1);
    }
  });
});

describe('nalu benchmark', () => {
  it('refuses what no kernel can take before it makes its file', async () => {
    const { code, stderr } = await run('benchmark', 'single-module', '--lanes', '3', '--out', at('r.jsonl'));
    expect(stderr).toContain('It must be a power of two from 1 to 256.');
    expect([code, readdirSync(folder).includes('r.jsonl')]).toEqual([2, false]);
  });
});
