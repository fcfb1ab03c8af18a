/**
 * A formula as a model that can be saved. A sum of products of powers is written into a RealNPU and a linear layer, weight by
 * weight, so that the model computes the formula and not what training came near to; any other keeps the weights that were trained.
 */

import { evaluate } from '../expression/evaluate.ts';
import { argsOf, type Expression, isCall, one } from '../expression/tree.ts';
import { type Scaling, scaleRows, unscaleRows } from '../formula/scaling.ts';
import type { ModelDescription } from '../model/description.ts';
import { resolveModel } from '../model/description.ts';
import { predict64 } from '../model/evaluate.ts';
import { joinParameters, type Tensor, weightsOf } from '../model/weights.ts';
import { type Candidate, distance, type PartedRows } from './candidate.ts';
import { termsOf } from './terms.ts';

/** A column by name, with how it is scaled before the model. */
export interface FittedColumn extends Scaling {
  readonly name: string;
}

/** See `modelToSave`. */
export interface FittedModel {
  readonly model: ModelDescription;
  readonly parameters: readonly Readonly<Record<string, Tensor>>[];
  readonly columns: { readonly inputs: readonly FittedColumn[]; readonly targets: readonly FittedColumn[] };
  /** Root mean square of the model's predictions minus the formula's, relative to the formula's, over all rows. */
  readonly distance: number;
}

/** A model this near to its formula, in float32 weights, is the formula. */
const NEAR = 1e-5;

export function savedModelOf(candidate: Candidate, rows: PartedRows): FittedModel {
  const { inputs, target, inputScaling, targetScaling } = rows;
  const named = (name: string, { offset, scale }: Scaling): FittedColumn => ({ name, offset, scale });
  const columns = {
    inputs: inputs.map((name, k) => named(name, inputScaling[k] as Scaling)),
    targets: [named(target, targetScaling)],
  };
  const trained = {
    model: candidate.model,
    parameters: weightsOf(resolveModel(candidate.model), candidate.parameters, 0).map(
      (layer) => layer.parameters,
    ),
  };
  const written = writtenModel(candidate.formula.expressions[0] as Expression, rows);
  const near = written && distanceOf(written, candidate, rows);
  if (written && near !== undefined && near <= NEAR) return { ...written, columns, distance: near };
  return { ...trained, columns, distance: distanceOf(trained, candidate, rows) };
}

type Written = Pick<FittedModel, 'model' | 'parameters'>;

/** RealNPU → Linear with the powers and coefficients of `expression`; undefined where it is no such sum. */
function writtenModel(expression: Expression, rows: PartedRows): Written | undefined {
  const { inputs, inputScaling, targetScaling } = rows;
  const { terms, coefficients } = termsOf(expression);
  const products = terms.flatMap((term, k) =>
    term ? [{ term, coefficient: coefficients[k] as number }] : [],
  );
  const powers = products.map(({ term }) => powersOf(term, inputs.length));
  if (products.length === 0 || powers.some((each) => each === undefined)) return undefined;
  const offset = coefficients.find((_, k) => terms[k] === undefined) ?? 0;
  const { scale } = targetScaling;
  const weights = products.map(({ coefficient }, o) =>
    (powers[o] as number[]).reduce(
      (value, power, k) => value * (inputScaling[k] as Scaling).scale ** power,
      coefficient / scale,
    ),
  );
  const model: ModelDescription = {
    inputs: inputs.length,
    layers: [
      { unit: 'RealNPU', outputs: products.length },
      { unit: 'Linear', outputs: 1 },
    ],
  };
  const tensor = (shape: number[], data: readonly number[]): Tensor => ({
    shape,
    data: Float32Array.from(data),
  });
  return {
    model,
    parameters: [
      {
        W_re: tensor(
          [inputs.length, products.length],
          inputs.flatMap((_, k) => powers.map((each) => (each as number[])[k] as number)),
        ),
        g: tensor(
          [inputs.length],
          inputs.map(() => 1),
        ),
      },
      { W: tensor([products.length, 1], weights), b: tensor([1], [(offset - targetScaling.offset) / scale]) },
    ],
  };
}

/** The exponent of every variable in a product of powers; undefined for anything else. */
function powersOf(term: Expression, width: number): number[] | undefined {
  const powers = Array.from({ length: width }, () => 0);
  for (const factor of argsOf(term, 'multiply')) {
    const [base, exponent] = isCall(factor, 'power') ? factor.args : [factor, one];
    if (base?.kind !== 'variable' || exponent?.kind !== 'constant') return undefined;
    powers[base.index] = (powers[base.index] as number) + exponent.value;
  }
  return powers;
}

function distanceOf(written: Written, { formula }: Candidate, rows: PartedRows): number {
  const model = resolveModel(written.model);
  const flat = model.layers.map((layer, k) =>
    joinParameters(layer, written.parameters[k] ?? {}, `layer ${k}`),
  );
  const parameters = Float32Array.from(flat.flatMap((part) => [...part]));
  if (!parameters.every(Number.isFinite)) return Number.POSITIVE_INFINITY;
  const distances = [rows.inside, rows.outside].map(({ x }) => {
    const predicted = predict64(model, parameters, {
      data: Float32Array.from(scaleRows(x, rows.inputScaling)),
      rows: x.length / model.inputs,
      columns: model.inputs,
    });
    if (!predicted) return Number.POSITIVE_INFINITY;
    const far = distance(unscaleRows(predicted, [rows.targetScaling]), evaluate(formula, x));
    return Number.isNaN(far) ? Number.POSITIVE_INFINITY : far;
  });
  return Math.max(...distances);
}
