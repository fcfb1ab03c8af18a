/** A model as a table of text, for people. */

import { parameterCounts } from '../../shaders/kernels/parameters.ts';
import { parameterNames, type ResolvedModel } from './description.ts';

/** One line per layer: its unit, its shape, and its raw parameters with their number; then their sum. */
export function summarize({ layers }: ResolvedModel): string {
  const rows = layers.map((layer, index) => [
    String(index),
    layer.record.name,
    `${layer.inputs} → ${layer.outputs}`,
    String(parameterCounts(layer).all),
    parameterNames(layer)
      .map(({ name, shape }) => `${name} [${shape.join(', ')}]`)
      .join(', '),
  ]);
  const total = layers.reduce((sum, layer) => sum + parameterCounts(layer).all, 0);
  const table = [['layer', 'unit', 'shape', 'parameters', ''], ...rows, ['total', '', '', String(total), '']];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          column === 3 ? cell.padStart(widths[3] ?? 0) : cell.padEnd(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
