/** What came out of a search, as plain data: what the page shows and hands out. */

import {
  type Errors,
  type FitResult,
  type FittedFormula,
  fitJson,
  formulaToSave,
} from '../../../../src/fit/index.ts';
import { evaluate, printName, writeProgram } from '../../../../src/formula/index.ts';
import { saveFormula } from '../../../../src/io/index.ts';

export interface Outcome {
  readonly found: boolean;
  readonly exact: boolean;
  readonly reason: string;
  readonly stopped: FitResult['stopped'];
  readonly target: string;
  readonly targetLatex: string;
  readonly targetMathml: string;
  readonly inputs: readonly string[];
  /** Law or not; undefined where the search ended before there was one. */
  readonly best: ToldFormula | undefined;
  readonly runnersUp: readonly ToldFormula[];
  /** Of every length the best, where it betters the shorter ones; the shortest first. */
  readonly front: readonly ToldFormula[];
  readonly linear: ToldErrors & { readonly name: string };
  /** Undefined where the search ended before it was trained. */
  readonly network: (ToldErrors & { readonly name: string }) | undefined;
  readonly starts: number;
  readonly agreeing: number;
  readonly architectures: number;
  readonly notes: readonly string[];
  readonly split: { readonly inside: number; readonly outside: number; readonly description: string };
  readonly seconds: number;
  readonly points: { readonly inside: Points; readonly outside: Points };
  /** A safetensors file. */
  readonly weights: Uint8Array<ArrayBuffer> | undefined;
  /** All of it, as `nalu fit --json` prints it. */
  readonly json: string;
}

export interface ToldErrors {
  readonly inRange: Errors;
  readonly outOfRange: Errors;
}

/** Right-hand sides, and functions that are complete as they stand. */
export interface ToldFormula extends ToldErrors {
  readonly text: string;
  readonly latex: string;
  readonly mathml: string;
  readonly javascript: string;
  readonly python: string;
  readonly sympy: string;
  readonly programs: { readonly javascript: string; readonly python: string };
  /** What stands for each input in programs. */
  readonly variables: readonly string[];
  readonly architecture: string;
}

/** Of the rows of a part, no more than `MOST_POINTS`: what the table says, and what is predicted. */
export interface Points {
  readonly actual: Float64Array<ArrayBuffer>;
  /** One for each that was trained. */
  readonly predicted: Readonly<Partial<Record<Predictor, Float64Array<ArrayBuffer>>>>;
}

export type Predictor = 'formula' | 'linear' | 'network';

const MOST_POINTS = 500;

export function outcomeOf(result: FitResult): Outcome {
  const { found, exact, reason, stopped, target, inputs, best, baselines, split } = result;
  const { linear, mlp } = baselines;
  const saved = formulaToSave(result, 'the page of nalu-webgpu');
  return {
    ...{ found, exact, reason, stopped, target, inputs },
    targetLatex: printName(target, 'latex'),
    targetMathml: printName(target, 'mathml'),
    best: best && summaryOf(best),
    runnersUp: result.runnersUp.map(summaryOf),
    front: result.front.map(summaryOf),
    linear: { ...errorsOf(linear), name: linear.name },
    network: mlp && { ...errorsOf(mlp), name: mlp.name },
    starts: result.starts,
    agreeing: result.agreeing,
    architectures: new Set(result.searched.map(({ architecture }) => architecture)).size,
    notes: result.notes,
    split: {
      inside: split.inside.length,
      outside: split.outside.length,
      description: split.description,
    },
    seconds: result.wallSeconds,
    points: { inside: pointsOf(result, 'inside'), outside: pointsOf(result, 'outside') },
    weights: saved && saveFormula(saved),
    json: `${JSON.stringify(fitJson(result), null, 1)}\n`,
  };
}

/** The best formula as a function of a row of inputs, in float64. */
export function formulaOf({ best }: FitResult): ((row: readonly number[]) => number) | undefined {
  return best && ((row) => evaluate(best.formula, Float64Array.from(row))[0] ?? Number.NaN);
}

const errorsOf = ({ inRange, outOfRange }: ToldErrors): ToldErrors => ({ inRange, outOfRange });

function summaryOf(fitted: FittedFormula): ToldFormula {
  const { formula, text, latex, mathml, javascript, python, sympy, variables, architecture } = fitted;
  return {
    ...{ text, latex, mathml, javascript, python, sympy, variables, architecture },
    ...errorsOf(fitted),
    programs: {
      javascript: writeProgram(formula, 'javascript'),
      python: writeProgram(formula, 'python'),
    },
  };
}

function pointsOf({ best, baselines, rows }: FitResult, part: 'inside' | 'outside'): Points {
  const { x, y } = rows[part];
  const step = Math.max(1, Math.ceil(y.length / MOST_POINTS));
  const thin = (values: Float64Array) => Float64Array.from(values.filter((_, row) => row % step === 0));
  const { linear, mlp } = baselines;
  return {
    actual: thin(y),
    predicted: {
      ...(best && { formula: thin(evaluate(best.formula, x)) }),
      linear: thin(linear.predict(x)),
      ...(mlp && { network: thin(mlp.predict(x)) }),
    },
  };
}
