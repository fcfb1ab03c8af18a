/** What the two programming languages share: how a value is written over the functions of a language. */

import type { LayerEquation } from './layers.ts';
import { type ElementFunction, statementsOf, type Value } from './value.ts';

export interface Language {
  /** The value of a number, of the layer's row, of weights, of a statement by its name. */
  readonly number: (value: number) => string;
  readonly input: string;
  readonly weights: (name: string) => string;
  readonly variable: (name: string) => string;
  /** Functions that are not operators, as calls of their arguments. */
  readonly calls: Readonly<Record<Exclude<ElementFunction, Operator>, (...args: string[]) => string>>;
}

type Operator = 'add' | 'subtract' | 'multiply' | 'divide' | 'negate';

/** Binding strength: what is weaker than what it stands in gets brackets. */
const strengths: Readonly<Record<Operator, number>> = {
  add: 1,
  subtract: 1,
  multiply: 2,
  divide: 2,
  negate: 3,
};

/** `value` as an expression of one element. */
export function expressionOf(language: Language, value: Value): string {
  return write(language, value)[0];
}

function write(language: Language, value: Value): [text: string, strength: number] {
  const atom = 4;
  switch (value.kind) {
    case 'number':
      return [language.number(value.value), value.value < 0 ? 3 : atom];
    case 'input':
      return [language.input, atom];
    case 'weights':
      return [language.weights(value.name), atom];
    case 'contraction':
    case 'named':
      return [language.variable(value.name), atom];
    case 'apply': {
      const parts = value.args.map((arg) => write(language, arg));
      const [first = ['', 0], second = ['', 0]] = parts;
      const inBrackets = ([text, own]: readonly [string, number], least: number) =>
        own < least ? `(${text})` : text;
      switch (value.f) {
        case 'add':
        case 'subtract':
        case 'multiply':
        case 'divide': {
          const own = strengths[value.f];
          const sign = { add: '+', subtract: '-', multiply: '*', divide: '/' }[value.f];
          // a − (b + c) and a / (b c): the right side needs more than the operator's own strength.
          const right = value.f === 'add' || value.f === 'multiply' ? own : own + 1;
          return [`${inBrackets(first, own)} ${sign} ${inBrackets(second, right)}`, own];
        }
        case 'negate':
          return [`-${inBrackets(first, 4)}`, 3];
        default: {
          const call = language.calls[value.f as Exclude<ElementFunction, Operator>];
          return [call(...parts.map(([text]) => text)), atom];
        }
      }
    }
  }
}

/** A line of code for each statement of `layer`, and one for its result. */
export function bodyOf(
  { result, outputs, inputs }: LayerEquation,
  language: Language,
  assign: (name: string, value: string) => string,
  elementwise: (count: number, expression: string) => string,
  contraction: (how: 'sum' | 'product', of: string, weights: string) => string,
): { lines: string[]; result: string } {
  const lines = statementsOf(result).map((statement) => {
    if (statement.kind === 'contraction') {
      const of = statement.of.kind === 'named' ? statement.of.name : 'x';
      return assign(statement.name, contraction(statement.how, of, statement.weights));
    }
    return assign(
      statement.name,
      elementwise(extent(statement.value, inputs, outputs), expressionOf(language, statement.value)),
    );
  });
  const whole =
    result.kind === 'contraction' || result.kind === 'named'
      ? result.name
      : elementwise(outputs, expressionOf(language, result));
  return { lines, result: whole };
}

/** Elements of a named value: those of the outputs where a contraction is in it, else those of the inputs. */
function extent(value: Value, inputs: number, outputs: number): number {
  return statementsOf(value).some(({ kind }) => kind === 'contraction') ? outputs : inputs;
}
