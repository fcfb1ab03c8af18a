/**
 * Networks of two layers and more by name, as the literature compares them on the arithmetic dataset: which units, and by
 * which recipe. Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016.
 */

import { OptionError } from '../errors.ts';
import type { ModelDescription } from '../model/description.ts';
import { denseUnits } from '../units/dense.ts';
import { type Recipe, recipeFor } from '../units/recipe.ts';
import { findUnit, units } from '../units/registry.ts';
import type { Unit } from '../units/unit.ts';
import { benchmarkInitialization } from './cell.ts';

export interface Network {
  /** As in the literature. */
  readonly name: string;
  /** From input to output. */
  readonly units: readonly Unit[];
}

/** What the paper's tables compare, in the paper's names, with the units of both layers. */
const published: Readonly<Record<string, readonly [string, string]>> = {
  Linear: ['Linear', 'Linear'],
  ReLU: ['Dense ReLU', 'Linear'],
  ReLU6: ['Dense ReLU6', 'Linear'],
  'NAC+': ['NAC', 'NAC'],
  'NAC•': ['NAC', 'NAC•'],
  'NAC•,σ': ['NAC', 'NAC•σ'],
  'NAC•,NMU': ['NAU', 'NAC•NMU'],
  NALU: ['NALU', 'NALU'],
  'NALU separate': ['NALU untied', 'NALU untied'],
  NAU: ['NAU', 'NAU'],
  NMU: ['NAU', 'NMU'],
  'Gated NAU/NMU': ['Gated NAU/NMU', 'Gated NAU/NMU'],
};

/** Names of the paper's networks. */
export const publishedNetworks: readonly string[] = Object.keys(published);

/** The study of gates: the first layer can only add, so the second must open its gate to the right side. */
export const gateStudyNetworks: readonly string[] = [
  'NAC → NALU',
  'NAC → NALU untied',
  'NAU → Gated NAU/NMU',
];

const ARROW = /→|->/;

/**
 * The network `requested`: one of the paper's, a stack written as `NAU → NMU`, or two layers with a unit: of it alone if it
 * can add, behind a NAU if it only multiplies, before an affine layer if it is an activation. Throws OptionError.
 */
export function networkOf(requested: string | Unit): Network {
  if (typeof requested !== 'string') return { name: requested.name, units: around(requested) };
  const known = Object.hasOwn(published, requested) ? published[requested] : undefined;
  if (known) return { name: requested, units: known.map(findUnit) };
  if (ARROW.test(requested)) return stackOf(requested);
  const unit = units.find(({ name }) => name === requested);
  if (unit) return { name: requested, units: around(unit) };
  throw new OptionError(
    `there is no network '${requested}'; known: ${publishedNetworks.join(', ')}, units (${units
      .map(({ name }) => name)
      .join(', ')}), and stacks of units such as 'NAU → NMU'`,
  );
}

/** One layer of a unit, or a stack of several written as `NAU → NMU`. Throws OptionError. */
export function stackOf(requested: string | Unit): Network {
  if (typeof requested !== 'string') return { name: requested.name, units: [requested] };
  const stack = requested.split(ARROW).map((name) => findUnit(name.trim()));
  return { name: stack.map(({ name }) => name).join(' → '), units: stack };
}

function around(unit: Unit): readonly Unit[] {
  if (unit.operations.includes('add')) return [unit, unit];
  return denseUnits.includes(unit) ? [unit, findUnit('Linear')] : [findUnit('NAU'), unit];
}

/** The network with `hidden` outputs of every layer but the last, which has one. */
export function networkModel(
  { units }: Network,
  inputs: number,
  hidden: number,
): Omit<ModelDescription, 'seed'> {
  return {
    inputs,
    layers: units.map((unit, index) => ({
      unit,
      outputs: index < units.length - 1 ? hidden : 1,
      initialization: benchmarkInitialization(unit),
    })),
  };
}

/** The recipe of the last layer, as in the paper, whatever the operation is. */
export const networkRecipe = ({ units }: Network): Recipe =>
  recipeFor(units.at(-1) as Unit, 'arithmetic', 'add');
