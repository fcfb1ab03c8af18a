import { describe, expect, it } from 'vitest';
import { math } from '../../shaders/math.wgsl.ts';
import { type OptimizerName, optimizers } from '../../shaders/optimizers.wgsl.ts';
import { createRandom } from '../../src/random.ts';
import { type Hyper, optimizerSteps, otherHyper, type Row } from '../reference/optimizers.ts';
import { useWgsl } from '../support/run-wgsl.ts';

const run = useWgsl();
const names = Object.keys(optimizers) as OptimizerName[];

const cases = names.flatMap((name) => [
  { name, which: 'defaults', hyper: optimizers[name].hyper as Hyper },
  { name, which: 'other hyper-parameters', hyper: otherHyper[name] },
]);

const rounded = (hyper: Hyper): Hyper =>
  Object.fromEntries(Object.entries(hyper).map(([field, value]) => [field, Math.fround(value)]));

const RATE = Math.fround(0.1);
const ITEMS = 200;

/** Gradients from 1e-6 to 1e3 in size, of either sign. */
function gradients(): Float32Array {
  const random = createRandom(1);
  const scale = (item: number) => 10 ** ((item % 10) - 6);
  return Float32Array.from({ length: ITEMS * steps }, (_, k) => random.normal(scale(Math.floor(k / steps))));
}

const steps = 10;

/** Ten steps from θ = 0.5 with t starting at `first`; rows of θ and state, one per item and step. */
async function trajectory(name: OptimizerName, hyper: Hyper, first: number) {
  const fields = Object.values(hyper);
  const grads = gradients();
  const per = fields.length + 1 + steps;
  const input = new Float32Array(ITEMS * per);
  for (let item = 0; item < ITEMS; item++) {
    input.set(fields, item * per);
    input[item * per + fields.length] = first;
    input.set(grads.subarray(item * steps, (item + 1) * steps), item * per + fields.length + 1);
  }
  const body = `
    let hyper = o_Hyper(${fields.map((_, k) => `real(${k}u)`).join()});
    var now = o_Updated(0.5f, vec2f());
    for (var t = 0u; t < ${steps}u; t++) {
      let step = o_begin(hyper, 0.1f, t + u32(real(${fields.length}u)));
      now = o_update(now.theta, real(${fields.length + 1}u + t), now.state, step);
      put_real(3u * t, now.theta); put_real(3u * t + 1u, now.state.x); put_real(3u * t + 2u, now.state.y);
    }`;
  const code = math + optimizers[name].code('o');
  const { reals } = await run({ code, body, input, inputs: per, outputs: 3 * steps });
  return { reals, grads };
}

/** The same in float64, with `hyper` as given. */
function expectedRows(name: OptimizerName, hyper: Hyper, grads: Float32Array, first: number) {
  return Array.from({ length: ITEMS }, (_, item) => {
    let row: Row = [0.5, 0, 0];
    return Array.from({ length: steps }, (_, t) => {
      row = optimizerSteps[name](row, grads[item * steps + t] as number, RATE, first + t, hyper);
      return row;
    });
  });
}

/** Largest error of one column, relative to the largest value it took along its trajectory. */
function worst(reals: Float32Array, expected: Row[][], column: 0 | 1 | 2): number {
  let error = 0;
  expected.forEach((rows, item) => {
    const size = Math.max(...rows.map((row) => Math.abs(row[column])), 1e-30);
    rows.forEach((row, t) => {
      const actual = reals[3 * (item * rows.length + t) + column] as number;
      error = Math.max(error, Math.abs(actual - row[column]) / size);
      if (Number.isNaN(actual)) error = Infinity;
    });
  });
  return error;
}

describe('ten steps', () => {
  it.each(cases)('of $name with $which agree with float64', async ({ name, hyper }) => {
    const { reals, grads } = await trajectory(name, hyper, 1);
    const expected = expectedRows(name, rounded(hyper), grads, 1);
    for (const column of [0, 1, 2] as const) expect(worst(reals, expected, column)).toBeLessThan(1e-6);
  });

  it('of adam go where they would with β₂ = 0.999 exactly, although 1 − β₂ in f32 is 5e-5 off', async () => {
    const { hyper } = optimizers.adam;
    const { reals, grads } = await trajectory('adam', hyper, 1);
    expect(worst(reals, expectedRows('adam', hyper, grads, 1), 0)).toBeLessThan(1e-6);
  });

  it.each(names)('of %s use only the state they declare', async (name) => {
    const { reals } = await trajectory(name, otherHyper[name], 1);
    const used = [1, 2].filter((column) => reals.some((value, k) => k % 3 === column && value !== 0));
    expect(used).toEqual([1, 2].slice(0, optimizers[name].slots));
  });
});

describe('late steps', () => {
  it.each(cases)('$name with $which at t = 10 000', async ({ name, hyper }) => {
    const { reals, grads } = await trajectory(name, hyper, 10_000);
    const expected = expectedRows(name, rounded(hyper), grads, 10_000);
    for (const column of [0, 1, 2] as const) expect(worst(reals, expected, column)).toBeLessThan(1e-6);
  });

  it('the bias correction of Adam keeps its relative accuracy', async () => {
    const betas = [0.9, 0.999, 0.5, 0.99, 0.9999, 0.999999, 0, 0.1].map(Math.fround);
    const times = [1, 2, 3, 10, 100, 1000, 10_000, 100_000, 1_000_000];
    const pairs = betas.flatMap((beta) => times.map((t) => [beta, t] as const));
    const body = `
      let step = o_begin(o_Hyper(real(0u), real(0u), 0.0f), 1.0f, u32(real(1u)));
      put_real(0u, step.scale1); put_real(1u, step.scale2);`;
    const code = math + optimizers.adam.code('o');
    const input = Float32Array.from(pairs.flat());
    const { reals } = await run({ code, body, input, inputs: 2, outputs: 2 });
    pairs.forEach(([beta, t], k) => {
      // 1 − βᵗ, without its cancellation in float64; log 0 = −∞ gives 1.
      const exact = -1 / Math.expm1(t * Math.log(beta));
      for (const scale of [reals[2 * k], reals[2 * k + 1]]) {
        expect(Math.abs((scale as number) / exact - 1), `beta ${beta}, t ${t}`).toBeLessThan(1e-6);
      }
    });
  });
});

describe('records', () => {
  it.each(names)('%s: the fields listed are those of the WGSL structs', (name) => {
    const code = optimizers[name].code('q');
    const fields = (struct: string) =>
      [...(new RegExp(`struct ${struct} {([^}]*)}`).exec(code)?.[1] ?? '').matchAll(/(\w+): f32/g)].map(
        (match) => match[1],
      );
    expect(fields('q_Hyper')).toEqual(Object.keys(optimizers[name].hyper));
    expect(fields('q_Step')).toEqual(optimizers[name].step);
    expect(Object.keys(otherHyper[name])).toEqual(Object.keys(optimizers[name].hyper));
  });
});
