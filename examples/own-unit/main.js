import { checkGradients, createModel, defineUnit, requestGpu, wgsl } from 'nalu-webgpu';

/** y = Σ w x² + b: a fold over the inputs with a derivative, forward and backward side by side. */
const squares = defineUnit({
  name: 'Squares',
  shader: {
    edge: ['w'],
    output: ['b'],
    weight: ['w'],
    feature: ['square'],
    accumulator: ['sum'],
    delta: ['sum'],
    code: (p) => wgsl`
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.w); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x * x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.sum + x.square * w.w);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return a.sum + s.b; }
fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta { return ${p}_Delta(dy); }
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.sum * w.w), ${p}_Weight(d.sum * x.square));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  return ${p}_Source(d.square * 2.0 * x, s);
}
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.w); }
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output { return ${p}_Output(d.sum); }
`,
  },
  initializations: {
    small: { w: { kind: 'uniform', low: -0.5, high: 0.5 }, b: { kind: 'constant', value: 0 } },
  },
});

const gpu = await requestGpu();
const { ok, worst } = await checkGradients(gpu, squares);
console.log(ok ? 'its derivative is right' : worst);

const x = Array.from({ length: 100 }, (_, i) => [(i % 10) / 5, Math.floor(i / 10) / 5]);
const y = x.map(([a, b]) => [2 * a ** 2 - b ** 2 + 0.5]);
const model = createModel(gpu, { inputs: 2, layers: [{ unit: squares, outputs: 1 }] });
await model.train({ x, y, steps: 2000, learningRate: 0.02 });
const [value] = await model.predict([[10, 20]]);
console.log('2 · 10² − 20² + 0.5 =', value);
gpu.dispose();
