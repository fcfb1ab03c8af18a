/** An error as it travels to the page. */

import { NaluError } from '../../../src/index.ts';

export function told(error: unknown): { code: string; message: string } {
  const code = error instanceof NaluError ? error.code : 'other';
  return { code, message: error instanceof Error ? error.message : String(error) };
}
