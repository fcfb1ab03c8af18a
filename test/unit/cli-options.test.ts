import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { exitCodeFor } from '../../src/cli/errors.ts';
import { wholeNumber } from '../../src/cli/options.ts';
import { BrowserError, OptionError } from '../../src/index.ts';

describe('whole numbers of the command line', () => {
  const parse = wholeNumber(1, 100);

  it('takes digits in the range', () => {
    expect(['1', '42', '100', '007'].map(parse)).toEqual([1, 42, 100, 7]);
  });

  it.each(['0', '101', '-1', '+5', '1.5', '1e2', '0x10', '', ' 5', 'many'])("refuses '%s'", (text) => {
    expect(() => parse(text)).toThrow('It must be a whole number from 1 to 100.');
  });
});

describe('exit codes', () => {
  it('are 2 for wrong usage and 1 for everything else', () => {
    expect(exitCodeFor(new CommanderError(1, 'commander.unknownOption', 'unknown'))).toBe(2);
    expect(exitCodeFor(new OptionError('wrong'))).toBe(2);
    expect(exitCodeFor(new BrowserError('gone'))).toBe(1);
    expect(exitCodeFor(new TypeError('defect'))).toBe(1);
    expect(exitCodeFor('thrown text')).toBe(1);
  });
});
