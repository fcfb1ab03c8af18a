/** Names of units and stacks, as the address and the fields have them. */

import { findUnit, OptionError } from '../../../../src/index.ts';
import { type OperationName, operations } from './operations.ts';

/** Side by side, at most. */
export const MOST_UNITS = 3;

/** Layers of a stack, at most. */
const MOST_LAYERS = 4;

/** The units of a list with commas, stacks with `→` or `->`; none for an empty text. Throws OptionError. */
export function unitsOf(list: string): string[] {
  if (list.trim() === '') return [];
  const named = list.split(',').map((name) => layersOf(name).join(' → '));
  if (named.length > MOST_UNITS) throw new OptionError(`it must be at most ${MOST_UNITS} units`);
  if (new Set(named).size < named.length) throw new OptionError('each unit can be there once');
  return named;
}

/** The units of a stack, from input to output. Throws OptionError. */
export function layersOf(stack: string): string[] {
  const layers = stack.split(/→|->/).map((name) => findUnit(name.trim()).name);
  if (layers.length > MOST_LAYERS) throw new OptionError(`a stack may have ${MOST_LAYERS} layers at most`);
  return layers;
}

/** Short enough for addresses; '' for the usual ones. */
export function listOf(units: readonly string[], operation: OperationName): string {
  const usual = operations[operation].usual.join() === units.join();
  return usual ? '' : units.map((name) => name.replaceAll(' → ', '->')).join(',');
}

/** What is offered for an operation. */
export function offered(operation: OperationName): readonly string[] {
  const { capable, stacks } = operations[operation];
  return [...capable, ...stacks];
}
