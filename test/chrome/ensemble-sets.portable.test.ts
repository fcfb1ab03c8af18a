import { describe, expect, it } from 'vitest';
import { declare, uniform, write } from '../../shaders/bindings.ts';
import { findModel, GRID_WIDTH, gridFor } from '../../shaders/kernels/ensemble-train-state.ts';
import { wgsl } from '../../shaders/wgsl.ts';
import { Arena } from '../../src/gpu/arena.ts';
import { prepareDispatch } from '../../src/gpu/prepare-dispatch.ts';
import {
  createEnsemble,
  DisposedError,
  type EnsembleOptions,
  type LogPoint,
  type Task,
  trainEnsemble,
} from '../../src/index.ts';
import { columnOf, drawRows } from '../../src/model/task.ts';
import { unit } from '../../src/random.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const { fround } = Math;

/** x0 + factor · x1 + x4, from numbers in [low, low + 1). Five inputs: more than one call of the generator. */
const sum = (low: number | number[], factor: number | number[]): Task => ({
  inputs: 5,
  outputs: 1,
  shader: {
    columns: ['low', 'factor'],
    input: (bits, _, column) => `${column('low')} + r_unit(${bits})`,
    target: (_, input, column) => `${input(0)} + ${column('factor')} * ${input(1)} + ${input(4)}`,
  },
  columns: { low, factor },
  twin: {
    input: (bits, _, column) => fround(column('low') + unit(bits)),
    target: (_, [a, b, , , e], column) => (a as number) + column('factor') * (b as number) + (e as number),
  },
});

const lows = [0, 1, -2, 3];
const factors = [1, -1, 2, 0.5];
const options: EnsembleOptions = {
  model: { inputs: 5, layers: [{ unit: 'NAU', outputs: 1 }] },
  seeds: [1, 2, 3, 4],
  task: sum(lows, factors),
  batch: 32,
  learningRate: 0.01,
  logEvery: 50,
  evaluate: {
    validation: { task: sum(lows, factors), rows: 1013, seed: 77 },
    extrapolation: { task: sum(10, factors), rows: 501, seed: 78 },
  },
};

describe('held-out sets that a task draws', () => {
  it('differ from model to model, and are those that the twin draws', async () => {
    using ensemble = await createEnsemble(gpu(), options);
    await ensemble.run(60);
    const { errors, parameters } = await ensemble.inspect();
    for (const [name, own, seed, rows] of [
      ['validation', sum(lows, factors), 77, 1013],
      ['extrapolation', sum(10, factors), 78, 501],
    ] as const) {
      for (const model of [0, 1, 2, 3]) {
        const { x, y } = drawRows(own, columnOf(own, model), seed, 0, rows);
        const weights = parameters.subarray(5 * model, 5 * model + 5);
        let total = 0;
        for (let row = 0; row < rows; row++) {
          const predicted = weights.reduce((sum, w, i) => sum + w * (x[5 * row + i] as number), 0);
          total += (predicted - (y[row] as number)) ** 2;
        }
        const error = errors[name]?.[model] as number;
        expect(relativeError([error], [total / rows]), `${name}, model ${model}`).toBeLessThan(1e-5);
      }
    }
  });

  it('give final errors in float64, the same in waves', async () => {
    const whole = await trainEnsemble(gpu(), { ...options, steps: 100 });
    const waves = await trainEnsemble(gpu(), { ...options, steps: 100, modelsPerWave: 3 });
    expect(whole.precision).toBe('float64');
    expect(waves.runs).toEqual(whole.runs);
    const last = whole.parameters.subarray(15, 20);
    expect(whole.errors64(3, last)).toEqual(whole.runs[3]?.errors);
    expect(whole.errors64(2, last)).not.toEqual(whole.runs[3]?.errors);
  });

  it('are refused where they do not fit', async () => {
    const set = (change: object) =>
      createEnsemble(gpu(), {
        ...options,
        evaluate: { v: { task: sum(0, 1), rows: 10, seed: 1, ...change } },
      });
    await expect(set({ rows: 0 })).rejects.toThrow(/evaluate\.v\.rows is 0/);
    await expect(set({ seed: -1 })).rejects.toThrow(/evaluate\.v\.seed is -1/);
    await expect(set({ task: sum([1, 2], 1) })).rejects.toThrow(/evaluate\.v\.task: column low has 2 values/);
    await expect(set({ task: { ...sum(0, 1), inputs: 2 } })).rejects.toThrow(/has 2 inputs/);
  });
});

describe('log points', () => {
  it('arrive in order while training goes on, and training goes on from any of them to the same bits', async () => {
    const points: LogPoint[] = [];
    using whole = await createEnsemble(gpu(), options);
    await whole.run(400, {
      onLog: async (point) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        points.push(point);
      },
    });
    expect(points.map(({ step }) => step)).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400]);
    const end = await whole.inspect();
    for (const index of [0, 3, 7]) {
      const { state, step } = points[index] as LogPoint;
      const again: number[] = [];
      using ensemble = await createEnsemble(gpu(), options);
      ensemble.importState(structuredClone(state));
      expect(ensemble.step).toBe(step);
      await ensemble.run(400 - step, { onLog: (point) => again.push(point.step) });
      expect(again).toEqual(points.slice(index + 1).map((point) => point.step));
      expect(bitsOf((await ensemble.inspect()).parameters)).toEqual(bitsOf(end.parameters));
    }
  });

  it('have the sparsity error of every model', async () => {
    using ensemble = await createEnsemble(gpu(), options);
    await ensemble.run(30);
    const { sparsityErrors, parameters } = await ensemble.inspect();
    const errors = Array.from(parameters, (w) => Math.min(Math.abs(w), Math.abs(1 - Math.abs(w))));
    const worst = [0, 1, 2, 3].map((model) => Math.max(...errors.slice(5 * model, 5 * model + 5)));
    expect([...sparsityErrors]).toEqual(worst);
  });

  it('end the run when what receives them fails', async () => {
    using ensemble = await createEnsemble(gpu(), options);
    const onLog = async ({ step }: LogPoint) => {
      if (step === 100) throw new Error('no room on the disk');
    };
    await expect(ensemble.run(5000, { onLog })).rejects.toThrow('no room on the disk');
    expect(ensemble.step).toBeLessThan(5000);
    await ensemble.run(10);
  });

  it('stop models on the GPU, in their own set and however the run is cut', async () => {
    const bounds = { ...options, stopWhen: { set: 'validation', below: [1e-3, 0, 1e-3, 1e9] } };
    const run = async (pieces: number[]) => {
      using ensemble = await createEnsemble(gpu(), bounds);
      for (const steps of pieces) {
        await ensemble.run(steps);
        const state = await ensemble.exportState();
        ensemble.importState(state);
      }
      return await ensemble.inspect();
    };
    const whole = await run([2000]);
    expect(whole.statuses[1]).toBe('running');
    expect(whole.statuses[3]).toBe('stopped');
    const cut = await run([3, 47, 50, 400, 1500]);
    expect(cut.statuses).toEqual(whole.statuses);
    expect(bitsOf(cut.parameters)).toEqual(bitsOf(whole.parameters));
    expect(bitsOf(cut.errors.validation as Float32Array)).toEqual(
      bitsOf(whole.errors.validation as Float32Array),
    );
    expect([...cut.state.trainStates.filter((_, word) => word % 5 === 0)]).toEqual([
      ...whole.state.trainStates.filter((_, word) => word % 5 === 0),
    ]);
    expect(whole.state.trainStates[15]).toBe(0);
  });
});

describe('an ensemble that is disposed of', () => {
  it('ends what is under way, and leaves the device as it was', async () => {
    const ensemble = await createEnsemble(gpu(), options);
    const run = ensemble.run(1e6, { onProgress: () => ensemble.dispose() });
    await expect(run).rejects.toThrow(DisposedError);
    await expect(ensemble.inspect()).rejects.toThrow(DisposedError);
    await gpu().finished();
  });
});

describe('a grid of more workgroups than one row holds', () => {
  it('has one workgroup for every model', async () => {
    const count = GRID_WIDTH + 1234;
    const bindings = { part: uniform('vec2u'), models: write('array<u32>'), seen: write('array<u32>') };
    const code = wgsl`
struct Part { first: u32, count: u32 }
${declare(bindings)}
@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) group: vec3u) {
  let own = Part(part.x, part.y);
  ${findModel('own')}
  seen[model] += 1u;
}
`;
    const total = count + 10;
    const order = Uint32Array.from({ length: total }, (_, index) => total - 1 - index);
    using arena = new Arena(gpu(), 'this test');
    const buffers = {
      part: arena.upload('part', Uint32Array.of(7, count), 'uniform'),
      models: arena.upload('models', order),
      seen: arena.values('seen', total),
    };
    const dispatch = await prepareDispatch(arena, { label: 'grid', code, bindings }, buffers, gridFor(count));
    arena.run([dispatch]);
    const seen = new Uint32Array(await arena.read(buffers.seen));
    const wanted = Array.from({ length: total }, (_, model) => (model >= 3 && model < total - 7 ? 1 : 0));
    expect([...seen]).toEqual(wanted);
  });
});
