/** Models of every unit and some stacks with rows to try them on: what exports are compared over. */

import { parameterCounts } from '../../shaders/kernels/parameters.ts';
import type { ModelToExport } from '../../src/export/index.ts';
import { resolveModel } from '../../src/model/description.ts';
import { predict64 } from '../../src/model/evaluate.ts';
import { splitParameters } from '../../src/model/weights.ts';
import { createRandom } from '../../src/random.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { units } from '../../src/units/registry.ts';

export interface ExportedModel {
  readonly name: string;
  readonly exported: ModelToExport;
  /** Row-major, numbers of float32, of either sign and zero. */
  readonly rows: Float64Array;
  /** Of the float64 equations of the units' records, scaling included, row-major. */
  readonly expected: Float64Array;
  /** Parameters of all layers in one list. */
  readonly flat: Float32Array;
}

const ROWS = 24;
const scaling = (name: string, k: number) => ({ name, offset: 0.5 * k, scale: 2 ** (1 - k) });

const stacks: Readonly<Record<string, { layers: [UnitName, number][]; scaled?: boolean }>> = {
  'NMU → Linear, scaled': {
    layers: [
      ['NMU', 3],
      ['Linear', 1],
    ],
    scaled: true,
  },
  'RealNPU → NAU': {
    layers: [
      ['RealNPU', 2],
      ['NAU', 2],
    ],
  },
  'Dense tanh → NALU → iNALU': {
    layers: [
      ['Dense tanh', 5],
      ['NALU', 3],
      ['iNALU', 2],
    ],
  },
};

/** Every unit alone with three inputs and two outputs, and the stacks. */
export function exportedModels(): ExportedModel[] {
  const alone = units.map(
    ({ name }) => [name, { layers: [[name, 2]] as [UnitName, number][], scaled: false }] as const,
  );
  return [...alone, ...Object.entries(stacks)].map(([name, { layers, scaled }], index) => {
    const random = createRandom(11, index);
    const model = {
      inputs: 3,
      layers: layers.map(([unit, outputs]) => ({ unit, outputs })),
    };
    const resolved = resolveModel(model);
    // Weights of the whole range, not only those that training begins with.
    const parts = resolved.layers.map((layer) =>
      Float32Array.from({ length: parameterCounts(layer).all }, () => 2.4 * random.uniform() - 1.2),
    );
    const flat = Float32Array.from(parts.flatMap((part) => [...part]));
    const columns = {
      inputs: ['a', 'größe', 'x y'].map(scaling),
      targets: Array.from({ length: resolved.outputs }, (_, k) => scaling(`t${k}`, k + 2)),
    };
    const rows = Float64Array.from({ length: 3 * ROWS }, (_, at) =>
      at < 3 ? 0 : Math.fround(6 * random.uniform() - 2.5),
    );
    return {
      name,
      exported: {
        model,
        parameters: resolved.layers.map((layer, k) => splitParameters(layer, parts[k] as Float32Array)),
        ...(scaled && { columns, formula: 'E = "a" */ \\ b' }),
      },
      rows,
      expected: expectedOf(resolved, flat, rows, scaled ? columns : undefined),
      flat,
    };
  });
}

function expectedOf(
  resolved: ReturnType<typeof resolveModel>,
  flat: Float32Array,
  rows: Float64Array,
  columns?: Required<ModelToExport>['columns'],
): Float64Array {
  const x = rows.map((value, at) => {
    const { offset, scale } = columns?.inputs[at % 3] ?? { offset: 0, scale: 1 };
    return (value - offset) / scale;
  });
  const matrix = { data: x as unknown as Float32Array<ArrayBuffer>, rows: ROWS, columns: 3 };
  const y = predict64(resolved, flat, matrix) as Float64Array;
  return y.map((value, at) => {
    const { offset, scale } = columns?.targets[at % resolved.outputs] ?? { offset: 0, scale: 1 };
    return value * scale + offset;
  });
}
