/** Links of the documents: what they lead to is there, headings included. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

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

/** Without code, in which brackets are no links. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '``');

/** Targets of links and pictures, and of `src` and `href` in HTML. */
const linksIn = (text: string): string[] => [
  ...[...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(
    ([, target]) => target as string,
  ),
  ...[...prose(text).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target as string),
];

/** The anchors that a page of GitHub has for its headings. */
function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ''] of text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    anchors.add(before === 0 ? slug : `${slug}-${before}`);
  }
  return anchors;
}

const pages = documents();

describe('links', () => {
  it.each(pages.map((page) => [relative(root, page), page]))('of %s lead somewhere', (_, page) => {
    const text = readFileSync(page as string, 'utf8');
    const dead = linksIn(text).filter((link) => {
      if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return !URL.canParse(link);
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? (page as string) : join(dirname(page as string), decodeURIComponent(path));
      if (!existsSync(target)) return true;
      if (anchor === undefined || statSync(target).isDirectory()) return false;
      return (
        target.endsWith('.md') && !anchorsOf(readFileSync(target, 'utf8')).has(decodeURIComponent(anchor))
      );
    });
    expect(dead).toEqual([]);
  });

  it('are found, and dead ones too', () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(linksIn('[a](b.md#c) ![d](e.webp "f") `[g](h)` <img src="i">')).toEqual(['b.md#c', 'e.webp', 'i']);
    expect(anchorsOf('# A, `b` & c\n## A, `b` & c\n```\n# no\n```\n')).toEqual(
      new Set(['a-b--c', 'a-b--c-1']),
    );
  });
});
