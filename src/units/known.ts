/**
 * The units that a layer may name. The registry fills it with all of the package; without the registry a bundle has only the
 * records that are imported, and layers hold those themselves.
 */

import { OptionError } from '../errors.ts';
import { show } from '../options/check.ts';
import { nearest } from '../options/nearest.ts';
import type { Unit } from './unit.ts';

const known = new Map<string, Unit>();

/** Lets layers name `units`. */
export function register(units: readonly Unit[]): void {
  for (const unit of units) known.set(unit.name, unit);
}

/** Whether a layer may name it. */
export const isKnown = (name: string): boolean => known.has(name);

/** The unit called `name`. Throws OptionError with the known names. */
export function findUnit(name: string): Unit {
  const unit = known.get(name);
  if (unit) return unit;
  const names = [...known.keys()];
  if (typeof name !== 'string')
    throw new OptionError(`a unit's name is ${show(name)}; it must be a text such as 'NALU'`);
  const near = nearest(name, names);
  throw new OptionError(
    known.size > 0
      ? `there is no unit '${name}'; ${near ? `did you mean '${near}'? ` : ''}Known units: ${names.join(', ')}`
      : `'${name}' is the name of a unit, which only 'nalu-webgpu' knows; with 'nalu-webgpu/core', import its record: unit: nalu`,
  );
}
