/** Tables without a law: what is found in them is found wrongly. */

import { createRandom } from '../../src/random.ts';

/** Rows as they stand in a table: x is [rows, columns]. */
export interface Rows {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface NoLaw {
  readonly name: string;
  /** Columns of inputs. */
  readonly width: number;
  /** Draws a table of `rows` rows, or of its own number where it is a small one. */
  readonly draw: (rows: number, seed: number) => Rows;
}

type Random = ReturnType<typeof createRandom>;
/** Targets of rows [rows, width]. */
type Kind = (x: Float64Array, width: number, random: Random) => Float64Array;

const TABLES = 30;
/** Every third table has few rows, so many at least and at most. */
const FEW = { least: 12, most: 40 };

const eachRow = (x: Float64Array, width: number, f: (row: Float64Array) => number): Float64Array =>
  Float64Array.from({ length: x.length / width }, (_, row) => f(x.subarray(row * width, (row + 1) * width)));

/** A network of random weights, as smooth as its inner weights are small. */
function network(width: number, random: Random, inner: number): (row: Float64Array) => number {
  const units = Array.from({ length: 12 }, () => Array.from({ length: width + 2 }, () => random.normal()));
  return (row) =>
    units.reduce((sum, own) => {
      const at = row.reduce(
        (total, value, c) => total + inner * (own[c] as number) * value,
        own[width] as number,
      );
      return sum + (own[width + 1] as number) * Math.tanh(at);
    }, 0);
}

const kinds: Readonly<Record<string, Kind>> = {
  noise: (x, width, random) => eachRow(x, width, () => random.normal()),
  steps: (x, width) =>
    eachRow(x, width, (row) =>
      row.reduce((sum, value, c) => sum + (c + 1) * Math.floor(value * (1 + (c % 2))), 0),
    ),
  'a smooth network': (x, width, random) => eachRow(x, width, network(width, random, 0.4)),
  'a network': (x, width, random) => eachRow(x, width, network(width, random, 1)),
  shuffled: (x, width, random) => {
    const y = eachRow(x, width, (row) => row.reduce((product, value) => product * value, 1));
    for (let at = y.length - 1; at > 0; at--) {
      const other = Math.floor((at + 1) * random.uniform());
      [y[at], y[other]] = [y[other] as number, y[at] as number];
    }
    return y;
  },
  piecewise: (x, width, random) => {
    const pieces = Array.from({ length: 3 }, () => Array.from({ length: width + 1 }, () => random.normal()));
    const [first, second] = [random.uniform(1, 2), random.uniform(2.5, 3.5)];
    return eachRow(x, width, (row) => {
      const own = pieces[(row[0] as number) < first ? 0 : (row[0] as number) < second ? 1 : 2] as number[];
      return row.reduce((sum, value, c) => sum + (own[c] as number) * value, own[width] as number);
    });
  },
  'a random walk': (x, width, random) => {
    // The first column is time, and the last, where there are several, a walk of its own.
    let [own, other] = [random.normal(), random.normal()];
    return eachRow(x, width, (row) => {
      own += random.normal();
      other += random.normal();
      if (width > 1) row[width - 1] = other;
      return own;
    });
  },
  'small numbers': (x, width, random) => {
    for (let at = 0; at < x.length; at++) x[at] = Math.floor(1 + 5 * random.uniform());
    return eachRow(x, width, () => Math.floor(1 + 6 * random.uniform()));
  },
};

export function tablesWithoutLaw(): NoLaw[] {
  const names = Object.keys(kinds);
  return Array.from({ length: TABLES }, (_, k): NoLaw => {
    const kind = names[k % names.length] as string;
    const width = 1 + ((k + Math.floor(k / names.length)) % 5);
    const low = k % 2 ? 1 : -2;
    return {
      name: `${kind} ${k}`,
      width,
      draw(rows, seed) {
        const random = createRandom(seed + k, 0xa0);
        const own = k % 3 === 2 ? Math.round(random.uniform(FEW.least, FEW.most)) : rows;
        const inputs = Float64Array.from({ length: own * width }, () => random.uniform(low, 4));
        if (kind === 'a random walk') for (let row = 0; row < own; row++) inputs[row * width] = 1 + row;
        const y = (kinds[kind] as Kind)(inputs, width, random);
        return { x: inputs, y };
      },
    };
  });
}
