import { createModel, nodeGpu, requestGpu } from 'nalu-webgpu';

// The program's own device. In a page: await (await navigator.gpu.requestAdapter()).requestDevice()
const adapter = await (await nodeGpu()).gpu.requestAdapter();
const device = await adapter.requestDevice();

const gpu = await requestGpu({ device });
const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }], seed: 1 });
const x = Array.from({ length: 200 }, (_, i) => [1 + (i % 14) / 14, 1 + (i % 15) / 15]);
await model.train({ x, y: x.map(([a, b]) => [a * b]), steps: 1000, learningRate: 0.01 });

// Its own pass: fills the inputs on the GPU.
const rows = 64;
const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = globalThis.GPUBufferUsage;
const buffer = (size, usage) => device.createBuffer({ size, usage });
const inputs = buffer(8 * rows, STORAGE | COPY_SRC | COPY_DST);
const outputs = buffer(4 * rows, STORAGE | COPY_SRC | COPY_DST);
const result = buffer(4 * rows, MAP_READ | COPY_DST);
const module = device.createShaderModule({
  code: `
    @group(0) @binding(0) var<storage, read_write> x: array<vec2f>;
    @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3u) {
      x[id.x] = vec2f(f32(id.x), 7.0);
    }`,
});
const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } });
const group = device.createBindGroup({
  layout: pipeline.getBindGroupLayout(0),
  entries: [{ binding: 0, resource: { buffer: inputs } }],
});

// Compiled once; then the model's forward pass is recorded between other passes, in one submit, without a read-back.
await model.prepare({ rows });
const encoder = device.createCommandEncoder();
const pass = encoder.beginComputePass();
pass.setPipeline(pipeline);
pass.setBindGroup(0, group);
pass.dispatchWorkgroups(1);
pass.end();
model.encode(encoder, { x: inputs, y: outputs });
encoder.copyBufferToBuffer(outputs, 0, result, 0, 4 * rows);
device.queue.submit([encoder.finish()]);

await result.mapAsync(globalThis.GPUMapMode.READ);
const y = new Float32Array(result.getMappedRange().slice(0));
console.log('12 · 7 =', y[12], ' 60 · 7 =', y[60]);
gpu.dispose(); // the device goes on
device.destroy();
