/** Adds the lanes' sums into `totals`: by subgroup operations where a subgroup is the whole workgroup, else by memory. */
import type { SumRange } from './ensemble-layers.ts';
import type { Loops } from './loops.ts';

export interface Reduction {
  /** Module-scope declarations. */
  readonly declarations: string;
  /** Statements in uniform control flow; the totals are complete after the next workgroup barrier. */
  readonly body: string;
}

/** Floats of workgroup memory aimed at for partial sums, and values of each lane that always fit. */
const PARTIALS = 1024;
const LEAST_VALUES = 8;

/** Floats of workgroup memory that partial sums take. */
export const partialFloats = (lanes: number): number =>
  Math.max(Math.floor(PARTIALS / lanes), LEAST_VALUES) * lanes;

export function reduction(
  ranges: readonly SumRange[],
  totals: number,
  loops: Loops,
  lanes: number,
  subgroups: boolean,
): Reduction {
  const declarations = `var<workgroup> totals: array<f32, ${totals}>;\n`;
  if (subgroups) {
    const add = (value: string, at: string) =>
      `{ let total = subgroupAdd(${value}); if (lane == ${at} % ${lanes}u) { totals[${at}] = total; } }`;
    const body = ranges
      .map(({ name, count, fields, start }) =>
        loops.each(count, (e) =>
          fields
            .map((field, f) =>
              add(`${loops.at(name, e)}.${field}`, `(${start + f}u + ${loops.u32(e)} * ${fields.length}u)`),
            )
            .join('\n'),
        ),
      )
      .join('\n');
    return { declarations, body: `${add('loss_here', '0u')}\n${body}` };
  }
  // A few values at a time: every lane writes its part, then lane n adds up the parts of value n in the lanes' order.
  const width = Math.max(1, Math.floor(PARTIALS / lanes));
  const flush = (count: string, first: string) => `workgroupBarrier();
for (var n = lane; n < ${count}; n += ${lanes}u) {
  var total = 0.0;
  for (var other = 0u; other < ${lanes}u; other++) { total += partials[n * ${lanes}u + other]; }
  totals[${first} + n] = total;
}
workgroupBarrier();`;
  const write = (n: string, value: string) => `partials[(${n}) * ${lanes}u + lane] = ${value};`;
  const pieces: string[] = [write('0u', 'loss_here'), flush('1u', '0u')];
  for (const { name, count, fields, start } of ranges) {
    const each = Math.max(1, Math.floor(width / fields.length));
    for (let first = 0; first < count; first += each) {
      const here = Math.min(each, count - first);
      pieces.push(
        loops.each(here, (n) =>
          fields
            .map((field, f) => {
              const e = loops.flat(String(first), 1, n);
              return write(`${loops.u32(n)} * ${fields.length}u + ${f}u`, `${loops.at(name, e)}.${field}`);
            })
            .join('\n'),
        ),
        flush(`${here * fields.length}u`, `${start + first * fields.length}u`),
      );
    }
  }
  return {
    declarations: `${declarations}var<workgroup> partials: array<f32, ${partialFloats(lanes)}>;\n`,
    body: pieces.join('\n'),
  };
}
