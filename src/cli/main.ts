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

const args = process.argv.slice(2);
try {
  await createProgram().parseAsync(args, { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError && error.exitCode === 0) process.exitCode = 0;
  else {
    reportError(error, { json: args.includes('--json'), verbose: args.includes('--verbose') });
    process.exitCode ??= exitCodeFor(error);
  }
}
