import { describe, expect, it } from 'vitest';
import { joinNames, splitNames } from '../../demo/src/sections/numbers/columns.ts';
import { sampleNames, sampleText } from '../../demo/src/sections/numbers/samples.ts';
import { readTable, summarize } from '../../src/io/index.ts';

describe('lists of columns in a link', () => {
  it.each([[[]], [['mass']], [['mass', 'velocity']], [['a,b', 'c\\', '\\,', 'd e']]])('keeps %j', (names) => {
    expect(splitNames(joinNames(names))).toEqual(names);
  });
});

describe('the sample tables', () => {
  it.each(sampleNames)('%s is the same every time, and numbers throughout', async (name) => {
    const table = await readTable(sampleText(name));
    expect(sampleText(name)).toBe(sampleText(name));
    expect(table.rows).toBe(120);
    expect(table.text).toBeUndefined();
    expect(summarize(table).duplicateRows).toBe(0);
  });
});
