/** A trained model as equations with numbers in them, layer by layer, its scaling included. */

import { DataError, FormulaError } from '../errors.ts';
import type { Scaling } from '../formula/scaling.ts';
import { type ModelDescription, resolveModel } from '../model/description.ts';
import { joinParameters, readWeights } from '../model/weights.ts';
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
import { equations } from './equations.ts';
import { add, divide, type Equation, input, multiply, subtract, weights } from './value.ts';

/** What `loadModel` of nalu-webgpu/io gives, and what `saveModel` takes. */
export interface ModelToExport {
  readonly model: ModelDescription;
  /** Parameters of every layer by name. */
  readonly parameters: readonly Readonly<
    Record<string, ArrayLike<number> | { readonly data: ArrayLike<number> }>
  >[];
  readonly columns?: { readonly inputs: readonly Column[]; readonly targets: readonly Column[] };
  readonly formula?: string;
  /** Not written. */
  readonly notes?: Readonly<Record<string, string>>;
}

type Column = Scaling & { readonly name: string };
const columns = needed(list(having<Column>('a column { name, offset, scale }', 'name', 'offset', 'scale')));

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

export interface LayerEquation extends Equation {
  /** `NALU, 2 → 1`, or what else is done to the numbers. */
  readonly title: string;
  /** The equation as the unit's record has it. */
  readonly formula?: string;
  readonly inputs: number;
  readonly outputs: number;
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
 * The equations of `exported`. Throws DataError for parameters that are missing or not finite, FormulaError for a unit from
 * outside the package: its equation is known to its shader alone.
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
    const equation = equations[record.name];
    if (!equation) {
      throw new FormulaError(
        `layer ${k}: unit '${record.name}' is not of the package; it cannot be exported`,
      );
    }
    const { effective } = readWeights(layer, joinParameters(layer, parameters[k] ?? {}, `layer ${k}`));
    return {
      ...equation({ effective, options }),
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

/** What was done to the columns before training, where anything was. */
function scaled(columns: readonly Scaling[]): LayerEquation[] {
  const result = divide(subtract(input, weights('offset')), weights('scale'));
  return scaling('the inputs, scaled as for training', columns, result);
}

/** The reverse, for the targets. */
function unscaled(columns: readonly Scaling[]): LayerEquation[] {
  const result = add(multiply(input, weights('scale')), weights('offset'));
  return scaling('the outputs, scaled back', columns, result);
}

function scaling(title: string, columns: readonly Scaling[], result: Equation['result']): LayerEquation[] {
  if (columns.every(({ offset, scale }) => offset === 0 && scale === 1)) return [];
  return [
    {
      title,
      result,
      weights: { offset: columns.map(({ offset }) => offset), scale: columns.map(({ scale }) => scale) },
      inputs: columns.length,
      outputs: columns.length,
    },
  ];
}
