#!/usr/bin/env node
/** The command `nalu`: runs it, reports what went wrong, sets the exit code. */

import { CommanderError } from 'commander';
import { exitCodeFor, reportError } from './errors.ts';
import { createProgram } from './program.ts';

// Whoever reads the output may stop early (`nalu info | head`): nothing is wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** Before the arguments are understood, or when they cannot be. */
const asksForJson = (given: readonly string[]): boolean =>
  given.includes('--json') || /(^|\0)--format[=\0]json(\0|$)/.test(given.join('\0'));

const args = process.argv.slice(2);
try {
  await createProgram().parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else {
    reportError(error, { json: asksForJson(args), verbose: args.includes('--verbose') });
    process.exitCode ??= exitCodeFor(error);
  }
}
// Whoever interrupts does not wait for what is still under way: the read of a pipe, a kernel that compiles.
if (process.exitCode === 130 || process.exitCode === 143) process.stdout.write('', () => process.exit());
