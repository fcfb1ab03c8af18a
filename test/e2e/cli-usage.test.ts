import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main, nalu, onlyJson, start } from '../support/command.ts';

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));

describe('the command as it was built', () => {
  if (process.platform !== 'win32')
    it('can be run as a file, and as npx nalu in a clone', () => {
      const version = execFileSync(main, ['--version'], { encoding: 'utf8' });
      expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
      const root = join(main, '../../../..');
      expect(execFileSync('npx', ['nalu', '--version'], { cwd: root, encoding: 'utf8' })).toBe(version);
      expect(execFileSync('npx', ['nalu', 'info'], { cwd: root, encoding: 'utf8' })).toContain('NALU');
    });
});

describe('help and version', () => {
  it.each([
    '--help',
    'help',
    'info --help',
    'reproduce --help',
    'help reproduce',
    'fit --help',
    'predict --help',
    'export --help',
    'benchmark --help',
    'report --help',
  ])('are printed for: nalu %s', async (args) => {
    const { code, stdout, stderr } = await nalu(args.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: nalu.*\nOptions:\n.*\nExamples:\n {2}\$ nalu .*\nExit codes: 0 /s);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('prints the version of the package', async () => {
    const { code, stdout } = await nalu(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${manifest.version}\n` });
  });
});

describe('wrong usage', () => {
  const wrong: [args: string[], message: string][] = [
    [['reproduse'], "unknown command 'reproduse'"],
    [['info', 'more'], "too many arguments for 'info'. Expected 0 arguments but got 1."],
    [['reproduce', '--sedes', '3'], "unknown option '--sedes'"],
    [['reproduce', '--seeds'], "option '--seeds <n>' argument missing"],
    [
      ['reproduce', '--seeds', '0'],
      "option '--seeds <n>' argument '0' is invalid. It must be a whole number from 1 to 10000.",
    ],
    [['reproduce', '--epochs', '1e3'], "option '--epochs <e>' argument '1e3' is invalid."],
    [['reproduce', '--seed', '-1'], "option '--seed <s>' argument '-1' is invalid."],
    [['reproduce', '--experiment', 'division'], 'Allowed choices are addition, multiplication.'],
    [['reproduce', '--runtime', 'deno'], 'Allowed choices are node, chrome.'],
    [['info', '--adapter', 'fast'], 'Allowed choices are default, software.'],
    [['reproduce', '--seed', '4294967295', '--seeds', '2'], 'goes beyond the largest seed, 4294967295'],
  ];

  it.each(wrong)('nalu %j ends with 2 and says: %s', async (args, message) => {
    const plain = await nalu(args);
    expect(plain).toMatchObject({ code: 2, stdout: '' });
    expect(plain.stderr).toMatch(/^error: /);
    expect(plain.stderr).toContain(message);
    expect(plain.stderr).not.toMatch(/\n {4}at /);
  });

  it('is told as JSON with --json', async () => {
    const finished = await nalu(['reproduce', '--json', '--seeds', 'many']);
    expect(finished.code).toBe(2);
    const { error } = onlyJson<{ error: { code: string; message: string } }>(finished);
    expect(error.code).toBe('usage');
    expect(error.message).toMatch(/^option '--seeds <n>' argument 'many' is invalid\./);
  });

  it('without any command shows the help on stderr', async () => {
    const finished = await nalu([]);
    expect(finished).toMatchObject({ code: 2, stdout: '' });
    expect(finished.stderr).toMatch(/^Usage: nalu/);
  });

  it('is also a wrong environment variable', async () => {
    const finished = await nalu(['info', '--json'], { NALU_ADAPTER: 'fast' });
    expect(finished.code).toBe(2);
    expect(finished.stderr).toBe(
      "error: environment variable NALU_ADAPTER is 'fast': it must be 'default' or 'software'\n",
    );
    expect(onlyJson(finished)).toMatchObject({ error: { code: 'option' } });
  });
});

describe('failures', () => {
  const noBrowser = { NALU_CHROME: '', PUPPETEER_EXECUTABLE_PATH: '/nowhere/chrome' };
  const message =
    'PUPPETEER_EXECUTABLE_PATH names /nowhere/chrome, which does not exist: correct it or unset it';

  it('end with 1 and one line on stderr', async () => {
    const finished = await nalu(['info', '--runtime', 'chrome'], noBrowser);
    expect(finished).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` });
  });

  it('are a JSON object on stdout with --json, and still a line on stderr', async () => {
    const finished = await nalu(['reproduce', '--runtime', 'chrome', '--json'], noBrowser);
    expect(finished).toMatchObject({ code: 1, stderr: `error: ${message}\n` });
    expect(onlyJson(finished)).toEqual({ error: { code: 'browser', message } });
  });

  it.each([
    [['--verbose'], {}],
    [[], { DEBUG: '1' }],
  ])('show where they come from with %j %j', async (args, env) => {
    const { code, stderr } = await nalu(['info', '--runtime', 'chrome', ...args], { ...noBrowser, ...env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/error: BrowserError: .*\n {4}at /);
  });

  it('do not come from a reader that stops early', async () => {
    const { child, finished } = start(['info']);
    child.stdout.destroy();
    expect(await finished).toMatchObject({ code: 0, stderr: '' });
  });
});
