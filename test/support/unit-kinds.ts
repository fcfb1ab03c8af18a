/** Units of each kind that engines tell apart. */

import { units } from '../../src/units/registry.ts';
import type { Unit } from '../../src/units/unit.ts';

/** Fields of the contract in shaders/units/unit.ts that a unit has: engines build other kernels of other fields. */
function kindOf({ shader, options }: Unit): string {
  const fields = Object.entries(shader(options)).map(([field, value]) =>
    typeof value === 'object' || typeof value === 'function' ? field : `${field} ${value}`,
  );
  return fields.sort().join();
}

/** The first unit of each kind: what depends on the engine and not on the equation is tried on these. */
export const unitKinds = units.filter(
  (unit) => units.find((first) => kindOf(first) === kindOf(unit)) === unit,
);
