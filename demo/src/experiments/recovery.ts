/** What a worker does when something fails: how it tells the page, and when it asks for another device. */

import { NaluError } from '../../../src/index.ts';

/** Milliseconds before each attempt to get another device in place of one that was lost: a driver may need time to come back. */
export const ATTEMPTS = [0, 500, 2000];

export function told(error: unknown): { code: string; message: string } {
  const code = error instanceof NaluError ? error.code : 'other';
  return { code, message: error instanceof Error ? error.message : String(error) };
}
