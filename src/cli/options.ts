/** Options that several commands share, and how their values are read. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Interruption, listenForInterrupt } from './interrupt.ts';

export interface AdapterOptions {
  /** Left out: the environment variable NALU_ADAPTER decides. */
  adapter?: 'default' | 'software';
  json?: true;
  verbose?: true;
}

export interface SharedOptions extends AdapterOptions {
  runtime: 'node' | 'chrome';
}

/** Adds the shared options to a command that runs in Node and in Chrome. */
export function addSharedOptions(command: Command): Command {
  return addAdapterOptions(
    command.addOption(
      new Option('--runtime <name>', 'where WebGPU comes from: Dawn in Node, or a headless Chrome')
        .choices(['node', 'chrome'])
        .default('node'),
    ),
  );
}

/** Adds what all commands that use the GPU share. */
export function addAdapterOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--adapter <kind>',
        "the machine's GPU (software where there is none), or always software " +
          '(default: NALU_ADAPTER, or "default")',
      ).choices(['default', 'software']),
    )
    .option(
      '--json',
      'print one JSON object on stdout and nothing else; errors are { "error": { code, message } }',
    )
    .option('--verbose', 'print the stack of an error (as does the environment variable DEBUG)');
}

/** Reads a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    }
    return value;
  };
}

/** An action of commander that can be interrupted: `body` gets the options and a signal that aborts on Ctrl-C. */
export function interruptible<O>(
  body: (options: O, signal: AbortSignal, command: Command) => Promise<void>,
): (options: O, command: Command) => Promise<void> {
  return async (options, command) => {
    const interruption: Interruption = listenForInterrupt();
    try {
      await body(options, interruption.signal, command);
    } finally {
      interruption.dispose();
      if (interruption.exitCode !== undefined) process.exitCode = interruption.exitCode;
    }
  };
}
