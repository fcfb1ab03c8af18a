/** A trained unit as a file: its weights, or a program that computes what it has learnt. */

import type { LayerWeights, ModelDescription } from '../../../../src/index.ts';

/** Endings of the files. */
export type FileKind = 'safetensors' | 'js' | 'py';

export async function modelFile(
  kind: FileKind,
  model: ModelDescription,
  layers: readonly LayerWeights[],
  notes: Readonly<Record<string, string>>,
): Promise<string | Uint8Array<ArrayBuffer>> {
  const parameters = layers.map((layer) => layer.parameters);
  if (kind === 'safetensors') {
    const { saveModel } = await import('../../../../src/io/index.ts');
    return saveModel({ model, parameters, notes });
  }
  const { toJavaScript, toPython } = await import('../../../../src/export/index.ts');
  return kind === 'js' ? toJavaScript({ model, parameters }) : toPython({ model, parameters });
}
