/** Links of the project's documents, and what they lead to. */

import { posix } from 'node:path';

/** Without code, in which brackets are no links. */
const prose = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '``');

/** Targets of links and pictures, and of `src` and `href` in HTML. */
export const linksIn = (text: string): string[] => [
  ...[...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(
    ([, target]) => target as string,
  ),
  ...[...prose(text).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target as string),
];

/** The anchors that a page of GitHub has for its headings. */
export function anchorsOf(text: string): Set<string> {
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

/**
 * Links of the document `page` that lead nowhere. `exists` tells files and folders by their paths, `/` between, and `read` gives the
 * text of one.
 */
export function deadLinks(
  page: string,
  { exists, read }: { exists(path: string): boolean; read(path: string): string },
): string[] {
  return linksIn(read(page)).filter((link) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return !URL.canParse(link);
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), decodeURIComponent(path));
    if (!exists(target)) return true;
    if (anchor === undefined || !target.endsWith('.md')) return false;
    return !anchorsOf(read(target)).has(decodeURIComponent(anchor));
  });
}
