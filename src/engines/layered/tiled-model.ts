/** Models whose tiles are given or measured: a function of its own, so that a bundle without them is smaller. */

import { checkGpu } from '../../gpu/check-gpu.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type ModelDescription, resolveModel } from '../../model/description.ts';
import { calibrateTiles } from './calibrate.ts';
import { forwardContraction, type LayerContraction, trainingContractions } from './layer-contractions.ts';
import type { GpuLayer } from './layers.ts';
import { Model } from './model.ts';
import { resolveTiles, type TileOptions } from './tile-options.ts';
import type { TileChooser } from './tiles.ts';
import { powerOfTwo } from './tiling.ts';

/**
 * Creates a model as `createModel` does, in tiles of its own. Throws OptionError, or LimitError if the adapter cannot hold it.
 */
export function createTiledModel(gpu: Gpu, description: ModelDescription, options: TileOptions = {}): Model {
  checkGpu(gpu);
  return new Model(gpu, resolveModel(description), (layers) => chooserOf(gpu, layers, options));
}

function chooserOf(gpu: Gpu, layers: readonly GpuLayer[], options: TileOptions): TileChooser {
  const { given, calibration } = resolveTiles(gpu, layers, options);
  if (!calibration) return { given };
  const { store } = calibration;
  let { budget } = calibration;
  return {
    given,
    async prepare(tilings, { rows, training, signal }) {
      const all = training
        ? trainingContractions(layers, training)
        : layers.map((layer) => forwardContraction(layer, { kind: 'predict' }));
      const place = ({ layer, kernel }: LayerContraction) => ({
        layer: layer.index,
        kernel,
        rows: powerOfTwo(rows),
      });
      const open = all.filter((contraction) => !tilings.has(place(contraction)));
      if (open.length === 0) return;
      budget -= await calibrateTiles(gpu, open, rows, {
        budget,
        store,
        signal,
        choose: (contraction, tiling) => tilings.choose({ ...place(contraction), tiling }),
      });
    },
  };
}
