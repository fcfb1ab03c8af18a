import { expect, it } from 'vitest';
import {
  examples,
  HIDDEN,
  kinds,
  naluAnswer,
  networkAnswer,
} from '../../demo/src/experiments/product/plan.ts';
import trained from '../../demo/src/experiments/product/trained.json' with { type: 'json' };
import { toMatrix } from '../../src/model/data.ts';
import { resolveModel } from '../../src/model/description.ts';
import { predict64 } from '../../src/model/evaluate.ts';
import { createRandom } from '../../src/random.ts';
import { relativeError } from '../support/compare.ts';

const rows = [
  [1, 1],
  [3, 7],
  [10, 10],
  [27, 34],
  [0.5, 250],
  [123_456, 7],
] as const;

it('answers of the figure are those of the library, for any weights of the NALU', () => {
  const random = createRandom(3);
  for (let trial = 0; trial < 50; trial++) {
    const [wHat, mHat, gate] = [2, 2, 0.5].map((size) => [0, 1].map(() => random.uniform(-size, size)));
    const flat = Float32Array.from([...(wHat ?? []), ...(mHat ?? []), ...(gate ?? [])]);
    const at = (place: number) => flat[place] as number;
    const weight = (input: number) => Math.tanh(at(input)) / (1 + Math.exp(-at(2 + input)));
    const numbers = [weight(0), weight(1), at(4), at(5)];
    const expected = predict64(resolveModel(kinds.nalu.model), flat, toMatrix('x', rows, 2));
    const answers = rows.map(([a, b]) => naluAnswer(numbers, a, b));
    expect(relativeError(answers, expected ?? [])).toBeLessThan(1e-9);
  }
});

it('answers of the figure are those of the library, for any weights of the network', () => {
  const random = createRandom(5);
  const { model, scale } = kinds.network;
  for (let trial = 0; trial < 20; trial++) {
    const flat = Float32Array.from({ length: 4 * HIDDEN + 1 }, () => random.uniform(-2, 2));
    const scaled = rows.map((row) => row.map((value) => value / scale));
    const expected = predict64(resolveModel(model), flat, toMatrix('x', scaled, 2));
    const answers = rows.map(([a, b]) => networkAnswer(flat, a, b) / scale ** 2);
    expect(relativeError(answers, expected ?? [])).toBeLessThan(1e-6);
  }
});

it('the recorded NALU multiplies, and the recorded network knows its table and nothing else', () => {
  const errors = examples.map(({ x: [a, b], y }) => networkAnswer(trained.network, a, b) - y);
  expect(Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length)).toBeLessThan(1);
  for (const [a, b] of [
    [12, 13],
    [27, 34],
    [40, 40],
    [1234, 5678],
  ] as const) {
    expect(Math.abs(naluAnswer(trained.nalu, a, b) / (a * b) - 1)).toBeLessThan(1e-5);
    expect(Math.abs(networkAnswer(trained.network, a, b) / (a * b) - 1)).toBeGreaterThan(0.05);
  }
});
