/** CONTRIBUTING.md is true: who follows its lists has a whole unit, loss, …; and who stops half-way hears which file comes next. */

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Addition, additions, type Edit } from '../support/made-up.ts';

const root = join(import.meta.dirname, '../..');
const copied = [
  'src',
  'shaders',
  'demo',
  'bench',
  'test',
  'tools',
  'data',
  'docs/tasks.md',
  'package.json',
  'tsconfig.json',
];
/** Unit tests that iterate over what was added. */
const tests = ['new-unit', 'expression', 'registries', 'task-single-module'];

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'nalu-contributing-'));
  for (const name of copied) {
    mkdirSync(dirname(join(copy, name)), { recursive: true });
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  // The projects of the whole suite would start browsers and builds.
  const unit = `{ include: ['test/unit/**/*.test.ts'], setupFiles: ['src/units/registry.ts'], isolate: false, maxWorkers: 1, testTimeout: 600_000 }`;
  writeFileSync(join(copy, 'vitest.config.ts'), `export default { test: ${unit} };\n`);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function apply({ file, after, text }: Edit): void {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  const parts = after === undefined ? ['', ''] : readFileSync(path, 'utf8').split(after);
  expect(parts, `${file} has this once: ${after}`).toHaveLength(2);
  writeFileSync(path, parts.join(`${after ?? ''}${text}`));
}

/** What a command of the project says in the copy, and whether it succeeds. */
const run = (module: string, ...args: string[]): Promise<{ ok: boolean; said: string }> =>
  new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
    const options = { cwd: copy, env, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [join(root, module), ...args], options, (error, stdout, stderr) =>
      resolve({ ok: error === null, said: stdout + stderr }),
    );
  });

async function check(): Promise<{ ok: boolean; said: string }> {
  const results = await Promise.all([
    run('node_modules/typescript/bin/tsc', '--pretty', 'false'),
    run('tools/run.mjs', 'tools/check-layers.ts'),
    run('node_modules/vitest/vitest.mjs', 'run', ...tests.map((name) => `test/unit/${name}.test.ts`)),
  ]);
  return { ok: results.every(({ ok }) => ok), said: results.map(({ said }) => said).join('\n') };
}

/** The text of CONTRIBUTING.md under a heading, or its entry that begins with a word. */
function listOf({ heading, entry }: Addition): string {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const [, below = ''] = text.split(`## ${heading}\n`);
  const [section = ''] = below.split('\n## ');
  return entry ? (section.split(/\n- /).find((part) => part.startsWith(`**${entry}**`)) ?? '') : section;
}

describe('the lists of CONTRIBUTING.md', () => {
  it.each(additions)('name every file of an addition: $heading, $entry', (addition) => {
    for (const { file, named = file } of [...addition.itself, ...addition.rest]) {
      const [, folder = '', name = ''] = /^(.*\/)(.*)$/.exec(named) ?? ['', '', named];
      const list = listOf(addition);
      // In a list of several files of a folder, the folder is named once.
      expect(list.includes(named) || (list.includes(folder) && list.includes(`\`${name}\``)), named).toBe(
        true,
      );
    }
  });

  it('are followed in part: the checks say which file lacks what', async () => {
    for (const { itself } of additions) itself.forEach(apply);
    const { ok, said } = await check();
    expect(ok).toBe(false);
    for (const { missing } of additions.flatMap(({ rest }) => rest))
      if (missing) expect(said).toMatch(missing);
  });

  it('are followed to their end: all checks pass', async () => {
    for (const { rest } of additions) rest.forEach(apply);
    const { ok, said } = await check();
    expect(ok, said).toBe(true);
    // What was added was there.
    expect(said).toMatch(/Tests\s+\d+ passed/);
  });
});
