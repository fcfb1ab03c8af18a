/** The kernels of a model, as they are compiled on the adapter in use: recorded while it trains a step with either engine. */

import {
  createModel,
  findUnit,
  type ModelDescription,
  OptionError,
  requestGpu,
  trainEnsemble,
} from '../index.ts';
import { readableWgsl } from './wgsl-text.ts';

export interface KernelText {
  readonly engine: 'ensemble' | 'layered';
  readonly label: string;
  /** Without comments and without declarations that it does not use. */
  readonly code: string;
}

/** Reads `NALU 2->1`, or `NAU 3->2->1` and `NAU -> NMU 3->2->1`: units, then the width of every layer. */
export function readKernelModel(text: string): ModelDescription {
  const [, names = '', widths = ''] = /^(.*?)\s*(\d+(?:\s*(?:->|→)\s*\d+)+)$/.exec(text.trim()) ?? [];
  const [inputs, ...outputs] = widths.split(/\s*(?:->|→)\s*/).map(Number);
  const units = names.split(/\s*(?:->|→)\s*/).filter(Boolean);
  if (units.length === 1) units.push(...outputs.slice(1).map(() => units[0] as string));
  if (!inputs || outputs.length === 0 || units.length !== outputs.length) {
    throw new OptionError(
      `--kernel is '${text}': it must be units and the width of every layer, such as "NALU 2->1" or "NAU -> NMU 3->2->1"`,
    );
  }
  return {
    inputs,
    layers: units.map((unit, k) => ({
      unit: findUnit(unit.replaceAll('*', '•')),
      outputs: outputs[k] as number,
    })),
  };
}

/** Every kernel that `model` trains and predicts with, in the order in which they are first used. */
export async function kernelsOf(gpu: GPU, model: ModelDescription): Promise<KernelText[]> {
  const found = new Map<string, KernelText>();
  let engine: KernelText['engine'] = 'ensemble';
  const recording = await recordingGpu(gpu, (label, code) => {
    const text = readableWgsl(code);
    found.set(`${engine} ${text}`, { engine, label, code: text });
  });
  try {
    const outputs = model.layers.at(-1)?.outputs ?? 1;
    const row = (length: number) => [Array.from({ length }, (_, i) => i + 1)];
    const data = { x: row(model.inputs), y: row(outputs) };
    await trainEnsemble(recording, {
      model,
      ...data,
      seeds: { count: 1 },
      steps: 1,
      learningRate: 0.01,
      evaluate: { test: data },
    });
    engine = 'layered';
    const one = createModel(recording, { ...model, seed: 1 });
    await one.train({ ...data, steps: 1, learningRate: 0.01 });
    await one.predict(data.x);
  } finally {
    recording.dispose();
  }
  return [...found.values()];
}

/** A device of its own, which reports every module that is compiled on it. */
function recordingGpu(gpu: GPU, onModule: (label: string, code: string) => void) {
  const recorded = {
    async requestAdapter(options?: GPURequestAdapterOptions) {
      const adapter = await gpu.requestAdapter(options);
      if (!adapter) return adapter;
      const request = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await request(descriptor);
        const create = device.createShaderModule.bind(device);
        device.createShaderModule = (module) => {
          onModule(module.label ?? '', module.code);
          return create(module);
        };
        return device;
      };
      return adapter;
    },
    getPreferredCanvasFormat: () => gpu.getPreferredCanvasFormat(),
    wgslLanguageFeatures: gpu.wgslLanguageFeatures,
  };
  return requestGpu({ gpu: recorded as unknown as GPU });
}
