/** Forward passes x → y, each layer one dispatch, that can be recorded into any command encoder without waiting. */

import { padded } from '../../../shaders/kernels/packed.ts';
import { Arena } from '../../gpu/arena.ts';
import { type Dispatch, passOf } from '../../gpu/dispatch.ts';
import type { Kernel } from '../../gpu/kernel.ts';
import { bindDispatch, compiledKernel } from '../../gpu/prepare-dispatch.ts';
import { checkUsage, copySpan, isBindable, partOf, type Span, wholeOf } from '../../gpu/span.ts';
import { forwardKernels, type GpuLayer, type LayerKernel, packedBuffers, passInfo } from './layers.ts';
import type { Tilings } from './tiles.ts';

/** Values of the widest layer in a piece: enough to keep a GPU busy, little enough for several at a time. */
const PIECE_VALUES = 2 ** 20;

/** Rows that begin at an offset that every device can bind, whatever a row's length. */
const ALIGNED_ROWS = 64;

/** Rows of the pieces that `rows` rows go through a model in. */
export function pieceRows(layers: readonly GpuLayer[], rows: number): number {
  const widest = Math.max(...layers.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  const most = ALIGNED_ROWS * Math.max(1, Math.floor(PIECE_VALUES / widest / ALIGNED_ROWS));
  return Math.min(rows, most);
}

/** The same, so many that pieces behind the first can be bound where they are. */
export const wholePieces = (layers: readonly GpuLayer[], rows: number): number =>
  pieceRows(layers, ALIGNED_ROWS * Math.ceil(rows / ALIGNED_ROWS));

/** Places of rows that the dispatches are kept for. */
const MOST_BOUND = 32;

/** A kernel of the pass, compiled, with all it binds but for the uniform and what belongs to the caller. */
interface Stage extends LayerKernel {
  readonly kernel: Kernel;
  readonly buffers: Readonly<Record<string, GPUBuffer | undefined>>;
  readonly first: boolean;
  readonly last: boolean;
}

export class ForwardPass {
  /** Rows of a piece: more are done one piece after the other. */
  readonly rows: number;
  readonly #arena: Arena;
  readonly #stages: readonly Stage[];
  readonly #inputs: number;
  readonly #outputs: number;
  /** By number of rows. */
  readonly #infos = new Map<number, GPUBuffer>();
  /** The latest, by number of rows and places of x and y. */
  readonly #bound = new Map<string, readonly Dispatch[]>();
  /** Numbers of the caller's buffers, in the keys of `bound`. */
  readonly #numbers = new WeakMap<GPUBuffer, number>();
  #numbered = 0;
  /** Where x and y are while a kernel cannot bind the caller's. */
  #x: GPUBuffer | undefined;
  #y: GPUBuffer | undefined;

  private constructor(arena: Arena, layers: readonly GpuLayer[], rows: number, stages: readonly Stage[]) {
    this.rows = rows;
    this.#arena = arena;
    this.#stages = stages;
    this.#inputs = (layers[0] as GpuLayer).inputs;
    this.#outputs = (layers.at(-1) as GpuLayer).outputs;
  }

  /** Compiles the kernels and makes the buffers between the layers, which end with `model`, the arena of the parameters. */
  static async create(
    model: Arena,
    tilings: Tilings,
    layers: readonly GpuLayer[],
    rows: number,
  ): Promise<ForwardPass> {
    await model.guard(tilings.prepare({ rows }));
    const arena = new Arena(model, 'this forward pass');
    try {
      const last = layers.length - 1;
      let from: GPUBuffer | undefined;
      const stages = layers.flatMap((layer, index) => {
        const y = index < last ? arena.values('y', rows * layer.outputs) : undefined;
        const buffers = { theta: layer.theta, x: from, y, ...packedBuffers(arena, layer, rows) };
        from = y;
        const tiling = tilings.of(layer, 'forward', rows);
        return forwardKernels(layer, tiling, { kind: 'predict' }).map(async ({ source, grid }) => {
          const kernel = await compiledKernel(arena, source);
          return { source, grid, kernel, buffers, first: index === 0, last: index === last };
        });
      });
      const pass = new ForwardPass(arena, layers, rows, await Promise.all(stages));
      await arena.sound();
      return pass;
    } catch (error) {
      arena.dispose();
      throw error;
    }
  }

  /** Of its buffers. */
  get bytes(): number {
    return this.#arena.bytes;
  }

  /** The arena of its buffers. */
  get arena(): Arena {
    return this.#arena;
  }

  /**
   * Records the pass over `rows` rows of `x`, `[rows, inputs]`, to `y`, `[rows, outputs]`. Where a span cannot be bound as it is
   * (it was made without STORAGE, its offset is not a multiple of the device's alignment, or both are parts of one buffer), it is
   * copied, for which x needs COPY_SRC and y COPY_DST. Throws DataError otherwise.
   */
  record(encoder: GPUCommandEncoder, x: Span, y: Span, rows: number): void {
    const { device } = this.#arena.gpu;
    const oneBuffer = x.buffer === y.buffer;
    const copyX = oneBuffer || !isBindable(device, partOf(x, 0, 4 * this.rows * this.#inputs));
    const copyY = !isBindable(device, partOf(y, 0, 4 * this.rows * this.#outputs));
    if (copyX) checkUsage('x', x, 'COPY_SRC');
    if (copyY) checkUsage('y', y, 'COPY_DST');
    if (copyX) this.#x ??= this.#arena.values('x', this.rows * this.#inputs);
    if (copyY) this.#y ??= this.#arena.values('y', this.rows * this.#outputs);
    for (let row = 0; row < rows; row += this.rows) {
      const count = Math.min(this.rows, rows - row);
      const from = partOf(x, 4 * row * this.#inputs, 4 * count * this.#inputs);
      const to = partOf(y, 4 * row * this.#outputs, 4 * count * this.#outputs);
      const own = this.#x && partOf(wholeOf(this.#x), 0, from.size);
      const result = this.#y && partOf(wholeOf(this.#y), 0, to.size);
      if (copyX) copySpan(encoder, from, own as Span);
      passOf(this.dispatches(copyX ? (own as Span) : from, copyY ? (result as Span) : to, count))(encoder);
      if (copyY) copySpan(encoder, result as Span, to);
    }
  }

  /** The dispatches of one piece. */
  dispatches(x: Span, y: Span, rows: number): readonly Dispatch[] {
    const key = [rows, ...[x, y].flatMap(({ buffer, offset }) => [this.#numberOf(buffer), offset])].join();
    const bound = this.#bound.get(key) ?? this.#bind(x, y, rows);
    this.#bound.delete(key);
    this.#bound.set(key, bound);
    for (const oldest of this.#bound.keys()) {
      if (this.#bound.size <= MOST_BOUND) break;
      this.#bound.delete(oldest);
    }
    return bound;
  }

  dispose(): void {
    this.#arena.dispose();
  }

  #bind(x: Span, y: Span, rows: number): readonly Dispatch[] {
    const pass_info = this.#infoOf(rows);
    return this.#stages.map(({ source, kernel, grid, buffers, first, last }) => {
      const all = { ...buffers, pass_info, ...(first && { x }), ...(last && { y }) };
      return bindDispatch(this.#arena, source, kernel, all, grid(rows));
    });
  }

  #infoOf(rows: number): GPUBuffer {
    let info = this.#infos.get(rows);
    if (!info) {
      info = this.#arena.uniform('pass', passInfo(rows, { stride: padded(this.rows) }));
      this.#infos.set(rows, info);
    }
    return info;
  }

  #numberOf(buffer: GPUBuffer): number {
    let number = this.#numbers.get(buffer);
    if (number === undefined) {
      number = this.#numbered++;
      this.#numbers.set(buffer, number);
    }
    return number;
  }
}
