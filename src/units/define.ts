/** Units from outside the package. */

import type { UnitShader } from '../../shaders/units/unit.ts';
import { OptionError } from '../errors.ts';
import { checkOptions } from '../options/check.ts';
import {
  callback,
  type Description,
  either,
  having,
  list,
  map,
  needed,
  number,
  text,
} from '../options/kinds.ts';
import { checkEquation, equationKind } from './check-equation.ts';
import { resolveEquation } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import { effectiveWeights, forwardOf } from './forward.ts';
import { initializationKind } from './initializers.ts';
import { isKnown } from './known.ts';
import { operationKind, plain, recipeKind, taskRecipeKind } from './recipe.ts';
import type { Forward, Initialization, RawParameters, Unit, UnitDescription, UnitOptions } from './unit.ts';

/** What a unit needs at least: an equation, a shader, or both; the rest has defaults. */
export interface UnitDefinition extends Partial<Omit<Unit, 'name' | 'shader' | 'initializations'>> {
  /** Not the name of a unit of the package. */
  name: string;
  /**
   * The fragment (see `UnitShader`), or a function of the options that gives it. Default: what the equation says. A unit with an
   * equation also has formulas, exports and errors in float64.
   */
  shader?: UnitShader | ((options: UnitOptions) => UnitShader);
  /** Named schemes of initial values; the first is the default unless `initialization` names another. */
  initializations: Readonly<Record<string, Initialization>>;
}

const unitDescription: Description<UnitDefinition> = {
  fields: {
    name: needed(text),
    equation: equationKind,
    shader: either(
      having<UnitShader>('a fragment of WGSL', 'edge', 'code'),
      callback<(options: UnitOptions) => UnitShader>(),
    ),
    initializations: needed(map(initializationKind)),
    initialization: text,
    options: map(number()),
    operations: list(operationKind),
    recipe: recipeKind,
    recipes: list(taskRecipeKind),
    weights: callback<Unit['weights']>(),
    sparsityError: callback<Unit['sparsityError']>(),
    forward: callback<Forward>(),
    description: having<UnitDescription>('what people read about it', 'summary', 'formula', 'paper'),
  },
};

const FUNCTIONS = [
  'weight',
  'feature',
  'zero',
  'fold',
  'out',
  'out_back',
  'fold_back',
  'feature_back',
  'weight_back',
];

/**
 * Makes a unit of `definition`, ready for `createModel` and `createEnsemble`: both engines run it. Throws OptionError
 * where the definition is not complete; `checkGradients` shows whether its derivative is right.
 */
export function defineUnit(definition: UnitDefinition): Unit {
  const { name } = checkOptions(unitDescription, definition, 'a unit');
  if (name === '') throw new OptionError('a unit needs a name');
  if (isKnown(name)) {
    throw new OptionError(`there is a unit '${name}' already; choose another name`);
  }
  const { equation, shader: own } = definition;
  const options = definition.options ?? {};
  if (equation) checkEquation(name, equation, options);
  const shaderOf = (given: UnitOptions): UnitShader => {
    if (typeof own === 'function') return own(given);
    if (own) return own;
    if (equation) return equationShader(equation, given);
    throw new OptionError(`unit '${name}' needs an equation or a shader`);
  };
  const shader = shaderOf(options);
  checkShader(name, shader);
  const [first] = Object.keys(definition.initializations ?? {});
  const initialization = definition.initialization ?? first;
  if (initialization === undefined || !Object.hasOwn(definition.initializations, initialization)) {
    throw new OptionError(`unit '${name}' needs initializations, one of which is its default`);
  }
  const fields = [...shader.edge, ...(shader.input ?? []), ...(shader.output ?? [])];
  for (const [scheme, initializers] of Object.entries(definition.initializations)) {
    const missing = fields.filter((field) => !Object.hasOwn(initializers, field));
    if (missing.length > 0) {
      throw new OptionError(
        `unit '${name}': initialization '${scheme}' has no initial values for ${missing.join(', ')}`,
      );
    }
  }
  const parameters = equation?.parameters;
  for (const kind of ['edge', 'input', 'output'] as const) {
    const [expected, found] = [parameters?.[kind] ?? [], shader[kind] ?? []].map((names) => names.join(', '));
    if (parameters && expected !== found) {
      throw new OptionError(
        `unit '${name}': shader.${kind} lists ${found || 'nothing'}, but the equation has the parameters ${expected || 'none'}`,
      );
    }
  }
  return {
    operations: [],
    recipe: plain,
    ...(equation && { forward: forwardOf(equation) }),
    weights: (raw, inputs, outputs) =>
      equation
        ? effectiveWeights(resolveEquation(equation, options), raw, inputs, outputs)
        : rawEdges(shader, raw, inputs, outputs),
    sparsityError: (parameters) =>
      Math.max(...shader.edge.flatMap((field) => Array.from(parameters[field] ?? [], fromSparse))),
    ...definition,
    options,
    shader: shaderOf,
    initialization,
  };
}

/** min(|w|, |1 − |w||) */
const fromSparse = (w: number): number => Math.min(Math.abs(w), Math.abs(1 - Math.abs(w)));

/** The raw parameters of the edges, for a unit that names no effective weights. */
function rawEdges(shader: UnitShader, parameters: RawParameters, inputs: number, outputs: number) {
  const matrix = (field: string) =>
    Array.from({ length: inputs }, (_, i) =>
      Array.from({ length: outputs }, (_, o) => parameters[field]?.[i * outputs + o] ?? Number.NaN),
    );
  return Object.fromEntries(shader.edge.map((field) => [field, matrix(field)]));
}

/** Throws OptionError unless every struct has names WGSL takes and every function of the contract is there. */
function checkShader(name: string, shader: UnitShader): void {
  const { edge, input, output, weight, feature, accumulator, delta, group } = shader;
  const lists = { edge, input, output, weight, feature, accumulator, delta, group };
  for (const [list, fields] of Object.entries(lists)) {
    if (fields === undefined && ['input', 'output', 'group'].includes(list)) continue;
    if (!Array.isArray(fields) || (fields.length === 0 && list !== 'input' && list !== 'output')) {
      throw new OptionError(`unit '${name}': shader.${list} must list at least one field name`);
    }
    const bad = fields.find((field) => !/^[A-Za-z][A-Za-z0-9_]*$/.test(field) || field.includes('__'));
    if (bad !== undefined)
      throw new OptionError(`unit '${name}': '${bad}' in shader.${list} is not a valid name in WGSL`);
    if (new Set(fields).size < fields.length) {
      throw new OptionError(`unit '${name}': shader.${list} names a field twice: ${fields.join(', ')}`);
    }
  }
  const code = shader.code('p');
  const required = [
    ...FUNCTIONS,
    ...((output?.length ?? 0) > 0 ? ['output_back'] : []),
    ...(group ? ['group_zero', 'group_fold', 'group_back'] : []),
    ...(shader.regularise ?? []).map((kind) => `regularise_${kind}`),
    ...(shader.project ?? []).map((kind) => `project_${kind}`),
  ];
  for (const fn of required) {
    if (!new RegExp(`fn\\s+p_${fn}\\s*\\(`).test(code)) {
      throw new OptionError(`unit '${name}': shader.code('p') does not define the function p_${fn}`);
    }
  }
}
