/** Compiled kernels: explicit layouts, asynchronous compilation, errors that show the WGSL around the fault. */

import type { Access, Bindings, KernelSource } from '../../shaders/bindings.ts';
import { OutOfMemoryError, ShaderError } from '../errors.ts';
import { withScopes } from './faults.ts';

export interface Kernel<B extends Bindings = Bindings> {
  readonly label: string;
  readonly code: string;
  readonly pipeline: GPUComputePipeline;
  /** A bind group for these buffers; make it once and reuse it. */
  bind(buffers: { readonly [K in keyof B]: GPUBuffer | GPUBufferBinding }): GPUBindGroup;
}

const bufferTypes: Record<Access, GPUBufferBindingType> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};

/** Value of `GPUShaderStage.COMPUTE`, spelt out because runtimes differ in where they keep the constant. */
const COMPUTE_STAGE = 4;

/** A module and its layout, both being made. */
function layOut<B extends Bindings>(device: GPUDevice, { label, code, bindings }: KernelSource<B>) {
  const module = device.createShaderModule({ label, code });
  const layout = device.createBindGroupLayout({
    label,
    entries: Object.values(bindings).map(({ access }, binding) => ({
      binding,
      visibility: COMPUTE_STAGE,
      buffer: { type: bufferTypes[access] },
    })),
  });
  const pipelineLayout = device.createPipelineLayout({ label, bindGroupLayouts: [layout] });
  return {
    module,
    layout,
    descriptor: { label, layout: pipelineLayout, compute: { module, entryPoint: 'main' } },
  };
}

const kernelOf = <B extends Bindings>(
  device: GPUDevice,
  { label, code, bindings }: KernelSource<B>,
  layout: GPUBindGroupLayout,
  pipeline: GPUComputePipeline,
): Kernel<B> => ({
  label,
  code,
  pipeline,
  bind: (buffers) =>
    device.createBindGroup({
      label,
      layout,
      entries: Object.keys(bindings).map((name, binding) => {
        const bound = buffers[name] as GPUBuffer | GPUBufferBinding;
        return { binding, resource: 'buffer' in bound ? bound : { buffer: bound } };
      }),
    }),
});

/** Compiles `source` without waiting. The error scope around the call catches what is wrong with it. */
export function compileNow<B extends Bindings>(device: GPUDevice, source: KernelSource<B>): Kernel<B> {
  const { layout, descriptor } = layOut(device, source);
  return kernelOf(device, source, layout, device.createComputePipeline(descriptor));
}

/** Compiles `source`. Rejects with a ShaderError that shows the messages with the lines around them. */
export async function compile<B extends Bindings>(
  device: GPUDevice,
  source: KernelSource<B>,
): Promise<Kernel<B>> {
  const { label, code } = source;
  const { made, fault } = withScopes(device, () => layOut(device, source));
  const { module, layout, descriptor } = made;
  // Begun before the module's messages are here: waiting for them would take as long again as the messages do.
  const begun = device.createComputePipelineAsync(descriptor);
  begun.catch(() => {});
  const [info, rejected] = await Promise.all([module.getCompilationInfo(), fault]);
  if (rejected instanceof OutOfMemoryError) throw rejected;
  const errors = info.messages.filter((message) => message.type === 'error');
  if (errors.length > 0 || rejected) {
    const shown = errors.length > 0 ? errors.map((error) => excerpt(code, error)) : [rejected?.message ?? ''];
    throw new ShaderError(`shader '${label}' does not compile:\n${shown.join('\n')}`, code);
  }
  let pipeline: GPUComputePipeline;
  try {
    pipeline = await begun;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ShaderError(`no pipeline could be made of shader '${label}': ${reason}`, code, { cause });
  }
  return kernelOf(device, source, layout, pipeline);
}

/** The message of the compiler with three lines of source on either side of the place it names. */
function excerpt(code: string, message: GPUCompilationMessage): string {
  const at = message.lineNum;
  if (at === 0) return `  ${message.message}`;
  const lines = code.split('\n');
  const shown = [`  line ${at}, column ${message.linePos}: ${message.message}`];
  for (let line = Math.max(1, at - 3); line <= Math.min(lines.length, at + 3); line++) {
    shown.push(`  ${line === at ? '>' : ' '} ${String(line).padStart(5)} | ${lines[line - 1] ?? ''}`);
  }
  return shown.join('\n');
}
