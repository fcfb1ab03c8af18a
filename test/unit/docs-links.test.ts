/** Links of the documents: what they lead to is there, headings included. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchorsOf, deadLinks, linksIn } from '../support/links.ts';

const root = join(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', 'dist', 'dist-demo', 'dist-reference', 'dist-bench', '.git']);

function documents(folder = root): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return documents(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const pages = documents();

describe('links', () => {
  it.each(pages.map((page) => [relative(root, page), page]))('of %s lead somewhere', (_, page) => {
    const read = (path: string) => readFileSync(path, 'utf8');
    expect(deadLinks(page as string, { exists: existsSync, read })).toEqual([]);
  });

  it('are found, and dead ones too', () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(linksIn('[a](b.md#c) ![d](e.webp "f") `[g](h)` <img src="i">')).toEqual(['b.md#c', 'e.webp', 'i']);
    expect(anchorsOf('# A, `b` & c\n## A, `b` & c\n```\n# no\n```\n')).toEqual(
      new Set(['a-b--c', 'a-b--c-1']),
    );
  });
});
