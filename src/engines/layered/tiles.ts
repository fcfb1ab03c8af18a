/** The tilings of one model: by the rule, unless they are chosen otherwise. */

import type { AnyTiling } from '../../../shaders/kernels/contraction.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { TrainingKernels } from './layer-contractions.ts';
import type { NamedLayer } from './layers.ts';
import { powerOfTwo, ruleTiling, type TiledKernel } from './tiling.ts';

/** How one kernel of a model is cut into tiles. Plain data: it survives JSON. */
export interface TileChoice {
  /** Index of the layer. */
  readonly layer: number;
  readonly kernel: TiledKernel;
  /** Rows of a pass, up to this power of two and above the one before. */
  readonly rows: number;
  readonly tiling: AnyTiling;
}

/** A pass that is about to be laid out. */
export interface TiledPass {
  readonly rows: number;
  /** Of a training pass; undefined: a prediction. */
  readonly training?: TrainingKernels;
  readonly signal?: AbortSignal | undefined;
}

/** What chooses in place of the rule. */
export interface TileChooser {
  /** Choices from the start. */
  readonly given: readonly TileChoice[];
  /** Chooses for the kernels of `pass` that have no tiling yet. */
  prepare?(tilings: Tilings, pass: TiledPass): Promise<void>;
}

export class Tilings {
  readonly #gpu: Gpu;
  readonly #chooser: TileChooser | undefined;
  readonly #choices = new Map<string, TileChoice>();

  constructor(gpu: Gpu, chooser: TileChooser | undefined) {
    this.#gpu = gpu;
    this.#chooser = chooser;
    for (const choice of chooser?.given ?? []) this.choose(choice);
  }

  /** What was given, and what was chosen so far. */
  get choices(): readonly TileChoice[] {
    return [...this.#choices.values()];
  }

  /** The tiling of a kernel of `layer` in passes over `rows` rows. */
  of(layer: NamedLayer, kernel: TiledKernel, rows: number): AnyTiling {
    const place = { layer: layer.index, kernel, rows: powerOfTwo(rows) };
    const name = nameOf(place);
    if (!this.#choices.has(name)) {
      this.choose({ ...place, tiling: ruleTiling(this.#gpu, layer, kernel, rows) });
    }
    return (this.#choices.get(name) as TileChoice).tiling;
  }

  /** To be awaited before a pass asks for its tilings. */
  async prepare(pass: TiledPass): Promise<void> {
    await this.#chooser?.prepare?.(this, pass);
  }

  has(place: Omit<TileChoice, 'tiling'>): boolean {
    return this.#choices.has(nameOf(place));
  }

  /** Chooses; the first choice stays. */
  choose(choice: TileChoice): void {
    const name = nameOf(choice);
    if (!this.#choices.has(name)) this.#choices.set(name, choice);
  }
}

const nameOf = ({ layer, kernel, rows }: Omit<TileChoice, 'tiling'>): string => `${layer} ${kernel} ${rows}`;
