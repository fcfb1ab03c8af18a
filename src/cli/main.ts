#!/usr/bin/env node
/** The command `nalu`: runs it, reports what went wrong, sets the exit code. */

import { CommanderError } from 'commander';
import { NaluError } from '../index.ts';
import { exitCodeFor, reportError } from './errors.ts';
import { reasonOf } from './output-file.ts';
import { createProgram } from './program.ts';

// Whoever reads the output may stop early (`nalu fit … --out law.safetensors | head`): nothing is wrong then, and files are still
// written. Any other reason, such as a full disk, is reported once, and the rest of the work is done as well.
process.stdout.once('error', (error: NodeJS.ErrnoException) => {
  process.stdout.on('error', () => {});
  if (error.code === 'EPIPE') return;
  process.exitCode ||= 1;
  const reason = reasonOf(error, '.');
  reportError(new NaluError('file', `cannot write to standard output: ${reason}`, { cause: error }));
});
// There is nowhere left to report it.
process.stderr.on('error', () => {});

/** Before the arguments are understood, or when they cannot be. */
const asksForJson = (given: readonly string[]): boolean =>
  given.includes('--json') || /(^|\0)--format[=\0]json(\0|$)/.test(given.join('\0'));

const args = process.argv.slice(2);
try {
  const program = await createProgram(args);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else {
    reportError(error, { json: asksForJson(args), verbose: args.includes('--verbose') });
    process.exitCode ??= exitCodeFor(error);
  }
}
// Whoever interrupts does not wait for what is still under way: the read of a pipe, a kernel that compiles.
if (process.exitCode === 130 || process.exitCode === 143) process.stdout.write('', () => process.exit());
