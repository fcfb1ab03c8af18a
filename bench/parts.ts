/** What makes up a bundle. */

import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { minifySync } from 'vite';

/**
 * Bytes by folder or package, largest first: each module minified and compressed alone. Together they are a little more
 * than the bundle, whose modules share names and a dictionary.
 */
export function partsOf(modules: ReadonlyMap<string, string>, root: string): Record<string, number> {
  const bytes = new Map<string, number>();
  for (const [path, code] of modules) {
    const part = partOf(relative(root, path.replace(/^\0/, '')).replaceAll('\\', '/'));
    const { code: minified } = minifySync('module.js', code);
    bytes.set(part, (bytes.get(part) ?? 0) + gzipSync(minified, { level: 9 }).length);
  }
  return Object.fromEntries([...bytes].sort(([, a], [, b]) => b - a));
}

function partOf(path: string): string {
  const packaged = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);
  if (packaged) return packaged[1] as string;
  const folders = path.split('/').slice(0, -1);
  return folders.slice(0, 3).join('/') || path;
}
