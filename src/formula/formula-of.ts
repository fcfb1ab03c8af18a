/** A trained stack as a formula over the columns of a table. */

import { FormulaError, OptionError } from '../errors.ts';
import { product, sum } from '../expression/simplify.ts';
import {
  constant,
  type Domain,
  type Expression,
  type Formula,
  sizeOf,
  variable,
} from '../expression/tree.ts';
import { type ModelDescription, type ResolvedModel, resolveModel } from '../model/description.ts';
import { joinParameters, rawParameters } from '../model/weights.ts';
import { checkOptions, checkValue } from '../options/check.ts';
import { type Fields, having, list, such, text } from '../options/kinds.ts';
import { resolveEquation } from '../units/equation.ts';
import { effectiveWeights } from '../units/forward.ts';
import { readLayer, type Snapping } from './reading.ts';
import { type Scaling, unscaled } from './scaling.ts';

/** Parameters of every layer by name, as `weights` of a model or of a report gives them. */
export type LayerParameters = readonly Readonly<
  Record<string, ArrayLike<number> | { readonly data: ArrayLike<number> }>
>[];

/** Names and scaling of the columns that a formula is over. */
export interface FormulaOptions {
  /** Names of the inputs. Default x0, x1, … */
  variables?: readonly string[];
  /** Names of the outputs. Default y, or y0, y1, … */
  targets?: readonly string[];
  /** How each input was scaled for training; the formula takes the numbers before that. Default: not at all. */
  inputScaling?: readonly Scaling[];
  /** How each output was scaled; the formula gives the numbers before that. */
  targetScaling?: readonly Scaling[];
}

const layersKind = such<LayerParameters>('a list with the parameters of each layer by name', Array.isArray);

const scalings = list(having<Scaling>('a scaling { offset, scale }', 'offset', 'scale'));

export const formulaFields: Fields<FormulaOptions> = {
  variables: list(text),
  targets: list(text),
  inputScaling: scalings,
  targetScaling: scalings,
};

/** Longest formula, in numbers, variables and operations of one output. */
const MAX_SIZE = 50_000;

/**
 * What the model computes, exactly: every clamp and ε of its units is in it, and it agrees with the model in float64.
 * `snapFormula` makes it simple. Throws FormulaError for a unit without an equation, for a model that diverged and for
 * one too large to be read.
 */
export function formulaOf(
  model: ModelDescription,
  parameters: LayerParameters,
  options: FormulaOptions = {},
): Formula {
  return readFormula(
    resolveModel(model),
    parameters,
    checkOptions({ fields: formulaFields }, options, 'formulaOf()'),
  );
}

/** The same, or with `snapping` a simpler formula that is as good as it on the rows. */
export function readFormula(
  model: ResolvedModel,
  parameters: LayerParameters,
  options: FormulaOptions,
  snapping?: Snapping,
): Formula {
  const { variables, targets, inputScaling, targetScaling } = resolveOptions(model, options);
  checkValue(layersKind, parameters, 'parameters');
  if (parameters.length !== model.layers.length) {
    throw new OptionError(
      `parameters for ${parameters.length} layers were given; the model has ${model.layers.length}`,
    );
  }
  let x: Expression[] = inputScaling.map(({ offset, scale }, k) => {
    const column = variable(k, snapping ? domainOf(snapping, k) : 'any');
    return product(constant(1 / scale), sum(column, constant(-offset)));
  });
  for (const [k, layer] of model.layers.entries()) {
    const { record, options: unitOptions, inputs, outputs } = layer;
    const { equation } = record;
    if (!equation) {
      throw new FormulaError(
        `layer ${k}: the equation of unit '${record.name}' is known to its shader alone`,
      );
    }
    const raw = rawParameters(layer, joinParameters(layer, parameters[k] ?? {}, `layer ${k}`));
    const weights = effectiveWeights(resolveEquation(equation, unitOptions), raw, inputs, outputs, true);
    x = readLayer({ equation, weights, options: unitOptions, x, outputs, ...(snapping && { snapping }) });
    const size = Math.max(...x.map(sizeOf));
    if (size > MAX_SIZE) {
      throw new FormulaError(
        `layer ${k}: the formula has ${size} parts, more than ${MAX_SIZE}; take fewer or smaller layers`,
      );
    }
  }
  const expressions = x.map((value, k) => {
    const { offset, scale } = targetScaling[k] as Scaling;
    return sum(product(constant(scale), value), constant(offset));
  });
  return { variables, targets, expressions };
}

/** What is known of column `k`, from its rows. */
function domainOf({ rows, width, keepSigns }: Snapping, k: number): Domain {
  if (keepSigns) return 'any';
  let least = Number.POSITIVE_INFINITY;
  for (let at = k; at < rows.length; at += width) least = Math.min(least, rows[at] as number);
  if (!(least >= 0)) return 'any';
  return least > 0 ? 'positive' : 'nonNegative';
}

function resolveOptions(model: ResolvedModel, options: FormulaOptions) {
  const { inputs, outputs } = model;
  const all = <T>(name: string, given: readonly T[] | undefined, otherwise: T[], count: number) => {
    const list = given ?? otherwise;
    if (list.length !== count)
      throw new OptionError(`${name} has ${list.length} entries; ${count} are needed`);
    return list;
  };
  const numbered = (letter: string, count: number) =>
    Array.from({ length: count }, (_, k) => `${letter}${k}`);
  const plain = (count: number): Scaling[] => Array.from({ length: count }, () => unscaled);
  const resolved = {
    variables: all('variables', options.variables, numbered('x', inputs), inputs),
    targets: all('targets', options.targets, outputs === 1 ? ['y'] : numbered('y', outputs), outputs),
    inputScaling: all('inputScaling', options.inputScaling, plain(inputs), inputs),
    targetScaling: all('targetScaling', options.targetScaling, plain(outputs), outputs),
  };
  for (const { offset, scale } of [...resolved.inputScaling, ...resolved.targetScaling]) {
    if (!Number.isFinite(offset) || !Number.isFinite(scale) || scale === 0) {
      throw new OptionError(`offset ${offset}, scale ${scale}: both must be finite, and the scale not 0`);
    }
  }
  return resolved;
}
