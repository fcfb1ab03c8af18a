/** A matrix as a table, each number on a background as strong as it is large; all digits on hover and on focus. */

import '../styles/matrix.css';
import type { ComponentChildren } from 'preact';
import { fixed, scientific, signed } from '../format.ts';

interface MatrixProps {
  /** What it holds, for those who hear the page. */
  label: string;
  /** `[row][column]`; undefined while there is no number. */
  values: readonly (readonly (number | undefined)[])[];
  rows: readonly ComponentChildren[];
  columns: readonly ComponentChildren[];
  /** Of a number, for tests and scripts: `[data-name=…]`. */
  name?: (row: number, column: number) => string;
  /** The size that has the strongest background. Default 1. */
  full?: number;
  /** Default 7: as many as float32 has. */
  decimals?: number;
}

export function Matrix({ label, values, rows, columns, name, full = 1, decimals = 7 }: MatrixProps) {
  return (
    <table class={`matrix ${columns.length > 3 ? 'matrix-dense' : ''}`}>
      <caption class="hidden">{label}</caption>
      <thead>
        <tr>
          <td />
          {columns.map((heading, column) => (
            <th key={column} scope="col">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((heading, row) => (
          <tr key={row}>
            <th scope="row">{heading}</th>
            {columns.map((_, column) => (
              <Cell
                key={column}
                value={values[row]?.[column]}
                full={full}
                decimals={decimals}
                {...(name && { name: name(row, column) })}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface CellProps {
  value: number | undefined;
  full: number;
  decimals: number;
  name?: string;
}

function Cell({ value, full, decimals, name }: CellProps) {
  if (value === undefined) return <td class="heat">–</td>;
  const heat = Math.min(Math.abs(value) / full, 1) || 0;
  return (
    <td
      class={`heat ${value < 0 ? 'heat-below' : 'heat-above'}`}
      style={{ '--heat': `${Math.round(100 * heat)}%` }}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard, too, can ask for all digits
      tabIndex={0}
    >
      <data value={String(value)} data-name={name}>
        {shown(value, decimals)}
      </data>
      <span class="digits">{signed(value)}</span>
    </td>
  );
}

function shown(value: number, decimals: number): string {
  if (Math.abs(value) >= 100) return scientific(value, 4);
  const text = fixed(value, decimals);
  return value !== 0 && Number(text) === 0 ? scientific(value) : text;
}
