import { describe, expect, it } from 'vitest';
import { reportError } from '../../src/cli/errors.ts';
import { tableText } from '../../src/cli/fit-text.ts';
import { createProgram } from '../../src/cli/program.ts';
import { createProgressLine } from '../../src/cli/progress.ts';
import { jsonText, print, printData, visible, visibleName } from '../../src/cli/terminal.ts';
import { FileFormatError } from '../../src/index.ts';
import { tableOf } from '../../src/io/index.ts';
import { createRandom } from '../../src/random.ts';
import { takeWrites } from '../support/written.ts';

/** Characters that a terminal acts on: controls of both sets, and what turns around or hides text; line ends aside. */
const dangerous = (text: string): string[] =>
  [...text].filter((character) => {
    const code = character.codePointAt(0) as number;
    const isControl = (code < 0x20 && code !== 9 && code !== 10) || (code >= 0x7f && code < 0xa0);
    const turns = [0x61c, 0x200e, 0x200f, 0xfeff].includes(code) || (code >= 0x2066 && code <= 0x2069);
    return isControl || turns || (code >= 0x2028 && code <= 0x202e);
  });

/** What `act` writes to stdout and stderr. */
async function written(act: () => unknown): Promise<string> {
  let text = '';
  const spies = [process.stdout, process.stderr].map((stream) =>
    takeWrites(stream, (part) => {
      text += part;
    }),
  );
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return text;
}

const red = '\x1b[31mred\x1b[0m';

describe('text on a terminal', () => {
  it('shows what would act on it, and leaves the rest', () => {
    expect(visible(red)).toBe('\\x1b[31mred\\x1b[0m');
    expect(visible('a\u009bb\u202ec\u2066d\x7f\0\r')).toBe('a\\x9bb\\u202ec\\u2066d\\x7f\\x00\\x0d');
    const harmless = 'Ŵ = tanh(M̂) ⊙ σ, x₁ → 2 \u00b7 ½\tnaïve 日本 می\u200cخواهم 👍\n';
    expect(visible(harmless)).toBe(harmless);
    expect(visible('\u{e0001}')).toBe('\\u{e0001}');
    expect(visibleName('a\nb\tc\r')).toBe('a\\nb\\tc\\r');
  });

  it('is harmless whatever the names are', () => {
    const random = createRandom(1);
    for (let round = 0; round < 2000; round++) {
      const units = Array.from({ length: 20 }, () =>
        Math.floor(random.uniform() * (round % 2 ? 0x2100 : 0x10000)),
      );
      const text = String.fromCharCode(...units);
      expect(dangerous(visible(text))).toEqual([]);
      expect(visibleName(text)).not.toMatch(/\n|\t/);
      const json = jsonText({ [text]: [text] });
      expect(dangerous(json)).toEqual([]);
      expect(JSON.parse(json)).toEqual({ [text]: [text] });
    }
  });

  it('is what every way of printing gives', async () => {
    const error = new FileFormatError('CSV', { row: 1, column: `${red}\nerror: none` }, 'no number');
    const prints: (() => unknown)[] = [
      () => print(red),
      () => reportError(error),
      () => reportError(error, { json: true }),
      () => reportError(error, { verbose: true }),
      ...[[`--${red}`], ['export', 'm', '--format', red]].map(
        (args) => () =>
          createProgram(args)
            .then((program) => program.parseAsync(args, { from: 'user' }))
            .catch(() => {}),
      ),
    ];
    for (const act of prints) {
      const text = await written(act);
      expect(text).toContain('[31mred');
      expect(dangerous(text)).toEqual([]);
    }
    expect((await written(() => reportError(error))).split('\n')).toHaveLength(2);
  });

  it('shows data as it is to programs, and visible to people', async () => {
    const isTTY = process.stdout.isTTY;
    try {
      process.stdout.isTTY = false;
      expect(await written(() => printData(red))).toBe(red);
      process.stdout.isTTY = true;
      expect(await written(() => printData(red))).toBe(visible(red));
    } finally {
      process.stdout.isTTY = isTTY;
    }
  });

  it('keeps a name on its line, in the table, the result and the progress', () => {
    const name = `${red}\nFound: y = x`;
    const table = tableOf({ [name]: [1, 2], y: [1, 2] });
    let shown = '';
    const write = (text: string) => {
      shown += text;
    };
    const stream = { isTTY: true, columns: 200, write };
    createProgressLine(stream as unknown as NodeJS.WriteStream).show(name);
    expect(shown.slice(5)).toBe(visibleName(name));
    const text = tableText('t.csv', table, 'y');
    expect(text).not.toMatch(/^Found/m);
    expect(dangerous(text)).toEqual([]);
  });
});
