/** What can be learnt, which units are offered for it, and how a list of units is written. */

import { findUnit, OptionError, units } from '../../../../src/index.ts';

export type OperationName = 'add' | 'sub' | 'mul' | 'div' | 'expression';

export interface OperationFacts {
  /** In the list of operations. */
  readonly label: string;
  /** What it is as a formula; the visitor's own is in the settings. */
  readonly expression?: string;
  /** Units one layer of which can represent it. */
  readonly capable: readonly string[];
  /** Stacks of layers that are offered beside them. */
  readonly stacks: readonly string[];
  /** What is compared until the visitor chooses. */
  readonly usual: readonly string[];
}

const able = (operation: 'add' | 'sub' | 'mul' | 'div') =>
  units.filter((unit) => unit.operations.includes(operation)).map(({ name }) => name);

const dense = ['Dense ReLU → Linear', 'Dense tanh → Linear'];

export const operations: Readonly<Record<OperationName, OperationFacts>> = {
  add: {
    label: 'x₁ + x₂',
    expression: 'x0 + x1',
    capable: able('add'),
    stacks: dense,
    usual: ['NAU', 'NAC', 'NALU'],
  },
  sub: {
    label: 'x₁ − x₂',
    expression: 'x0 - x1',
    capable: able('sub'),
    stacks: dense,
    usual: ['NAU', 'NAC', 'NALU'],
  },
  mul: {
    label: 'x₁ × x₂',
    expression: 'x0 * x1',
    capable: able('mul'),
    stacks: ['NAU → NMU', 'NAC → NAC•', ...dense],
    usual: ['NMU', 'NPU', 'NALU'],
  },
  div: {
    label: 'x₁ ÷ x₂',
    expression: 'x0 / x1',
    capable: able('div'),
    stacks: dense,
    usual: ['RealNPU', 'NAC•', 'NALU'],
  },
  expression: {
    label: 'a formula of your own',
    capable: units.map(({ name }) => name),
    stacks: [
      ...['NAU → NMU', 'NMU → NAU', 'NAC → NAC•', 'NAC• → NAC', 'NALU → NALU', 'NAU → NPU', 'NPU → NAU'],
      ...dense,
    ],
    usual: ['NMU → NAU', 'NAC• → NAC', 'NALU → NALU'],
  },
};

/** Side by side, at most. */
export const MOST_UNITS = 3;

/** Layers of a stack, at most. */
const MOST_LAYERS = 4;

/** The units of a list with commas, stacks with `→` or `->`; none for an empty text. Throws OptionError. */
export function unitsOf(list: string): string[] {
  if (list.trim() === '') return [];
  const named = list.split(',').map((name) => layersOf(name).join(' → '));
  if (named.length > MOST_UNITS) throw new OptionError(`it must be at most ${MOST_UNITS} units`);
  if (new Set(named).size < named.length) throw new OptionError('each unit can be there once');
  return named;
}

/** The units of a stack, from input to output. Throws OptionError. */
export function layersOf(stack: string): string[] {
  const layers = stack.split(/→|->/).map((name) => findUnit(name.trim()).name);
  if (layers.length > MOST_LAYERS) throw new OptionError(`a stack may have ${MOST_LAYERS} layers at most`);
  return layers;
}

/** Short enough for addresses; '' for the usual ones. */
export function listOf(units: readonly string[], operation: OperationName): string {
  const usual = operations[operation].usual.join() === units.join();
  return usual ? '' : units.map((name) => name.replaceAll(' → ', '->')).join(',');
}

/** What is offered for an operation. */
export function offered(operation: OperationName): readonly string[] {
  const { capable, stacks } = operations[operation];
  return [...capable, ...stacks];
}

const signs: Readonly<Record<string, string>> = { '×': '*', '·': '*', '÷': '/', '−': '-' };

/**
 * A formula as people write it, in the library's notation: x₁ and x₂, or x1 and x2, are its x0 and x1. Where plain names count
 * from x0 already, they stay.
 */
export function libraryFormula(text: string): string {
  const fromZero = /\bx0\b/.test(text);
  return text
    .replace(/[×·÷−]/g, (sign) => signs[sign] as string)
    .replace(/\bx([1-9]\d*)\b/g, (name, index) => (fromZero ? name : `x${index - 1}`))
    .replace(/\bx([₀-₉]+)/g, (_, digits: string) => {
      const index = [...digits].map((digit) => digit.charCodeAt(0) - 0x2080).join('');
      return `x${Number(index) - 1}`;
    });
}
