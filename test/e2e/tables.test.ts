/** Tables on the command line: read as the library reads them, in bounded memory, and interrupted at once. */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { saveModel } from '../../src/io/index.ts';
import { interrupted, nalu, start } from '../support/command.ts';

const folder = mkdtempSync(join(tmpdir(), 'nalu-tables-'));
const at = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const software = { NALU_ADAPTER: 'software' };

describe('nalu predict', () => {
  it('reads what people have, as its options say', async () => {
    const plain = (name: string) => ({ name, offset: 0, scale: 1 });
    writeFileSync(
      at('sum.safetensors'),
      saveModel({
        model: { inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }] },
        parameters: [{ W: { data: [1, 1] } }],
        columns: { inputs: [plain('netto'), plain('tax')], targets: [plain('brutto')] },
      }),
    );
    writeFileSync(at('bills.gz'), gzipSync('sep=;\nnetto;tax\n€;€\n1.000,5;2,25 €\n(10,5);0,5\n'));
    const bills = await nalu(['predict', at('sum.safetensors'), at('bills.gz')], software);
    expect(bills).toMatchObject({
      code: 0,
      stdout: 'netto;tax;brutto_predicted\n1.000,5;2,25 €;1002,75\n(10,5);0,5;-10\n',
    });
    writeFileSync(at('open.txt'), '1,250 2,500\n');
    const open = [at('sum.safetensors'), at('open.txt'), '--format', 'whitespace', '--no-header'];
    const columns = ['--columns', 'x0,x1'];
    const unclear = await nalu(['predict', ...open, ...columns], software);
    expect(unclear.code).toBe(1);
    expect(unclear.stderr).toContain(
      `error: ${at('open.txt')}: CSV, row 1, column 'x0': "1,250" may be 1250 or 1.25, and no other number tells`,
    );
    const told = await nalu(['predict', ...open, ...columns, '--thousands', ','], software);
    expect(told.stdout).toBe('x0,x1,brutto_predicted\n"1,250","2,500",3750\n');
  });
});

describe('nalu fit', () => {
  it.each<[string, string, RegExp]>([
    [
      'big.csv',
      'id,y\n1144919114294543778,2\n1,2\n',
      /row 1, column 'id': 1144919114294543778 is beyond ±2⁵³/,
    ],
    [
      'digits.csv',
      `a,y\n${'1'.repeat(260_000)}x,1\n1,2\n`,
      /row 1, column 'a': 1 cell is missing or no number/,
    ],
    ['words.csv', 'a,y\n1,true\n2,false\n', /column 'y' holds words, not numbers/],
  ])('says what is wrong in %s', async (name, text, message) => {
    writeFileSync(at(name), text);
    const { code, stderr } = await nalu(['fit', at(name), '--target', 'y'], software);
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
  });

  it('ends on a signal while it reads, from a file that never ends too', async () => {
    const rows = '1,2\n'.repeat(20_000);
    const begin = () => {
      const started = start(['fit', '-', '--target', 'y'], software, 'pipe');
      const { stdin } = started.child;
      stdin?.on('error', () => {});
      stdin?.write('a,y\n');
      const feed = (): void => {
        if (stdin?.writable) stdin.write(rows, () => setImmediate(feed));
      };
      feed();
      return started;
    };
    const { code, stderr } = await interrupted(begin);
    expect(code).toBe(130);
    expect(stderr).toContain('interrupted');
  });
});

describe('memory', () => {
  it('is little more than a large JSON and its numbers take', async () => {
    const rows = 4_000_000;
    const script = `
      import { readTable } from ${JSON.stringify(join(import.meta.dirname, '../../dist/src/io/index.js'))};
      const { rows } = await readTable('[' + '[1],'.repeat(${rows - 1}) + '[1]]');
      console.log(rows);
    `;
    writeFileSync(at('read.mjs'), script);
    // As values, the rows alone would take 300 MB.
    const run = promisify(execFile)(process.execPath, ['--max-old-space-size=160', at('read.mjs')]);
    expect((await run).stdout.trim()).toBe(String(rows));
  });
});
