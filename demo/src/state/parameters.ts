/** What a section can be set to: for each parameter its usual value, which values it may have, and how an address carries them. */

import type { Given } from './address.ts';

export interface Parameter<T> {
  readonly usual: T;
  /** The value that `text` stands for, or why there is none, as the end of a sentence. */
  read(text: string): { readonly value: T } | { readonly fault: string };
  write(value: T): string;
}

export interface NumberParameter extends Parameter<number> {
  readonly least: number;
  readonly most: number;
  readonly whole: boolean;
}

/** A number from `least` to `most`; `above` instead of `least` leaves the bound itself out. */
export function number(
  usual: number,
  range: { least?: number; above?: number; most?: number; whole?: boolean } = {},
): NumberParameter {
  const { above, most = Number.MAX_VALUE, whole = false } = range;
  const least = range.least ?? above ?? -Number.MAX_VALUE;
  const kind = whole ? 'a whole number' : 'a number';
  const from = above !== undefined ? ` above ${above}` : least > -Number.MAX_VALUE ? ` from ${least}` : '';
  const to = most < Number.MAX_VALUE ? `${from ? ' ' : ' up '}to ${most}` : '';
  const fault = `it must be ${kind}${from}${to}`;
  return {
    usual,
    least,
    most,
    whole,
    read(text) {
      const value = text.trim() === '' ? Number.NaN : Number(text);
      const fits = value >= least && value <= most && value !== above && (!whole || Number.isInteger(value));
      return fits ? { value } : { fault };
    },
    write: String,
  };
}

/** The seed of a random start. */
export const seed = (usual = 1): NumberParameter =>
  number(usual, { least: 0, most: 0xffffffff, whole: true });

export interface ChoiceParameter<T extends string> extends Parameter<T> {
  readonly options: readonly T[];
}

export function choice<const T extends string>(usual: NoInfer<T>, options: readonly T[]): ChoiceParameter<T> {
  return {
    usual,
    options,
    read: (text) =>
      (options as readonly string[]).includes(text)
        ? { value: text as T }
        : { fault: `it must be one of ${options.join(', ')}` },
    write: (value) => value,
  };
}

/** Some of `options`, at least one, in their order; written with commas between them. */
export function choices<const T extends string>(
  usual: readonly NoInfer<T>[],
  options: readonly T[],
): Parameter<readonly T[]> & { readonly options: readonly T[] } {
  return {
    usual,
    options,
    read(text) {
      const named = text.split(',').map((name) => name.trim());
      const value = options.filter((option) => named.includes(option));
      const known = named.every((name) => (options as readonly string[]).includes(name));
      return known && value.length > 0 ? { value } : { fault: `it must be some of ${options.join(', ')}` };
    },
    write: (value) => value.join(','),
  };
}

/** Any text up to `longest` characters that `check` has nothing against. */
export function text(
  usual: string,
  {
    longest = 200,
    check = () => undefined,
  }: { longest?: number; check?: (value: string) => string | undefined } = {},
): Parameter<string> {
  return {
    usual,
    read(value) {
      const fault = value.length > longest ? `it must have at most ${longest} characters` : check(value);
      return fault === undefined ? { value } : { fault };
    },
    write: (value) => value,
  };
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type Values<P extends Parameters> = {
  readonly [Key in keyof P]: P[Key]['usual'];
};

/** Of every parameter. */
export function usual<P extends Parameters>(parameters: P): Values<P> {
  return Object.fromEntries(Object.entries(parameters).map(([key, { usual }]) => [key, usual])) as Values<P>;
}

/** The settings that an address gives, the usual ones for the rest, and what it asks for that cannot be. */
export function read<P extends Parameters>(
  parameters: P,
  given: Given,
): { values: Values<P>; faults: string[] } {
  const values: Record<string, unknown> = { ...usual(parameters) };
  const faults: string[] = [];
  for (const [key, text] of given) {
    const parameter = Object.hasOwn(parameters, key) ? parameters[key] : undefined;
    const found = parameter?.read(text) ?? { fault: 'there is no such setting' };
    if ('value' in found) values[key] = found.value;
    else faults.push(`${key}=${text}: ${found.fault}`);
  }
  return { values: values as Values<P>, faults };
}

/** Only what differs from the usual. */
export function write<P extends Parameters>(parameters: P, values: Values<P>): Given {
  const given = new Map<string, string>();
  for (const [key, { usual, write }] of Object.entries(parameters)) {
    const value = write(values[key as keyof P]);
    if (value !== write(usual)) given.set(key, value);
  }
  return given;
}
