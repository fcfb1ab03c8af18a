/** A short text that differs between runs that must not go on from each other's states. */

import type { ResolvedEnsemble } from './options.ts';

/** Of the architecture, the models, how they are trained and the data; not of how many steps. */
export function fingerprintOf({
  model,
  seeds,
  learningRates,
  batch,
  recipe,
  data,
  columns,
}: ResolvedEnsemble) {
  const layers = model.layers.map(({ record, inputs, outputs, options, initialization }) => [
    record.name,
    inputs,
    outputs,
    options,
    initialization,
  ]);
  const { hyper, regularizers, clip } = recipe;
  const text = JSON.stringify([layers, seeds, learningRates, batch, hyper, regularizers, clip, columns]);
  const numbers = data ? [data.x.data, data.y.data] : [];
  const parts = [Uint16Array.from(text, (letter) => letter.charCodeAt(0)), ...numbers.map(bitsOf)];
  return parts.map((part) => hashOf(part).toString(16).padStart(8, '0')).join('-');
}

const bitsOf = ({ buffer, byteOffset, length }: Float32Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, length);

/** FNV-1a, over words instead of bytes. */
function hashOf(words: ArrayLike<number>): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < words.length; k++) hash = Math.imul(hash ^ (words[k] as number), 0x01000193) >>> 0;
  return hash;
}
