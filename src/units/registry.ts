/** Every unit of the package, by name. A new unit is one shader file, one record and one line here. */

import { OptionError } from '../errors.ts';
import { nac, nacMul, nalu, naluUntied } from './nac-family.ts';
import type { Unit } from './unit.ts';

export const units: readonly Unit[] = [nac, nacMul, nalu, naluUntied];

/** The unit called `name`. Throws OptionError with the known names. */
export function findUnit(name: string): Unit {
  const unit = units.find((candidate) => candidate.name === name);
  if (!unit) {
    throw new OptionError(
      `there is no unit '${name}'; known units: ${units.map((known) => known.name).join(', ')}`,
    );
  }
  return unit;
}
