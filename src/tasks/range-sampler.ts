/**
 * Draws inputs from ranges: in the kernel from columns of the per-model table, so that every model of an ensemble can have
 * a range of its own, and bit for bit the same on the CPU.
 *
 * x = low + width · u with u = r_unit(bits), a multiple of 2⁻²⁴. The sum keeps the rounded product (`m_pin`), or adapters
 * that fuse it with the sum would draw other numbers. 0 is never drawn: where the sum is 0, half a step of the
 * range, width · 2⁻²⁵, stands for it, since quotients are not defined there.
 */

import { f32, wgsl } from '../../shaders/wgsl.ts';
import { OptionError } from '../errors.ts';
import type { Column } from '../model/task.ts';
import { unit } from '../random.ts';
import { type InputRange, intervalsOf } from '../range.ts';

export interface RangeSampler {
  /** Names of its columns. */
  readonly columns: readonly string[];
  /** Values of the columns: a number for all models, or one for each. */
  readonly values: Readonly<Record<string, number | readonly number[]>>;
  /** Functions that its expression uses; the same for all samplers of one kernel. */
  readonly declarations: string;
  /** Expression of a number of the range from the random word `bits`. */
  text(bits: string, column: (name: string) => string): string;
  /** The same number on the CPU. */
  draw(bits: number, column: Column): number;
}

const HALF_STEP = 2 ** -25;

/**
 * `t_uniform` draws from one interval. `t_interval` chooses one of `count` by the eight bits that r_unit leaves: each with
 * probability 1 / count if that is a power of two, else to within 1/256.
 */
const declarations = wgsl`
fn t_uniform(bits: u32, low: f32, width: f32) -> f32 {
  let u = r_unit(bits);
  let x = low + m_pin(width * u, bitcast<u32>(u));
  return select(x, width * ${f32(HALF_STEP)}, x == 0.0f);
}
fn t_interval(bits: u32, count: f32) -> u32 {
  return ((bits & 255u) * u32(count)) >> 8u;
}
`;

/**
 * A sampler of `ranges`, one for all models or one for each. `prefix` begins the names of its columns. Throws
 * OptionError.
 */
export function rangeSampler(ranges: readonly InputRange[], prefix = 'range'): RangeSampler {
  const models = ranges.map((range) => intervalsOf(range).map(rounded));
  const most = models.reduce((count, intervals) => Math.max(count, intervals.length), 0);
  const count = `${prefix}_count`;
  const low = (n: number): string => `${prefix}_low_${n}`;
  const width = (n: number): string => `${prefix}_width_${n}`;
  const each = Array.from({ length: most }, (_, n) => n);
  // A model with fewer intervals repeats its first for those it lacks.
  const ends = (n: number, part: 0 | 1): number[] =>
    models.map((intervals) => (intervals[n] ?? (intervals[0] as readonly [number, number]))[part]);
  const values: Record<string, number | readonly number[]> = {
    ...(most > 1 && { [count]: shared(models.map(({ length }) => length)) }),
    ...Object.fromEntries(
      each.flatMap((n) => [
        [low(n), shared(ends(n, 0))],
        [width(n), shared(ends(n, 1))],
      ]),
    ),
  };
  return {
    columns: Object.keys(values),
    values,
    declarations,
    text(bits, column) {
      if (most === 1) return `t_uniform(${bits}, ${column(low(0))}, ${column(width(0))})`;
      const chosen = (name: (n: number) => string): string =>
        each
          .slice(1)
          .reduce(
            (text, n) =>
              `select(${text}, ${column(name(n))}, t_interval(${bits}, ${column(count)}) == ${n}u)`,
            column(name(0)),
          );
      return `t_uniform(${bits}, ${chosen(low)}, ${chosen(width)})`;
    },
    draw(bits, column) {
      const n = most === 1 ? 0 : ((bits & 255) * column(count)) >>> 8;
      const span = column(width(n));
      const x = Math.fround(column(low(n)) + Math.fround(span * unit(bits)));
      return x === 0 ? Math.fround(span * HALF_STEP) : x;
    },
  };
}

/** Low and width in float32. Throws OptionError where these leave nothing of the interval. */
function rounded([low, high]: readonly [number, number]): readonly [number, number] {
  const start = Math.fround(low);
  const span = Math.fround(high - low);
  if (Number.isFinite(start) && Number.isFinite(span) && Math.fround(start + span) > start) {
    return [start, span];
  }
  throw new OptionError(
    `the interval [${low}, ${high}) cannot be drawn from in float32: it is too narrow, or too large`,
  );
}

/** One number where all are the same. */
const shared = (values: readonly number[]): number | readonly number[] =>
  values.every((value) => value === values[0]) ? (values[0] as number) : values;
