/** How a model's kernels are to be cut into tiles: what is asked for, and the same checked. */

import { OptionError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { checkOptions } from '../../options/check.ts';
import {
  anything,
  called,
  type Description,
  either,
  type Fields,
  having,
  list,
  number,
  oneOf,
  options,
} from '../../options/kinds.ts';
import type { NamedLayer } from './layers.ts';
import type { TileChoice } from './tiles.ts';
import { powerOfTwo, type TiledKernel } from './tiling.ts';
import { tilingFault } from './tiling-check.ts';

/** Where calibrated tilings are kept between sessions: `browserStore` of nalu-webgpu/io or `folderStore`, for example. */
export interface TileStore {
  read(name: string): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/** How long the calibration of tiles may take, and where its results are kept. */
export interface CalibrationOptions {
  /**
   * Milliseconds that the calibration of a model may take in all, compilation included. Default 3000. When they are used
   * up, the best so far is taken; the next model on the same device, or with the same store, goes on from there.
   */
  budget?: number;
  /** Default: tilings are kept as long as the Gpu is. */
  store?: TileStore;
}

/** How the kernels of a model are cut into tiles. */
export interface TileOptions {
  /**
   * How the kernels are cut into tiles. Default: by a rule that knows the shapes and the kind of adapter alone, as in every
   * other model, so that a run can be repeated to the bit in another session. `'calibrate'` times a few tilings of each kernel
   * when the first pass over so many rows is prepared (`predict`, `createTrainer`, `train`, `gradients`), and takes the
   * fastest. Another tiling may add in another order, so results differ in the last bits: to repeat a run, pass what its
   * model says in `tiles`. What such a list does not name follows the rule.
   */
  tiles?: 'calibrate' | readonly TileChoice[];
  /** For `tiles: 'calibrate'`. */
  calibration?: CalibrationOptions;
}

const calibrationFields: Fields<CalibrationOptions> = {
  budget: number({ least: 0, infinite: true, what: 'milliseconds, at least 0' }),
  store: having<TileStore>(
    'a store with read and write, as browserStore() and folderStore() give',
    'read',
    'write',
  ),
};

const tilesDescription: Description<TileOptions> = {
  fields: {
    tiles: called(
      "'calibrate' or the tiles of a model",
      either(oneOf('calibrate'), list(anything<TileChoice>('a tiling'))),
    ),
    calibration: options({ fields: calibrationFields }),
  },
};

const kernels: readonly string[] = ['forward', 'inputs', 'weights'] satisfies TiledKernel[];

/** Milliseconds. */
const DEFAULT_BUDGET = 3000;

/** The tilings given, and what calibration may use. Throws OptionError for tilings that do not fit a layer or the adapter. */
export function resolveTiles(gpu: Gpu, layers: readonly NamedLayer[], wanted: TileOptions) {
  const { tiles: given = [], calibration = {} } = checkOptions(
    tilesDescription,
    wanted,
    'createTiledModel()',
  );
  if (given === 'calibrate') {
    const { budget = DEFAULT_BUDGET, store } = calibration;
    return { given: [], calibration: { budget, store } };
  }
  for (const [index, choice] of given.entries()) {
    const fault = choiceFault(gpu, layers, choice);
    if (fault) throw new OptionError(`tiles[${index}]${fault}`);
  }
  return { given, calibration: undefined };
}

/** What is wrong with an entry of `tiles`, beginning with the name of the part. */
function choiceFault(gpu: Gpu, layers: readonly NamedLayer[], choice: TileChoice): string | undefined {
  if (typeof choice !== 'object' || choice === null) return ` is ${String(choice)}; it must be an object`;
  const { kernel, rows, tiling } = choice;
  const layer = layers[choice.layer];
  if (!layer) return `.layer is ${String(choice.layer)}; the model has ${layers.length} layers, from 0 on`;
  if (!kernels.includes(kernel)) return `.kernel is '${String(kernel)}'; kernels are ${kernels.join(', ')}`;
  if (!(Number.isSafeInteger(rows) && rows >= 1 && powerOfTwo(rows) === rows)) {
    return `.rows is ${String(rows)}; it must be a power of two`;
  }
  const fault = tilingFault(gpu, layer, kernel, tiling);
  return fault && `.tiling${fault}`;
}
