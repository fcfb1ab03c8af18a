/** The stacks of units that a formula is looked for in. */

import { OptionError } from '../errors.ts';
import type { LayerDescription, ModelDescription } from '../model/description.ts';
import type { UnitName } from '../units/descriptions.ts';
import { findUnit } from '../units/registry.ts';
import type { Initialization } from '../units/unit.ts';

export interface Architecture {
  /** `RealNPU(2) → Linear` */
  readonly name: string;
  /** For a table of `inputs` columns and one target. */
  model(inputs: number): Omit<ModelDescription, 'seed'>;
}

/**
 * Initial values of the search where the unit's own would hinder it. The gates of the power units start wide open, where no
 * derivative moves them: a power of zero leaves an input out as well, and there is one way less to be stuck. Their weights
 * start among the powers that laws have.
 */
const power: Initialization[string] = { kind: 'uniform', low: -1.5, high: 1.5 };
const open: Initialization[string] = { kind: 'constant', value: 2 };
const starts: Readonly<Record<string, string | Initialization>> = {
  RealNPU: { W_re: power, g: open },
  NPU: { W_re: power, W_im: { kind: 'constant', value: 0 }, g: open },
  NALU: 'madsen',
};

/** Widths of hidden layers that are allowed. */
const MOST_WIDTH = 64;

/**
 * The architecture called `text`: units from input to output, parted by `->` or `→`, each with its width in brackets or, left
 * out, with `width`; the last has one output. Throws OptionError.
 */
export function parseArchitecture(text: string, width = 2): Architecture {
  const parts = text.split(/->|→/).map((part) => part.trim());
  const layers = parts.map((part, k): LayerDescription => {
    const [, name = '', own] = /^(.*?)(?:\s*\(\s*(\d+)\s*\))?$/.exec(part) ?? [];
    const unit = findUnit(name.replaceAll('*', '•')).name as UnitName;
    const last = k === parts.length - 1;
    const outputs = own === undefined ? (last ? 1 : width) : Number(own);
    if (last ? outputs !== 1 : !(outputs >= 1 && outputs <= MOST_WIDTH)) {
      throw new OptionError(
        `architecture '${text}': ${unit} has ${outputs} outputs; ` +
          (last ? 'the last layer must have 1' : `a hidden layer may have 1 to ${MOST_WIDTH}`),
      );
    }
    const initialization = starts[unit];
    return { unit, outputs, ...(initialization !== undefined && { initialization }) };
  });
  const name = layers
    .map(({ unit, outputs }, k) => (k === layers.length - 1 ? unit : `${unit}(${outputs})`))
    .join(' → ');
  return { name, model: (inputs) => ({ inputs, layers }) };
}

/**
 * What is searched unless architectures are named, the cheapest and the most common forms first: sums of columns, one product of
 * powers, products of columns, sums of several of them, and powers of sums and differences. A last linear layer gives each its
 * constants.
 */
export function defaultArchitectures(width?: number): Architecture[] {
  const names =
    width === undefined
      ? [
          'Linear',
          'RealNPU(1) -> Linear',
          'NMU(2) -> Linear',
          'RealNPU(2) -> Linear',
          'NAU(2) -> RealNPU(1) -> Linear',
          'NALU(2) -> Linear',
          'RealNPU(3) -> Linear',
          'NMU(3) -> Linear',
        ]
      : [
          'Linear',
          'RealNPU(1) -> Linear',
          'NMU -> Linear',
          'RealNPU -> Linear',
          'NAU -> RealNPU(1) -> Linear',
          'NALU -> Linear',
        ];
  const found = new Map(names.map((name) => parseArchitecture(name, width)).map((each) => [each.name, each]));
  return [...found.values()];
}
