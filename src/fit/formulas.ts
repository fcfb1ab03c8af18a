/** A formula with its errors, in every language it can be written in. */

import { identifiersOf } from '../expression/identifiers.ts';
import type { LanguageName } from '../expression/languages.ts';
import { printFormula } from '../expression/print.ts';
import type { Formula } from '../expression/tree.ts';
import type { Candidate } from './candidate.ts';
import type { Errors } from './errors.ts';

/** Right-hand sides; `javascript`, `python` and `sympy` over `variables`, which are the columns' names as far as those are names. */
export interface FittedFormula {
  readonly formula: Formula;
  readonly text: string;
  readonly latex: string;
  /** What stands in a `math` element. */
  readonly mathml: string;
  readonly javascript: string;
  readonly python: string;
  readonly sympy: string;
  /** What stands for each input in programs. */
  readonly variables: readonly string[];
  /** On the rows that were not held out. */
  readonly inRange: Errors;
  /** On the rows held out, as they are predicted with constants fitted to the others. */
  readonly outOfRange: Errors;
  /** Whether the constants were then fitted to all rows, those held out too. */
  readonly fittedToAll: boolean;
  /** On the rows of `test`, if there were any. */
  readonly test?: Errors;
  /** Which stack of units found it. */
  readonly architecture: string;
  /** How long it is as it is written. */
  readonly size: number;
}

export function formulaResult({
  formula,
  inside,
  outside,
  fittedToAll,
  architecture,
  size,
}: Candidate): FittedFormula {
  const written = (style: LanguageName) => printFormula(formula, style)[0] as string;
  return {
    formula,
    text: written('text'),
    latex: written('latex'),
    mathml: written('mathml'),
    javascript: written('javascript'),
    python: written('python'),
    sympy: written('sympy'),
    variables: identifiersOf(formula.variables),
    inRange: inside,
    outOfRange: outside,
    fittedToAll,
    architecture,
    size,
  };
}
