import { expect, it } from 'vitest';
import { resolveEnsemble } from '../../src/engines/ensemble/resolve.ts';
import { toTargets } from '../../src/model/data.ts';
import { losses } from '../../src/model/losses.ts';
import { resolveLoss } from '../../src/model/training.ts';
import '../../src/units/registry.ts';

it('a cross-entropy refuses targets that are no probabilities, and says where they are', () => {
  const rules = resolveLoss('binaryCrossEntropy');
  expect([
    ...toTargets(
      'y',
      [
        [0, 1],
        [0.5, 0.25],
      ],
      2,
      2,
      rules,
    ).data,
  ]).toEqual([0, 1, 0.5, 0.25]);
  expect(() =>
    toTargets(
      'y',
      [
        [0, 1],
        [0.5, 4],
      ],
      2,
      2,
      rules,
    ),
  ).toThrow('y, row 1, column 1: 4; this loss takes targets from 0 to 1');
  expect(() => toTargets('y', [[0, -1, 0]], 3, 1, resolveLoss('softmaxCrossEntropy'))).toThrow(
    'y, row 0, column 1: -1; this loss takes targets from 0 to 1',
  );
  expect(() =>
    resolveEnsemble({
      model: { inputs: 1, layers: [{ unit: 'Linear', outputs: 1 }] },
      x: [[1], [2]],
      y: [[1], [2]],
      loss: 'binaryCrossEntropy',
      seeds: [0],
    }),
  ).toThrow('y, row 1: 2; this loss takes targets from 0 to 1');
});

it('classes are as many as the rows, also where their count would make rows', () => {
  const rules = resolveLoss('softmaxCrossEntropy');
  const classes = (count: number) => Float32Array.from({ length: count }, (_, at) => at % 3);
  expect(() =>
    resolveEnsemble({
      model: { inputs: 1, layers: [{ unit: 'Linear', outputs: 3 }] },
      x: classes(40),
      y: classes(39),
      loss: 'softmaxCrossEntropy',
      seeds: [0],
    }),
  ).toThrow('x has 40 rows but y has 39; they must be equal');
  expect(toTargets('y', classes(40), 3, 40, rules).rows).toBe(40);
  expect(toTargets('y', new Float32Array(120).fill(1 / 3), 3, 40, rules).rows).toBe(40);
});

it('every other loss takes any', () => {
  for (const name of Object.keys(losses) as (keyof typeof losses)[]) {
    if (name === 'binaryCrossEntropy') continue;
    expect([...toTargets('y', [[-7], [1e9]], 1, 2, resolveLoss(name)).data]).toEqual([-7, 1e9]);
  }
});
