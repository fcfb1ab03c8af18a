/** Where every model of an ensemble stands, and which one a workgroup takes: what both ensemble kernels share. */
import { struct } from '../struct.ts';

/** `stopped`: an evaluation found it below the bound of `stopWhen`. */
export const STATUS = { running: 0, diverged: 1, stopped: 2 } as const;

export const TrainState = struct('TrainState', {
  /** Steps done. */
  step: 'u32',
  /** The batch starts at row `offset` of shuffled epoch `epoch`. */
  epoch: 'u32',
  offset: 'u32',
  status: 'u32',
  /** Factor, 1 or 0, of penalties that wait for the validation error. */
  penalty: 'f32',
});

/** Workgroups of one row of the grid: what every device allows. */
export const GRID_WIDTH = 65535;

/** The grid for `count` workgroups, two-dimensional where one row does not hold them. */
export const gridFor = (count: number): [number, number, number] => [
  Math.min(count, GRID_WIDTH),
  Math.ceil(count / GRID_WIDTH),
  1,
];

/**
 * Declares `model`, the one this workgroup (`group`) owns, or returns where the grid has a workgroup too many. `uniform` has
 * the fields `first` and `count`: the part of the list `models` that the dispatch takes.
 */
export const findModel = (uniform: string): string => `let group_index = group.y * ${GRID_WIDTH}u + group.x;
  if (group_index >= ${uniform}.count) { return; }
  let model = models[${uniform}.first + group_index];`;
