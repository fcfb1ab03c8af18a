/** What the two programming languages share: the statements of a layer as lines of code. */

import type { Language } from '../expression/languages.ts';
import { printWith } from '../expression/print.ts';
import type { Expression } from '../expression/tree.ts';
import type { LayerEquation, Statement } from './layers.ts';

/** How a language writes what is not in its expressions. */
export interface Writer {
  readonly language: Language;
  /** `name = value` on a line of its own. */
  assign(name: string, value: string): string;
  /** One element, in a loop over inputs or outputs, of the row or an earlier value, and of a list of weights. */
  element(name: string): string;
  weight(name: string): string;
  /** A list of so many elements of this value. */
  each(count: number, value: string): string;
  /** In a loop over edges: a feature, and an element of a matrix. */
  feature(name: string): string;
  matrix(name: string): string;
  /** Σ feature · matrix over the inputs. */
  sums(feature: string, matrix: string): string;
  /** Σ or Π over the inputs of a value. */
  fold(how: 'sum' | 'product', value: string, layer: LayerEquation): string;
}

/** The lines of `layer` but for its result, and its result. */
export function bodyOf(layer: LayerEquation, writer: Writer): { lines: string[]; result: string } {
  const { weights, statements } = layer;
  const print = (expression: Expression, nameOf: (name: string) => string): string =>
    printWith(writer.language, expression, (leaf) => (leaf.kind === 'symbol' ? nameOf(leaf.name) : ''));
  const write = (statement: Statement): string => {
    if (statement.kind === 'each') {
      const { value, extent } = statement;
      // A value that only has another name.
      if (value.kind === 'symbol' && !(value.name in weights)) return value.name;
      const text = print(value, (name) => (name in weights ? writer.weight(name) : writer.element(name)));
      return writer.each(layer[extent], text);
    }
    if (statement.pair) return writer.sums(...statement.pair);
    const { how, term } = statement;
    const text = print(term, (name) => (name in weights ? writer.matrix(name) : writer.feature(name)));
    return writer.fold(how, text, layer);
  };
  const all = statements.map((statement) => [statement.name, write(statement)] as const);
  return {
    lines: all.slice(0, -1).map(([name, value]) => writer.assign(name, value)),
    result: (all.at(-1) as (typeof all)[number])[1],
  };
}
