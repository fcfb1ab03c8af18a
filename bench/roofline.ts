/**
 * Ceilings of an adapter, for judging kernels: multiply-adds in registers, exp and log, loads, and barriers.
 * In Node over Dawn: `node tools/run.mjs bench/roofline.ts`; in a page, call `roofline` with a Gpu.
 */

import { math } from '../shaders/math.wgsl.ts';
import { describeAdapter, type Gpu, nodeGpu, requestGpu } from '../src/index.node.ts';

export interface Ceiling {
  readonly name: string;
  /** Operations of all threads per second, in 1e9: median of the rounds. */
  readonly rate: number;
}

const GROUPS = 1024;
const SIZE = 4;
const TURNS = 256;
const ROUNDS = 7;

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join('\n  ');

interface Probe {
  readonly name: string;
  readonly type?: 'f32' | 'vec4f';
  /** Operations per turn and thread, and the statements of one turn over the variables a0 to a7. */
  readonly operations: number;
  readonly turn: string;
}

const eight = (write: (a: string, index: number) => string): string =>
  repeat(8, (index) => `a${index} = ${write(`a${index}`, index)};`);

const probes: readonly Probe[] = [
  { name: 'multiply-add, scalar', operations: 32, turn: repeat(4, () => eight((a) => `${a} * 0.5 + s`)) },
  { name: 'multiply-add, vec4', type: 'vec4f', operations: 32, turn: eight((a) => `${a} * 0.5 + s`) },
  { name: 'exp, built-in', operations: 8, turn: eight((a) => `exp(${a})`) },
  { name: 'exp, ours', operations: 8, turn: eight((a) => `m_exp(${a})`) },
  { name: 'log, built-in', operations: 8, turn: eight((a) => `log(${a})`) },
  { name: 'log, ours', operations: 8, turn: eight((a) => `m_log(${a})`) },
  {
    name: 'load of a float, as vec4',
    type: 'vec4f',
    operations: 32,
    turn: eight((a, index) => `${a} + values[(thread + 8u * turn + ${index}u) % 4096u]`),
  },
  { name: 'workgroup barrier, per thread', operations: 1, turn: 'workgroupBarrier(); a0 += s;' },
];

const shader = ({ type = 'f32', turn }: Probe): string => `${math}
@group(0) @binding(0) var<storage, read_write> result: array<${type}>;
@group(0) @binding(1) var<storage, read> values: array<vec4f>;
@compute @workgroup_size(${SIZE})
fn main(@builtin(global_invocation_id) id: vec3u) {
  let thread = id.x;
  let s = values[thread].x + f32(thread);
  ${repeat(8, (index) => `var a${index} = ${type}(s + ${index}.5);`)}
  for (var turn = 0u; turn < ${TURNS}u; turn++) {
  ${turn}
  }
  result[thread] = ${Array.from({ length: 8 }, (_, index) => `a${index}`).join(' + ')};
}
`;

/** Measures every ceiling; each round takes all probes in turn, so that a busy moment does not hit only one. */
export async function roofline(gpu: Gpu): Promise<Ceiling[]> {
  const threads = GROUPS * SIZE;
  const { device } = gpu;
  const buffers = ['result', 'values'].map((label) =>
    device.createBuffer({ label, size: 16 * threads, usage: GPUBufferUsage.STORAGE }),
  );
  const runs = await Promise.all(
    probes.map(async (probe) => {
      const module = device.createShaderModule({ code: shader(probe) });
      const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module } });
      const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
      const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
      const run = async (): Promise<number> => {
        const start = performance.now();
        const encoder = device.createCommandEncoder();
        const pass = encoder.beginComputePass();
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(GROUPS);
        pass.end();
        device.queue.submit([encoder.finish()]);
        await gpu.finished();
        return (threads * TURNS * probe.operations) / (performance.now() - start) / 1e6;
      };
      return { name: probe.name, run, rates: [] as number[] };
    }),
  );
  for (const { run } of runs) await run();
  for (let round = 0; round < ROUNDS; round++) for (const { run, rates } of runs) rates.push(await run());
  for (const buffer of buffers) buffer.destroy();
  const median = (rates: number[]) => rates.sort((a, b) => a - b)[(ROUNDS - 1) / 2] as number;
  return runs.map(({ name, rates }) => ({ name, rate: median(rates) }));
}

if (typeof process !== 'undefined' && process.argv[1]?.endsWith('roofline.ts')) {
  const { gpu: api } = await nodeGpu();
  const gpu = await requestGpu({ gpu: api });
  console.log(describeAdapter(gpu.adapter));
  for (const { name, rate } of await roofline(gpu))
    console.log(`${name.padEnd(32)}${rate.toFixed(3)} G per second`);
  gpu.dispose();
}
