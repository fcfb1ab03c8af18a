/** What can be learnt, and which units are offered for it. */

import { units } from '../../../../src/index.ts';

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
    label: 'x₀ + x₁',
    expression: 'x0 + x1',
    capable: able('add'),
    stacks: dense,
    usual: ['NAU', 'NAC', 'NALU'],
  },
  sub: {
    label: 'x₀ − x₁',
    expression: 'x0 - x1',
    capable: able('sub'),
    stacks: dense,
    usual: ['NAU', 'NAC', 'NALU'],
  },
  mul: {
    label: 'x₀ × x₁',
    expression: 'x0 * x1',
    capable: able('mul'),
    stacks: ['NAU → NMU', 'NAC → NAC•', ...dense],
    usual: ['NMU', 'NPU', 'NALU'],
  },
  div: {
    label: 'x₀ ÷ x₁',
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
