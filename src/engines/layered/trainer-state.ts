/** Everything a training of one model needs to go on to the same bits, on the CPU. */

import { Counter } from '../../../shaders/kernels/tick.wgsl.ts';
import { DataError } from '../../errors.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { GpuLayer } from './layers.ts';

/** The state of a training between two steps: parameters, optimiser and counters. Plain data, as `structuredClone` copies it. */
export interface TrainerState {
  /** Version of this record. */
  readonly version: 1;
  /** Steps done. */
  readonly step: number;
  /** Of each layer, in the order they stand on the GPU. */
  readonly parameters: readonly Float32Array<ArrayBuffer>[];
  /** What the optimiser keeps for each parameter, of each layer. */
  readonly moments: readonly Float32Array<ArrayBuffer>[];
  /** Steps, epochs, and the place in the data. */
  readonly counter: Uint32Array<ArrayBuffer>;
}

/** Where that stands on the GPU. */
export class StateBuffers {
  readonly #arena: Arena;
  readonly #parameters: readonly GPUBuffer[];
  readonly #moments: readonly GPUBuffer[];
  readonly #counter: GPUBuffer;

  constructor(
    arena: Arena,
    layers: readonly GpuLayer[],
    { moments, counter }: { moments: readonly GPUBuffer[]; counter: GPUBuffer },
  ) {
    this.#arena = arena;
    this.#parameters = layers.map(({ theta }) => theta);
    this.#moments = moments;
    this.#counter = counter;
  }

  /** The state as it is when this is called, after `step` steps. */
  async read(step: number): Promise<TrainerState> {
    const all = (buffers: readonly GPUBuffer[]) =>
      Promise.all(buffers.map((buffer) => this.#arena.readFloats(buffer)));
    const [parameters, moments, counter] = await Promise.all([
      all(this.#parameters),
      all(this.#moments),
      this.#arena.read(this.#counter),
    ]);
    return { version: 1, step, parameters, moments, counter: new Uint32Array(counter) };
  }

  /** Writes `state`. Throws DataError, before anything is written, unless it is of the same model and optimiser. */
  write(state: TrainerState): void {
    if (state?.version !== 1) {
      throw new DataError(`the state has version ${String(state?.version)}; this release reads version 1`);
    }
    if (!(Number.isSafeInteger(state.step) && state.step >= 0)) {
      throw new DataError(`the state's step is ${String(state.step)}; it must be a whole number`);
    }
    const { parameters, moments, counter } = state;
    const pairs = [
      ...this.#pairs('parameters', parameters, this.#parameters),
      ...this.#pairs('moments', moments, this.#moments),
    ];
    if (
      !(counter instanceof Uint32Array && counter.byteLength === Counter.size && counter[0] === state.step)
    ) {
      throw new DataError(
        `the state's counter does not say what its step does; it must be as it was exported`,
      );
    }
    for (const [buffer, values] of pairs) this.#arena.write(buffer, values);
    this.#arena.write(this.#counter, counter);
  }

  #pairs(name: string, values: readonly Float32Array[], buffers: readonly GPUBuffer[]) {
    if (values?.length !== buffers.length) {
      throw new DataError(
        `the state has ${name} of ${values?.length} layers; this model has ${buffers.length}`,
      );
    }
    return buffers.map((buffer, layer): [GPUBuffer, Float32Array] => {
      const own = values[layer];
      if (!(own instanceof Float32Array) || Math.max(4, own.byteLength) !== buffer.size) {
        throw new DataError(
          `the state's ${name} of layer ${layer} are ${own?.length} numbers; this model and optimiser have ${buffer.size / 4}`,
        );
      }
      return [buffer, own];
    });
  }
}
