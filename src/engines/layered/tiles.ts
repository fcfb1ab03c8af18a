/** The tilings of one model: as given, as measured, or by the rule. */

import type { AnyTiling } from '../../../shaders/kernels/contraction.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { Contraction } from './contractions.ts';
import type { NamedLayer } from './layers.ts';
import { type ModelOptions, resolveTiles, type TileChoice, type TileStore } from './tile-options.ts';
import { powerOfTwo, ruleTiling, type TiledKernel } from './tiling.ts';

export class Tilings {
  readonly #gpu: Gpu;
  readonly #choices = new Map<string, TileChoice>();
  /** What is left of the calibration's options; undefined if nothing is to be measured. */
  readonly #calibration: { budget: number; store: TileStore | undefined } | undefined;

  constructor(gpu: Gpu, layers: readonly NamedLayer[], options: ModelOptions) {
    this.#gpu = gpu;
    const { given, calibration } = resolveTiles(gpu, layers, options);
    this.#calibration = calibration;
    for (const choice of given) this.#choose(choice);
  }

  /** What was given, and what was chosen so far. */
  get choices(): readonly TileChoice[] {
    return [...this.#choices.values()];
  }

  /** The tiling of a kernel of `layer` in passes over `rows` rows; it stays what it is at first. */
  of(layer: NamedLayer, kernel: TiledKernel, rows: number): AnyTiling {
    const place = { layer: layer.index, kernel, rows: powerOfTwo(rows) };
    return (
      this.#choices.get(nameOf(place)) ??
      this.#choose({ ...place, tiling: ruleTiling(this.#gpu, layer, kernel, rows) })
    ).tiling;
  }

  /** Measures which tilings `contractions` are to have in passes over `rows` rows, if that is wanted and not yet known. */
  async calibrate(contractions: readonly Contraction[], rows: number, signal?: AbortSignal): Promise<void> {
    if (!this.#calibration) return;
    const { budget, store } = this.#calibration;
    const place = ({ layer, kernel }: Contraction) => ({
      layer: layer.index,
      kernel,
      rows: powerOfTwo(rows),
    });
    const open = contractions.filter((contraction) => !this.#choices.has(nameOf(place(contraction))));
    if (open.length === 0) return;
    // Loaded by those alone who ask for it.
    const { calibrateTiles } = await import('./calibrate.ts');
    this.#calibration.budget -= await calibrateTiles(this.#gpu, open, rows, {
      budget,
      store,
      signal,
      choose: (contraction, tiling) => this.#choose({ ...place(contraction), tiling }),
    });
  }

  #choose(choice: TileChoice): TileChoice {
    const name = nameOf(choice);
    const first = this.#choices.get(name) ?? choice;
    this.#choices.set(name, first);
    return first;
  }
}

const nameOf = ({ layer, kernel, rows }: Omit<TileChoice, 'tiling'>): string => `${layer} ${kernel} ${rows}`;
