/** Errors as the command shows them, and its exit codes. */

import { CommanderError } from 'commander';
import { ExpressionError, NaluError, OptionError, ShaderError } from '../index.ts';
import { note, printJson, visibleName } from './terminal.ts';

/** For the help texts. */
export const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated`;

/** The process's exit code when a command ends with `error`. */
export function exitCodeFor(error: unknown): number {
  const usage = [CommanderError, OptionError, ExpressionError].some((type) => error instanceof type);
  return usage ? 2 : 1;
}

/**
 * Writes `error: …` to stderr, with the stack when `verbose` or the environment variable DEBUG asks for it; with `json`
 * also `{ "error": { "code", "message" } }` to stdout, so that stdout holds one JSON object whatever happens.
 */
export function reportError(error: unknown, { json = false, verbose = false } = {}): void {
  const { code, message } = describe(error);
  const isPrinted = error instanceof Error && printed.has(error);
  if (json && !isPrinted) printJson({ error: { code, message } });
  if (error instanceof CommanderError) return; // commander has printed it already
  const hint = error instanceof NaluError ? '' : '\n(an error nobody foresaw; --verbose shows where)';
  const showStack = verbose || !!process.env.DEBUG;
  // Names in a message may hold line ends; a message that has lines of its own shows the text of a shader.
  const shown = error instanceof ShaderError ? message : visibleName(message);
  const text = showStack && error instanceof Error ? stackOf(error) : `${shown}${hint}`;
  note(`error: ${text}\n`);
}

/** Errors that stand in the JSON of a result already. */
const printed = new WeakSet<object>();

/**
 * Does the last of a command's work, such as writing its files, and prints the JSON of its result, if there is one,
 * whatever comes of it: an error is a member `error` of it.
 */
export async function withJson(result: object | undefined | false, act: () => Promise<void>): Promise<void> {
  let failure: unknown;
  try {
    await act();
  } catch (error) {
    failure = error;
  }
  const error = failure === undefined ? {} : { error: describe(failure) };
  if (result) printJson({ ...result, ...error });
  if (failure === undefined) return;
  if (result && failure instanceof Error) printed.add(failure);
  throw failure;
}

function describe(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof CommanderError) {
    const shown = error.code === 'commander.help' ? 'a command is missing; see `nalu --help`' : message;
    return { code: 'usage', message: shown.replace(/^error: /, '') };
  }
  return { code: error instanceof NaluError ? error.code : 'unexpected', message };
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by: ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
