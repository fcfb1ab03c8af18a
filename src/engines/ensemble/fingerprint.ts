/** Tells apart runs that must not go on from each other's states. */

import type { ResolvedEnsemble } from './options.ts';
import {
  evaluationConstants,
  evaluationKernel,
  initialState,
  runConstants,
  scheduleRows,
  setTable,
  sideBySide,
  trainingKernel,
  trainingTable,
} from './uploads.ts';

/** Steps whose schedule is digested at a time. */
const BLOCK = 4096;
/** Kernels are compared as they would be with these lanes; what a state was trained with stands in the state. */
const LANES = { lanes: 4, subgroups: false };

/**
 * Fingerprints of an ensemble's states. It is made of everything that reaches the GPU (see `uploads.ts`): texts of the
 * kernels, uniforms, initial parameters, tables, rows, and the schedules' values at every step so far. So two runs have
 * the same fingerprint at a step exactly if they have the same trajectory up to it on the same adapter; a run may be made
 * longer, or its schedules changed for the steps that are still to come.
 */
export class Fingerprint {
  readonly #resolved: ResolvedEnsemble;
  /** Digest of all that is fixed, then of each whole block of the schedules together with the digest before. */
  readonly #digests: Promise<Digest>[];

  /** `label`: what else must be equal for a state to fit, such as the adapter. */
  constructor(resolved: ResolvedEnsemble, label = '') {
    this.#resolved = resolved;
    this.#digests = [fixedParts(resolved, label).then(digest)];
  }

  /** The fingerprint of the state after `step` steps, 64 hexadecimal digits. */
  async at(step: number): Promise<string> {
    const whole = Math.floor(step / BLOCK);
    for (let block = this.#digests.length - 1; block < whole; block++) {
      const before = this.#digests[block] as Promise<Digest>;
      this.#digests.push(before.then((known) => this.#extend(known, block * BLOCK, BLOCK)));
    }
    const last = await this.#extend(
      await (this.#digests[whole] as Promise<Digest>),
      whole * BLOCK,
      step % BLOCK,
    );
    return Array.from(last, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  #extend(before: Digest, first: number, count: number): Promise<Digest> {
    return digest([before, bytesOf(scheduleRows(this.#resolved, first, count))]);
  }
}

type Digest = Uint8Array<ArrayBuffer>;

async function fixedParts(resolved: ResolvedEnsemble, label: string): Promise<Uint8Array[]> {
  const { recipe, data, sets, logEvery, validation, stop, reinitialization } = resolved;
  const texts = [
    label,
    trainingKernel(resolved, LANES).code,
    ...sets.map((_, index) => evaluationKernel(resolved, index, LANES).code),
    JSON.stringify([
      runConstants(resolved),
      sets.map((set) => evaluationConstants(resolved, set)),
      { logEvery, validation, stop: stop?.set, reinitialization },
    ]),
  ];
  return [
    ...texts.map((text) => new TextEncoder().encode(text)),
    bytesOf(Float32Array.from(recipe.hyper)),
    bytesOf(await initialState(resolved)),
    // Models that are reinitialized draw again.
    ...(reinitialization ? [bytesOf(await initialState(resolved, { draws: 1 }))] : []),
    new Uint8Array(trainingTable(resolved)),
    ...(data ? [bytesOf(sideBySide(data))] : []),
    ...sets.flatMap((set, index) => [
      bytesOf(setTable(resolved, index)),
      ...(set.kind === 'data' ? [bytesOf(sideBySide(set))] : []),
    ]),
  ];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** SHA-256 of parts, each with its length, so that no part can pass for the end of another. */
async function digest(parts: readonly Uint8Array[]): Promise<Digest> {
  const total = parts.reduce((sum, { length }) => sum + 8 + length, 0);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const part of parts) {
    view.setFloat64(at, part.length);
    bytes.set(part, at + 8);
    at += 8 + part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
