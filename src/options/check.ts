/** Holds what was given against its description. Every fault is an OptionError that names the option and says what it may be. */

import { OptionError } from '../errors.ts';
import type { AnyDescription, AnyFields, AnyKind, Description, Kind } from './kinds.ts';
import { isList } from './list.ts';
import { nearest } from './nearest.ts';

/**
 * `given` as its description has it: a new object of its own properties that are not undefined, each checked. Inherited
 * properties are none. `whose` says in messages who has these options, as `train()`; `path` is what leads to them, for
 * options within others. Throws OptionError.
 */
export const checkOptions = <T>(description: Description<T>, given: T, whose: string, path = ''): T =>
  checkFields(description, given, whose, path) as T;

/** `given`, if it is of `kind`; `path` is its name. Throws OptionError. */
export const checkValue = <T>(kind: Kind<T>, given: T, path: string): T => checkKind(kind, given, path) as T;

/**
 * Holds what the function `whose` was called with, its arguments by name, against their kinds: for functions that are called from
 * outside the package. Throws OptionError.
 */
export function checkArguments<T extends object>(
  whose: string,
  given: T,
  kinds: { readonly [K in keyof T]-?: Kind<T[K]> },
): void {
  for (const name of Object.keys(kinds) as (keyof T & string)[]) {
    checkKind(kinds[name], given[name], `${whose}: ${name}`);
  }
}

/** A value in a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 59)}…` : value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isPromise(value)) return 'a promise (await it)';
  if (Array.isArray(value))
    return value.length > 8 ? `a list of ${value.length}` : `[${value.map(show).join(', ')}]`;
  const name = value.constructor?.name;
  return name && name !== 'Object' ? `of class ${name}` : 'an object';
}

/** Whether it is a promise, of which most likely the `await` was forgotten. */
export const isPromise = (value: unknown): boolean =>
  typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';

function checkFields(description: AnyDescription, given: unknown, whose: string, path: string): object {
  const { fields, exactlyOne = [], elsewhere = {} } = description;
  const names = Object.keys(fields);
  if (!isOptions(given)) {
    const wanted = names.filter((name) => fields[name]?.needed);
    const shape = [...wanted, ...exactlyOne.map((group) => group.join(' or '))].join(', ');
    throw new OptionError(
      `${whose} needs an object of options, { ${shape || names.join(', ')} }; it got ${show(given)}`,
    );
  }
  const checked: Record<string, unknown> = {};
  for (const name of Object.keys(given)) {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!kind) {
      const advice = Object.hasOwn(elsewhere, name) ? elsewhere[name] : suggestion(name, names, given);
      throw new OptionError(`${whose} has no option '${name}'; ${advice}`);
    }
    const value = given[name];
    if (value !== undefined) checked[name] = checkKind(kind, value, path ? `${path}.${name}` : name);
  }
  for (const name of names) {
    const kind = fields[name] as AnyKind;
    if (!kind.needed || Object.hasOwn(checked, name)) continue;
    throw new OptionError(`${whose} has no ${name}; it must be ${describe(kind)}`);
  }
  for (const group of exactlyOne) {
    if (group.filter((name) => Object.hasOwn(checked, name)).length === 1) continue;
    throw new OptionError(`${whose} needs either ${group.join(' or ')}, and not both`);
  }
  return checked;
}

function suggestion(
  name: string,
  names: readonly string[],
  given: Readonly<Record<string, unknown>>,
): string {
  const near = nearest(
    name,
    names.filter((other) => given[other] === undefined),
  );
  return near ? `did you mean ${near}?` : `its options: ${names.join(', ') || 'none'}`;
}

function checkKind(kind: AnyKind, value: unknown, path: string): unknown {
  if (!suits(kind, value)) {
    const near = typeof value === 'string' ? nearest(value, namesOf(kind)) : undefined;
    const advice = near ? `did you mean '${near}'? It must be` : 'it must be';
    throw new OptionError(`${path} is ${show(value)}; ${advice} ${describe(kind)}`);
  }
  switch (kind.is) {
    case 'list':
      return Array.from(value as ArrayLike<unknown>, (item, k) => checkKind(kind.of, item, `${path}[${k}]`));
    case 'map':
      return Object.fromEntries(
        Object.entries(value as object).map(([name, item]) => [
          name,
          checkKind(kind.of, item, `${path}.${name}`),
        ]),
      );
    case 'options':
      return checkFields(kind.description, value, path, path);
    case 'tagged': {
      const given = value as Record<string, unknown>;
      const tag = checkKind(
        { is: 'name', of: Object.keys(kind.variants) },
        given[kind.tag],
        `${path}.${kind.tag}`,
      );
      const fields = { ...(kind.variants[tag as string] as AnyFields), [kind.tag]: { is: 'any' } as const };
      return checkFields({ fields }, value, path, path);
    }
    case 'either': {
      const suited = kind.of.filter((other) => suits(other, value));
      const [likeliest] = suited.sort((a, b) => likeness(b, value) - likeness(a, value));
      return checkKind(likeliest as AnyKind, value, path);
    }
    default:
      return value;
  }
}

/** The names that a value of this kind may be. */
const namesOf = (kind: AnyKind): string[] =>
  kind.is === 'name' ? kind.of.map(String) : kind.is === 'either' ? kind.of.flatMap(namesOf) : [];

/** Whether a value is of this kind at first sight: its parts are checked after. */
function suits(kind: AnyKind, value: unknown): boolean {
  switch (kind.is) {
    case 'number': {
      const { whole, least, above, most, below, infinite } = kind;
      if (typeof value !== 'number' || Number.isNaN(value)) return false;
      if (whole ? !Number.isSafeInteger(value) : !infinite && !Number.isFinite(value)) return false;
      return !(
        value < (least ?? value) ||
        value > (most ?? value) ||
        (above !== undefined && value <= above) ||
        (below !== undefined && value >= below)
      );
    }
    case 'text':
      return typeof value === 'string';
    case 'flag':
      return typeof value === 'boolean';
    case 'function':
      return typeof value === 'function';
    case 'name':
      return kind.of.includes(value);
    case 'having':
      return isObject(value) && kind.members.every((member) => member in value);
    case 'list':
      return (
        isList(value) && value.length >= (kind.least ?? 0) && value.length <= (kind.most ?? value.length)
      );
    case 'map':
    case 'options':
    case 'tagged':
      return isOptions(value);
    case 'either':
      return kind.of.some((other) => suits(other, value));
    case 'such':
      return kind.test(value);
    case 'any':
      return true;
  }
}

/** How many of its own names an object of options shares with a kind, to tell which of several it is meant to be. */
const likeness = (kind: AnyKind, value: unknown): number =>
  kind.is === 'options'
    ? Object.keys(value as object).filter((name) => Object.hasOwn(kind.description.fields, name)).length
    : 0;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Neither a list nor a promise. */
const isOptions = (value: unknown): value is Record<string, unknown> =>
  isObject(value) && !isList(value) && !isPromise(value);

function describe(kind: AnyKind): string {
  if (kind.what) return kind.what;
  switch (kind.is) {
    case 'number':
      return describeNumber(kind);
    case 'name':
      return alternatives(kind.of.map(show));
    case 'text':
      return 'a text';
    case 'flag':
      return 'true or false';
    case 'function':
      return 'a function';
    case 'list':
      return `a list${kind.least ? ` of at least ${kind.least}` : ''}, each ${describe(kind.of)}`;
    case 'map':
      return `an object by name, each ${describe(kind.of)}`;
    case 'either':
      return alternatives(kind.of.map(describe));
    case 'options':
      return `an object { ${Object.keys(kind.description.fields).join(', ')} }`;
    case 'tagged':
      return `an object with ${kind.tag} ${alternatives(Object.keys(kind.variants).map(show))}`;
    default:
      return 'something else';
  }
}

function describeNumber({ whole, least, above, most, below, infinite }: AnyKind & { is: 'number' }): string {
  const name = whole
    ? 'a whole number'
    : infinite || (least !== undefined && most !== undefined)
      ? 'a number'
      : 'a finite number';
  if (least !== undefined && most !== undefined) return `${name} from ${least} to ${most}`;
  const low = least !== undefined ? `of at least ${least}` : above !== undefined ? `above ${above}` : '';
  const high = most !== undefined ? `at most ${most}` : below !== undefined ? `below ${below}` : '';
  return [name, [low, high].filter(Boolean).join(' and ')].filter(Boolean).join(' ');
}

const alternatives = (texts: readonly string[]): string =>
  texts.length > 1 ? `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}` : (texts[0] ?? 'nothing');
