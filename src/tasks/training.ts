/** How the models of a cell are trained, as records tell it. */

import type { Regularizer } from '../units/regularizer.ts';
import type { Cell } from './benchmark.ts';

/**
 * By name: steps, and by how much the published schedules were stretched for them; batch, log points, learning rate and
 * optimiser; and where there are any, penalty, clipping and reinitialization, with the schedules that were used.
 */
export function trainingOf({ options, stretch }: Cell): Readonly<Record<string, number | string>> {
  const { steps, batch, logEvery, learningRate, optimizer, regularizers, reinitialization } = options;
  const { clipGradient, clipGradientNorm } = options;
  const penalty = regularizers?.find((regularizer) => regularizer !== null);
  return {
    steps,
    stretch,
    batch,
    logEvery,
    learningRate,
    optimizer: typeof optimizer === 'object' ? textOf(optimizer) : (optimizer ?? 'adam'),
    ...(penalty && { penalty: penaltyText(penalty) }),
    ...(clipGradient !== undefined && { clipGradient }),
    ...(clipGradientNorm !== undefined && { clipGradientNorm }),
    ...(reinitialization && { reinitialization: textOf(reinitialization) }),
  };
}

function penaltyText({ strength, reduction, schedule }: Regularizer): string {
  const { kind, ...steps } = schedule;
  return textOf({ strength, reduction, schedule: kind, ...steps });
}

/** `every 10, history 5000, error 1` */
const textOf = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(7)) : value}`)
    .join(', ');
