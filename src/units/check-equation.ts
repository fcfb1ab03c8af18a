/** Whether an equation of a unit is complete, and keeps what the engines rely on. */

import { OptionError } from '../errors.ts';
import { compile } from '../expression/evaluate.ts';
import { expressionKind } from '../expression/kind.ts';
import { constant, type Expression, replaceLeaves, symbolsOf } from '../expression/tree.ts';
import { list, map, needed, number, oneOf, options, pair, text } from '../options/kinds.ts';
import {
  type Accumulator,
  type Named,
  type Rounding,
  resolveEquation,
  type UnitEquation,
} from './equation.ts';
import type { UnitOptions } from './unit.ts';

const roundingKind = oneOf<Rounding>('exponent', 'sign', 'share', 'absence');
const named = map(expressionKind);

export const equationKind = options<UnitEquation>({
  fields: {
    parameters: needed(
      options<UnitEquation['parameters']>({
        fields: { edge: needed(list(text)), input: list(text), output: list(text) },
      }),
    ),
    weights: needed(named),
    softmax: text,
    inputs: named,
    outputs: named,
    features: needed(named),
    accumulators: needed(
      map(
        options<Accumulator>({
          fields: {
            kind: needed(oneOf('sum', 'product')),
            term: needed(expressionKind),
            rounding: needed(roundingKind),
          },
        }),
      ),
    ),
    out: needed(expressionKind),
    quiet: number(),
    constants: map(number()),
    safeguards: map(number({ infinite: true })),
    rounding: map(roundingKind),
    auxiliary: list(text),
    penalties: named,
    ranges: map(pair),
  },
});

/** Throws OptionError where a name cannot stand in WGSL, stands twice, or is not in scope, and where zero weights do something. */
export function checkEquation(unit: string, given: UnitEquation, values: UnitOptions): void {
  const fault = (what: string) => new OptionError(`unit '${unit}': ${what}`);
  const equation = resolveEquation(given, values);
  const { parameters, weights, softmax, inputs = {}, outputs = {}, features, accumulators, out } = equation;
  const { penalties = {}, ranges = {} } = equation;
  const raw = [...parameters.edge, ...(parameters.input ?? []), ...(parameters.output ?? [])];
  const apart = [
    ['parameters', raw],
    ['features and weights', [...Object.keys(features), ...Object.keys(weights)]],
    [
      'weights, accumulators and values per output',
      [...Object.keys(weights), ...Object.keys(accumulators), ...Object.keys(outputs)],
    ],
  ] as const;
  for (const [what, names] of apart) {
    const bad = names.find((name) => !/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.includes('__'));
    if (bad !== undefined) throw fault(`'${bad}' among the ${what} is not a valid name in WGSL`);
    const twice = names.find((name, k) => names.indexOf(name) !== k);
    if (twice !== undefined) throw fault(`the ${what} have the name ${twice} twice`);
  }
  for (const [what, names] of [
    ['edge', parameters.edge],
    ['weights', Object.keys(weights)],
    ['features', Object.keys(features)],
    ['accumulators', Object.keys(accumulators)],
  ] as const) {
    if (names.length === 0) throw fault(`equation.${what} must have at least one name`);
  }
  const within = (where: string, expression: Expression, known: readonly string[]): void => {
    const other = symbolsOf(expression).find((name) => !known.includes(name));
    if (other !== undefined) {
      throw fault(`${where} names ${other}; it may name ${known.join(', ') || 'nothing'}`);
    }
  };
  const each = (where: string, named: Named, known: readonly string[]): void => {
    for (const [name, expression] of Object.entries(named)) within(`${where}.${name}`, expression, known);
  };
  each('weights', weights, parameters.edge);
  each('inputs', inputs, parameters.input ?? []);
  each('outputs', outputs, parameters.output ?? []);
  each('features', features, ['x', ...Object.keys(inputs), 'noise']);
  const inTerms = [...Object.keys(features), ...Object.keys(weights)];
  for (const [name, { kind, term }] of Object.entries(accumulators)) {
    within(`accumulators.${name}`, term, inTerms);
    const neutral = kind === 'sum' ? 0 : 1;
    const value = atZeroWeights(term, Object.keys(weights));
    if (value !== neutral) {
      throw fault(`accumulators.${name} is ${value} where every weight is 0; it must be ${neutral}`);
    }
  }
  within('out', out, [...Object.keys(accumulators), ...Object.keys(outputs), 'noise']);
  for (const [name, penalty] of Object.entries(penalties)) within(`penalties.${name}`, penalty, [name]);
  for (const name of [...Object.keys(penalties), ...Object.keys(ranges)]) {
    if (!raw.includes(name)) throw fault(`${name} is not a parameter; the parameters are ${raw.join(', ')}`);
  }
  if (softmax !== undefined && !(softmax in weights)) {
    throw fault(`softmax is ${softmax}; it must be one of ${Object.keys(weights).join(', ')}`);
  }
}

/** The term with all weights 0 and features of ordinary size. */
const atZeroWeights = (term: Expression, weights: readonly string[]): number =>
  compile(
    replaceLeaves(term, (leaf) =>
      leaf.kind === 'symbol' ? constant(weights.includes(leaf.name) ? 0 : 0.75) : leaf,
    ),
  )([]);
