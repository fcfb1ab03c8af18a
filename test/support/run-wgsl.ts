/**
 * Runs a few lines of WGSL once per item on this runtime's own WebGPU: tests of shader fragments need nothing else of
 * the package.
 */

import { afterAll, beforeAll } from 'vitest';
import { wgsl } from '../../shaders/wgsl.ts';

export interface WgslSnippet {
  /** Declarations: the fragments under test. */
  code: string;
  /** Statements for one item; they read `word(k)` or `real(k)`, its k-th input, and call `put(k, u32)` or `put_real`. */
  body: string;
  /** All inputs, item by item. */
  input: Uint32Array | Float32Array;
  /** Words per item, 1 unless given. */
  inputs?: number;
  outputs?: number;
}

export interface WgslResult {
  words: Uint32Array;
  reals: Float32Array;
}

const GROUP = 64;

function kernel({ code, body, inputs = 1, outputs = 1 }: WgslSnippet): string {
  return wgsl`
${code}
@group(0) @binding(0) var<storage, read> input: array<u32>;
@group(0) @binding(1) var<storage, read_write> output: array<u32>;
var<private> item: u32;
fn word(k: u32) -> u32 { return input[item * ${inputs}u + k]; }
fn real(k: u32) -> f32 { return bitcast<f32>(word(k)); }
fn put(k: u32, value: u32) { output[item * ${outputs}u + k] = value; }
fn put_real(k: u32, value: f32) { put(k, bitcast<u32>(value)); }
@compute @workgroup_size(${GROUP})
fn main(@builtin(global_invocation_id) id: vec3u) {
  item = id.x;
  if (item >= arrayLength(&output) / ${outputs}u) { return; }
  ${body}
}
`;
}

interface Compiled {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

function compile(device: GPUDevice, code: string): Compiled {
  const module = device.createShaderModule({ code });
  // Not 'auto', which leaves out what the snippet does not use.
  const types = ['read-only-storage', 'storage'] as const;
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  const pipeline = device.createComputePipeline({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module },
  });
  return { pipeline, layout };
}

/** `compiled` has the pipelines of this device by their text. */
async function run(
  device: GPUDevice,
  compiled: Map<string, Compiled>,
  snippet: WgslSnippet,
): Promise<WgslResult> {
  const { input, inputs = 1, outputs = 1 } = snippet;
  const code = kernel(snippet);
  const items = input.length / inputs;
  const size = 4 * items * outputs;
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;

  device.pushErrorScope('validation');
  const { pipeline, layout } = compiled.get(code) ?? compile(device, code);
  compiled.set(code, { pipeline, layout });
  const buffers = [
    device.createBuffer({ size: input.byteLength, usage: STORAGE | COPY_DST }),
    device.createBuffer({ size, usage: STORAGE | COPY_SRC }),
  ];
  const [source, result] = buffers as [GPUBuffer, GPUBuffer];
  const copy = device.createBuffer({ size, usage: MAP_READ | COPY_DST });
  device.queue.writeBuffer(source, 0, input.buffer, input.byteOffset, input.byteLength);
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }));
  pass.dispatchWorkgroups(Math.ceil(items / GROUP));
  pass.end();
  encoder.copyBufferToBuffer(result, 0, copy, 0, size);
  device.queue.submit([encoder.finish()]);
  const error = await device.popErrorScope();
  if (error) throw new Error(`${error.message}\n${code}`);

  await copy.mapAsync(GPUMapMode.READ);
  const bytes = copy.getMappedRange().slice(0);
  for (const buffer of [...buffers, copy]) buffer.destroy();
  return { words: new Uint32Array(bytes), reals: new Float32Array(bytes) };
}

/** A device for a test file: made before its tests, freed after them. */
export function useWgsl(): (snippet: WgslSnippet) => Promise<WgslResult> {
  let device: GPUDevice | undefined;
  const compiled = new Map<string, Compiled>();
  beforeAll(async () => {
    const adapter = await navigator.gpu?.requestAdapter();
    if (!adapter) throw new Error('no WebGPU adapter: these tests need one, a software adapter is enough');
    device = await adapter.requestDevice();
  });
  afterAll(() => device?.destroy());
  return (snippet) => {
    if (!device) throw new Error('WGSL runs only inside tests');
    return run(device, compiled, snippet);
  };
}
