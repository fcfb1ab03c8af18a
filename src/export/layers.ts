/** A trained model as equations with numbers in them, layer by layer, its scaling included. */

import { DataError, FormulaError } from '../errors.ts';
import { type Expression, op, symbol } from '../expression/tree.ts';
import type { Scaling } from '../formula/scaling.ts';
import { type ModelDescription, resolveModel } from '../model/description.ts';
import { joinParameters, rawParameters } from '../model/weights.ts';
import { checkOptions } from '../options/check.ts';
import {
  anything,
  type Description,
  having,
  list,
  map,
  needed,
  number,
  options,
  text,
} from '../options/kinds.ts';
import { describeUnit } from '../units/descriptions.ts';
import { bilinearTerm, inPrediction, resolveEquation, type UnitEquation } from '../units/equation.ts';
import { effectiveWeights } from '../units/forward.ts';
import type { EffectiveWeights } from '../units/unit.ts';

/** What `loadModel` of nalu-webgpu/io gives, and what `saveModel` takes. */
export interface ModelToExport {
  readonly model: ModelDescription;
  /** Parameters of every layer by name. */
  readonly parameters: readonly Readonly<
    Record<string, ArrayLike<number> | { readonly data: ArrayLike<number> }>
  >[];
  readonly columns?: { readonly inputs: readonly ExportColumn[]; readonly targets: readonly ExportColumn[] };
  readonly formula?: string;
  /** Not written. */
  readonly notes?: Readonly<Record<string, string>>;
}

/** A column of the table that the model was trained on, and how it was scaled. */
export type ExportColumn = Scaling & { readonly name: string };
const columns = needed(
  list(having<ExportColumn>('a column { name, offset, scale }', 'name', 'offset', 'scale')),
);

/** The model of a search has its distance from the formula besides. */
type Exported = ModelToExport & { readonly distance?: number };

const exportDescription: Description<Exported> = {
  fields: {
    model: needed(anything('the description of a model')),
    parameters: needed(list(anything('the parameters of a layer by name'))),
    columns: options<NonNullable<ModelToExport['columns']>>({
      fields: { inputs: columns, targets: columns },
    }),
    formula: text,
    notes: map(text),
    distance: number(),
  },
};

/** A line of a layer's program; what it computes is called `name` from then on. */
export type Statement =
  /** A value per input or per output, over the row, weights and values of the same extent. */
  | {
      readonly kind: 'each';
      readonly name: string;
      readonly extent: 'inputs' | 'outputs';
      readonly value: Expression;
    }
  /** A value per output, Σ or Π over the inputs of `term`, over `features` and matrices. */
  | {
      readonly kind: 'fold';
      readonly name: string;
      readonly how: 'sum' | 'product';
      readonly term: Expression;
      readonly features: readonly string[];
      /** Feature and matrix, where the term is their product. */
      readonly pair?: readonly [feature: string, matrix: string];
    };

/** Weights by name: `[in][out]`, or a list per input or per output. */
export type Weights = Readonly<Record<string, readonly (readonly number[])[] | readonly number[]>>;

export interface LayerEquation {
  /** `NALU, 2 → 1`, or what else is done to the numbers. */
  readonly title: string;
  /** The equation of the unit. */
  readonly formula?: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Weights;
  /** In the order in which they are computed; the last is the result. The symbol `x` is the row that the layer gets. */
  readonly statements: readonly Statement[];
}

export interface ModelEquations {
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  readonly layers: readonly LayerEquation[];
  /** `NMU → Linear`. */
  readonly title: string;
  readonly formula?: string;
}

/**
 * The equations of `exported`. Throws DataError for parameters that are missing or not finite, FormulaError for a unit
 * without an equation.
 */
export function equationsOf(exported: ModelToExport): ModelEquations {
  const { model, parameters, columns, formula } = checkOptions<Exported>(
    exportDescription,
    exported,
    'a model to export',
  );
  const resolved = resolveModel(model);
  const { inputs, outputs } = resolved;
  const layers = resolved.layers.map((layer, k): LayerEquation => {
    const { record, options } = layer;
    if (!record.equation) {
      throw new FormulaError(
        `layer ${k}: the equation of unit '${record.name}' is known to its shader alone; it cannot be exported`,
      );
    }
    const raw = rawParameters(layer, joinParameters(layer, parameters[k] ?? {}, `layer ${k}`));
    const equation = resolveEquation(record.equation, options);
    return {
      ...programOf(equation, effectiveWeights(equation, raw, layer.inputs, layer.outputs, true)),
      title: `${record.name}, ${layer.inputs} → ${layer.outputs}`,
      formula: describeUnit(record).formula,
      inputs: layer.inputs,
      outputs: layer.outputs,
    };
  });
  if (columns && (columns.inputs.length !== inputs || columns.targets.length !== outputs)) {
    throw new DataError(
      `${columns.inputs.length} columns and ${columns.targets.length} targets were given for a model of ${inputs} inputs ` +
        `and ${outputs} outputs`,
    );
  }
  const numbered = (letter: string, count: number): string[] =>
    Array.from({ length: count }, (_, k) => `${letter}${k}`);
  return {
    inputs: columns?.inputs.map(({ name }) => name) ?? numbered('x', inputs),
    targets: columns?.targets.map(({ name }) => name) ?? (outputs === 1 ? ['y'] : numbered('y', outputs)),
    layers: [...scaled(columns?.inputs ?? []), ...layers, ...unscaled(columns?.targets ?? [])],
    title: resolved.layers.map(({ record }) => record.name).join(' → '),
    ...(formula !== undefined && { formula }),
  };
}

/** The statements of an equation: its features, its sums and products, and what it makes of them. */
function programOf(
  equation: UnitEquation,
  effective: EffectiveWeights,
): Pick<LayerEquation, 'weights' | 'statements'> {
  const { weights, features, accumulators, out } = inPrediction(equation);
  const lists = Object.entries(effective).map(([name, table]) => [
    name,
    name in weights ? table : table.flat(),
  ]);
  const made = Object.entries(features).filter(([name]) => name !== 'x');
  return {
    weights: Object.fromEntries(lists),
    statements: [
      ...made.map(([name, value]): Statement => ({ kind: 'each', name, extent: 'inputs', value })),
      ...Object.entries(accumulators).map(([name, accumulator]): Statement => {
        const pair = bilinearTerm(equation, accumulator);
        const { kind: how, term } = accumulator;
        return { kind: 'fold', name, how, term, features: Object.keys(features), ...(pair && { pair }) };
      }),
      { kind: 'each', name: 'y', extent: 'outputs', value: out },
    ],
  };
}

/** What was done to the columns before training, where anything was. */
const scaled = (columns: readonly Scaling[]): LayerEquation[] =>
  scaling(
    'the inputs, scaled as for training',
    columns,
    op.divide(op.subtract(symbol('x'), symbol('offset')), symbol('scale')),
  );

/** The reverse, for the targets. */
const unscaled = (columns: readonly Scaling[]): LayerEquation[] =>
  scaling(
    'the outputs, scaled back',
    columns,
    op.add(op.multiply(symbol('x'), symbol('scale')), symbol('offset')),
  );

function scaling(title: string, columns: readonly Scaling[], value: Expression): LayerEquation[] {
  if (columns.every(({ offset, scale }) => offset === 0 && scale === 1)) return [];
  return [
    {
      title,
      statements: [{ kind: 'each', name: 'y', extent: 'inputs', value }],
      weights: { offset: columns.map(({ offset }) => offset), scale: columns.map(({ scale }) => scale) },
      inputs: columns.length,
      outputs: columns.length,
    },
  ];
}
