/** Reads the published figures that come with the package. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishedData } from '../report/published.ts';
import { packageRoot } from './versions.ts';

export async function readPublished(): Promise<PublishedData> {
  const text = await readFile(join(packageRoot(), 'data/published.json'), 'utf8');
  return JSON.parse(text) as PublishedData;
}
