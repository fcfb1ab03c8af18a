/**
 * One line of a benchmark's results, checked in full before anybody trusts it: results travel between machines, are cut
 * off when a run is killed, and are edited by hand.
 */

import { RecordError } from '../errors.ts';
import { RECORD_FORMAT, type RunRecord } from './record.ts';

/** Where a line stands, from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** What a value must be; undefined when it is. */
type Check = (value: unknown) => string | undefined;

/** Characters of a name; of the adapter, which drivers describe at length. */
const [LONGEST_NAME, LONGEST_ADAPTER] = [200, 500];
const LARGEST_SEED = 0xffffffff;

const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isError = (value: unknown): value is number | null => value === null || (isNumber(value) && value >= 0);
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const must =
  (holds: (value: unknown) => boolean, what: string): Check =>
  (value) =>
    holds(value) ? undefined : `must be ${what}`;

/** Control characters, halves of characters and what reorders text would end up on a terminal. */
const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= longest &&
  !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);

const text = (longest: number) =>
  must((value) => isText(value, longest), `text of 1 to ${longest} characters, without control characters`);

/** An object whose every value fits; the names of its values are those of settings or figures. */
const record =
  (holds: (value: unknown) => boolean, what: string): Check =>
  (value) => {
    if (!isObject(value)) return `must be an object of ${what}`;
    for (const [name, each] of Object.entries(value)) {
      if (!isText(name, LONGEST_NAME) || name === '__proto__') return `has the name ${show(name)}`;
      if (!holds(each)) return `has ${name} ${show(each)}; it must hold ${what}`;
    }
    return undefined;
  };

const curve: Check = (value) => {
  if (!Array.isArray(value)) return 'must be a list of [step, validation error, extrapolation error]';
  let last = -1;
  for (const [at, point] of value.entries()) {
    const [step, validation, extrapolation] = Array.isArray(point) ? point : [];
    const whole = Array.isArray(point) && point.length === 3 && isError(validation) && isError(extrapolation);
    if (!whole || !isCount(step)) {
      return `has no [step, error or null, error or null] at position ${at}`;
    }
    if (step <= last) return `has step ${step} after step ${last}; steps must rise`;
    last = step;
  }
  return undefined;
};

const isDay = (value: unknown): boolean => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
};

const name = text(LONGEST_NAME);
const bool = must((value) => typeof value === 'boolean', 'true or false');
const steps = must(isCount, 'a whole number of at least 0');
const error = must(isError, 'a number of at least 0, or null');

const optional: ReadonlySet<string> = new Set(['training', 'figures', 'curve'] satisfies (keyof RunRecord)[]);

const checks: Readonly<Record<keyof RunRecord, Check>> = {
  format: must((value) => value === RECORD_FORMAT, `"${RECORD_FORMAT}"`),
  task: name,
  settings: record((value) => isNumber(value) || isText(value, LONGEST_NAME), 'numbers and texts'),
  training: record((value) => isNumber(value) || isText(value, LONGEST_NAME), 'numbers and texts'),
  unit: name,
  op: name,
  range: name,
  extrapolationRange: name,
  seed: must((value) => isCount(value) && value <= LARGEST_SEED, `a whole number from 0 to ${LARGEST_SEED}`),
  steps,
  diverged: bool,
  selectedStep: steps,
  validationError: error,
  extrapolationError: error,
  threshold: must((value) => value === null || (isNumber(value) && value > 0), 'a number above 0, or null'),
  success: bool,
  solvedAt: must((value) => value === null || isCount(value), 'a whole number of at least 0, or null'),
  sparsityError: error,
  figures: record((value) => value === null || isNumber(value), 'numbers and nulls'),
  curve,
  adapter: text(LONGEST_ADAPTER),
  version: name,
  date: must(isDay, 'a day such as "2026-11-24"'),
  seconds: must((value) => isNumber(value) && value >= 0, 'a number of at least 0'),
};

/**
 * The record in a line. Throws RecordError, with the line and the field, for a line that was cut off or is not JSON, a
 * record of another format, a field that is missing, unknown or of the wrong kind, and fields that contradict each other.
 */
export function parseRecord(line: string, where: Place): RunRecord {
  const value = parse(line, where);
  const { format } = value;
  if (format !== RECORD_FORMAT) {
    const is = format === undefined ? 'has no format' : `has the format ${show(format)}`;
    throw new RecordError(
      where,
      'format',
      `the line ${is}; it must be "${RECORD_FORMAT}", as nalu benchmark of this version writes it`,
    );
  }
  for (const [field, check] of Object.entries(checks)) {
    const given = Object.hasOwn(value, field);
    if (!given && optional.has(field)) continue;
    if (!given) throw new RecordError(where, field, `${field} is missing`);
    const wrong = check(value[field]);
    if (wrong) throw new RecordError(where, field, `${field} ${complaint(wrong, value[field])}`);
  }
  const unknown = Object.keys(value).find((field) => !Object.hasOwn(checks, field));
  if (unknown !== undefined) {
    throw new RecordError(where, unknown, `the field ${show(unknown)} is unknown in ${RECORD_FORMAT}`);
  }
  const whole = value as unknown as RunRecord;
  const contradiction = contradictionIn(whole);
  if (contradiction) throw new RecordError(where, ...contradiction);
  return whole;
}

function parse(line: string, where: Place): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (isObject(value)) return value;
  } catch {
    // What the JSON parser says is about characters; what follows is about the file.
  }
  const trimmed = line.trim();
  const why =
    trimmed === ''
      ? 'the line is empty: remove it'
      : trimmed.startsWith('{') && !trimmed.endsWith('}')
        ? 'the line breaks off, as when a run is killed: remove it and train this model again'
        : 'the line is not one JSON object: remove it, or name files that nalu benchmark wrote';
  throw new RecordError(where, undefined, why);
}

function complaint(wrong: string, value: unknown): string {
  return wrong.startsWith('must') ? `is ${show(value)}; it ${wrong}` : wrong;
}

/** A value for a message: short, and on one line. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const json = JSON.stringify(value);
  const short = json.length > 40 ? `${json.slice(0, 40)}…` : json;
  return short.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What no run can have been, with the field to blame. */
function contradictionIn(run: RunRecord): [field: keyof RunRecord, message: string] | undefined {
  const { steps: trained, selectedStep, success, solvedAt, threshold, extrapolationError } = run;
  const beyond = `beyond the last step, ${trained}`;
  if (selectedStep > trained) return ['selectedStep', `selectedStep is ${selectedStep}, ${beyond}`];
  if (success && threshold !== null && !(extrapolationError !== null && extrapolationError < threshold)) {
    return [
      'success',
      `success is true, but extrapolationError ${extrapolationError} is not below threshold ${threshold}`,
    ];
  }
  if (solvedAt !== null && !success) {
    return ['solvedAt', `solvedAt is ${solvedAt}, but success is false: only a success has been solved`];
  }
  if (solvedAt !== null && solvedAt > trained) return ['solvedAt', `solvedAt is ${solvedAt}, ${beyond}`];
  const [last] = run.curve?.at(-1) ?? [0];
  return last > trained ? ['curve', `curve ends at step ${last}, ${beyond}`] : undefined;
}
