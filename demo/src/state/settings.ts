/** The settings of a section: a value for each of its parameters; and how an address carries them. */

import type { Given } from './address.ts';
import type { Parameter } from './parameters.ts';

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
