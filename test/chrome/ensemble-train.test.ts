import { describe, expect, it } from 'vitest';
import {
  createEnsemble,
  createModel,
  DataError,
  DeviceLostError,
  defineUnit,
  type EnsembleOptions,
  findUnit,
  type Gpu,
  LimitError,
  OptionError,
  OutOfMemoryError,
  type Recovery,
  requestGpu,
  type TrainEnsembleOptions,
  trainEnsemble,
} from '../../src/index.ts';
import { browserStore, ensembleCheckpoints } from '../../src/io/index.ts';
import { toMatrix } from '../../src/model/data.ts';
import { resolveModel } from '../../src/model/description.ts';
import { meanSquaredError64 } from '../../src/model/evaluate.ts';
import { drawRows } from '../../src/model/task.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const x = Array.from({ length: 24 }, (_, row) => [1 + (row % 5) / 5, 1 + (row % 7) / 7]);
const y = x.map(([a, b]) => [(a as number) * (b as number)]);
const options: TrainEnsembleOptions = {
  model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1, initialization: 'wide' }] },
  seeds: { count: 50 },
  x,
  y,
  learningRate: 0.02,
  steps: 300,
  logEvery: 100,
  evaluate: { held: { x: [[10, 10]], y: [[100]] } },
};

describe('waves', () => {
  it('give the same bits as one, and log every model', async () => {
    const whole = await trainEnsemble(gpu(), options);
    const logged: [number, number, number][] = [];
    const rates = Array.from({ length: 50 }, () => 0.02);
    const cut = await trainEnsemble(gpu(), {
      ...options,
      learningRate: rates,
      modelsPerWave: 17,
      onLog: (point, first) => logged.push([first, point.step, point.losses.length]),
    });
    expect(cut.waves).toBe(3);
    expect(bitsOf(cut.parameters)).toEqual(bitsOf(whole.parameters));
    expect(cut.runs).toEqual(whole.runs);
    expect(cut.precision).toBe(whole.precision);
    expect(logged).toHaveLength(3 * 4);
    expect(logged.at(-1)).toEqual([34, 300, 16]);
  });

  it('keep memory flat', async () => {
    const before = gpu().bytes;
    let most = 0;
    await trainEnsemble(gpu(), {
      ...options,
      seeds: { count: 25_000 },
      modelsPerWave: 5000,
      steps: 2,
      onProgress: () => {
        most = Math.max(most, gpu().bytes - before);
      },
    });
    expect(gpu().bytes).toBe(before);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(2 ** 20);
  });

  it('find the best run, which becomes an ordinary model', async () => {
    const report = await trainEnsemble(gpu(), { ...options, steps: 1500 });
    const best = report.best('held');
    for (const name of ['Held', 'constructor', '__proto__']) {
      expect(() => report.best(name)).toThrow(/there is no held-out set/);
    }
    expect(new Set(report.runs.map(({ status }) => status))).toEqual(new Set(['finished']));
    for (const index of [-1, report.runs.length, 0.5, Number.NaN]) {
      expect(() => report.weights(index)).toThrow(OptionError);
    }
    const errors = report.runs.map((run) => run.errors.held as number);
    // The held-out set's errors are those of the predictions.
    expect((((report.predict([[10, 10]], best) as Float64Array)[0] as number) - 100) ** 2).toBeCloseTo(
      errors[best] as number,
      3,
    );
    expect(report.predictEach([[10, 10]])).toHaveLength(50);
    expect(errors[best]).toBe(Math.min(...errors.filter(Number.isFinite)));
    using model = createModel(gpu(), options.model);
    model.setParameters(report.weights(best).map(({ parameters }) => parameters));
    const [predicted] = await model.predict([[10, 10]]);
    expect(((predicted as number) - 100) ** 2).toBeCloseTo(errors[best] as number, 3);
    expect(report.runs.map(({ seed }) => seed)).toEqual(Array.from({ length: 50 }, (_, seed) => seed));
  });
});

describe('final errors', () => {
  const heldX = toMatrix('x', [[10, 10]], 2);
  const heldY = toMatrix('y', [[100]], 1);
  const whole = resolveModel(options.model);

  it('are those of the final parameters in float64, close to the last log point', async () => {
    let last: ArrayLike<number> = [];
    const onLog: TrainEnsembleOptions['onLog'] = ({ errors }) => {
      last = errors.held ?? [];
    };
    const { precision, parameters, runs } = await trainEnsemble(gpu(), { ...options, onLog });
    expect(precision).toBe('float64');
    const each = parameters.length / runs.length;
    runs.forEach(({ errors }, run) => {
      const own = parameters.subarray(run * each, (run + 1) * each);
      expect(errors.held).toBe(meanSquaredError64(whole, own, heldX, heldY));
      expect(Math.abs((errors.held as number) - (last[run] as number))).toBeLessThan(
        1e-3 * (last[run] as number),
      );
    });
    expect(runs.some(({ errors }, run) => errors.held !== last[run])).toBe(true);
  });

  it('are means over rows and outputs, in log points and reports, on data and on tasks', async () => {
    const rows = [
      [1, 2],
      [3, 5],
    ];
    const targets = [
      [1, 2, 3],
      [4, 5, 60],
    ];
    const wide = {
      inputs: 2,
      outputs: 3,
      shader: {
        columns: [],
        input: (bits: string) => `f32(${bits} >> 31u) + 1.0`,
        target: (o: number) => `f32(${o})`,
      },
      columns: {},
      twin: { input: (bits: number) => (bits >>> 31) + 1, target: (o: number) => o },
    };
    const logged: Readonly<Record<string, Float32Array>>[] = [];
    const report = await trainEnsemble(gpu(), {
      model: { inputs: 2, layers: [{ unit: 'NAU', outputs: 3 }] },
      seeds: { count: 3 },
      x: rows,
      y: targets,
      steps: 10,
      logEvery: 10,
      evaluate: { data: { x: rows, y: targets }, drawn: { task: wide, rows: 500, seed: 4 } },
      onLog: ({ errors }) => logged.push(errors),
    });
    const draws = drawRows(wide, () => 0, 4, 0, 500);
    const drawnX = Array.from({ length: 500 }, (_, row) => [...draws.x.subarray(2 * row, 2 * row + 2)]);
    for (const [index, { errors }] of report.runs.entries()) {
      const W = report.weights(index)[0]?.effective.W as number[][];
      const mean = (x: readonly (readonly number[])[], y: readonly (readonly number[])[]) => {
        let sum = 0;
        x.forEach((row, r) => {
          y[r]?.forEach((target, o) => {
            sum += (row.reduce((total, value, i) => total + value * (W[i]?.[o] as number), 0) - target) ** 2;
          });
        });
        return sum / (3 * x.length);
      };
      const wanted = {
        data: mean(rows, targets),
        drawn: mean(
          drawnX,
          drawnX.map(() => [0, 1, 2]),
        ),
      };
      for (const set of ['data', 'drawn'] as const) {
        expect(errors[set]).toBeCloseTo(wanted[set], 9);
        const measured = logged.at(-1)?.[set]?.[index] as number;
        expect(Math.abs(measured / wanted[set] - 1)).toBeLessThan(1e-5);
      }
    }
  });

  it('are those of the GPU for units without an equation, and for large sets', async () => {
    const { name: _name, forward: _forward, equation: _equation, ...rest } = findUnit('NALU');
    const unit = defineUnit({ ...rest, name: 'Foreign' });
    const foreign = { inputs: 2, layers: [{ unit, outputs: 1 }] };
    // 100 models of 100 inputs on 20 001 rows: more than 2e8 products.
    const rows = 20_001;
    const large = {
      model: { inputs: 100, layers: [{ unit: 'NAC' as const, outputs: 1 }] },
      seeds: { count: 100 },
      x: new Float32Array(100).fill(1),
      y: [[1]],
      evaluate: { held: { x: new Float32Array(100 * rows).fill(10), y: new Float32Array(rows).fill(100) } },
    };
    for (const change of [{ model: foreign }, large]) {
      let last: ArrayLike<number> = [];
      const onLog: TrainEnsembleOptions['onLog'] = ({ errors }) => {
        last = errors.held ?? [];
      };
      const report = await trainEnsemble(gpu(), { ...options, ...change, steps: 1, logEvery: 1, onLog });
      expect(report.precision).toBe('float32');
      expect(report.runs.map(({ errors }) => errors.held)).toEqual(Array.from(last));
    }
  });
});

describe('a lost device', () => {
  it('is an error where no other is wanted', async () => {
    const own = await requestGpu();
    const run = trainEnsemble(own, { ...options, steps: 1e6, recover: false });
    setTimeout(() => own.device.destroy(), 100);
    await expect(run).rejects.toThrow(DeviceLostError);
    own.dispose();
  });

  it('is replaced, and training goes on to the same bits from the last log point', async () => {
    const undisturbed = await trainEnsemble(gpu(), { ...options, steps: 600 });
    const devices: Gpu[] = [await requestGpu({ limits: 'default' })];
    let lose = true;
    const report = await trainEnsemble(devices[0] as Gpu, {
      ...options,
      steps: 600,
      onLog: ({ step }) => {
        if (step === 300 && lose) devices[0]?.device.destroy();
        lose &&= step < 300;
      },
      recover: async () => {
        const next = await requestGpu({ limits: 'default' });
        devices.push(next);
        return next;
      },
    });
    expect(report.recoveries).toBe(1);
    expect(bitsOf(report.parameters)).toEqual(bitsOf(undisturbed.parameters));
    for (const device of devices) device.dispose();
  });
});

describe('a run that recovers by itself', () => {
  it('asks for a device as the lost one, says so, and reaches the same bits', async () => {
    const undisturbed = await trainEnsemble(gpu(), { ...options, steps: 600 });
    const own = await requestGpu({ limits: 'default' });
    const told: Recovery[] = [];
    const report = await trainEnsemble(own, {
      ...options,
      steps: 600,
      onLog: ({ step }) => {
        if (step === 300) own.device.destroy();
      },
      onRecovery: (recovery) => told.push(recovery),
    });
    expect(report.recoveries).toBe(1);
    expect(told).toEqual([{ error: expect.any(DeviceLostError), step: expect.any(Number), models: 50 }]);
    expect([200, 300]).toContain(told[0]?.step);
    expect(bitsOf(report.parameters)).toEqual(bitsOf(undisturbed.parameters));
    expect(report.runs).toEqual(undisturbed.runs);
    own.dispose();
  });

  it('cuts waves where memory does not reach, on the same device', async () => {
    const whole = await trainEnsemble(gpu(), { ...options, steps: 200 });
    const { steps: _, ...described } = options;
    const seeds = Array.from({ length: 25 }, (_, k) => k);
    const free = await requestGpu({ limits: 'default' });
    const half = await createEnsemble(free, { ...described, seeds });
    const maxBytes = free.bytes;
    half.dispose();
    free.dispose();
    const own = await requestGpu({ limits: 'default', maxBytes });
    const told: Recovery[] = [];
    const wanted = { ...options, steps: 200, onRecovery: (recovery: Recovery) => told.push(recovery) };
    const report = await trainEnsemble(own, wanted);
    expect(told).toEqual([{ error: expect.any(OutOfMemoryError), step: 0, models: 25 }]);
    expect(report).toMatchObject({ recoveries: 0, waves: 2 });
    expect(bitsOf(report.parameters)).toEqual(bitsOf(whole.parameters));
    expect(report.runs).toEqual(whole.runs);
    own.dispose();
  });

  it('takes what the device says of its memory, and leaves it usable', async () => {
    const own = await requestGpu({ limits: 'default' });
    const createBuffer = own.device.createBuffer.bind(own.device);
    const pushErrorScope = own.device.pushErrorScope.bind(own.device);
    const popErrorScope = own.device.popErrorScope.bind(own.device);
    // A device of little memory: buffers above a size are not what was asked for, and the scope around has the error.
    let short = false;
    own.device.createBuffer = (wanted) => {
      short ||= wanted.size > 1000 && wanted.label === 'state';
      return createBuffer(wanted);
    };
    const filters: GPUErrorFilter[] = [];
    own.device.pushErrorScope = (filter) => {
      filters.push(filter);
      return pushErrorScope(filter);
    };
    own.device.popErrorScope = async () => {
      const failed = filters.pop() === 'out-of-memory' && short;
      if (failed) short = false;
      const found = await popErrorScope();
      return failed ? new GPUOutOfMemoryError('no memory left') : found;
    };
    const told: Recovery[] = [];
    const report = await trainEnsemble(own, { ...options, steps: 1, onRecovery: (each) => told.push(each) });
    expect(told.map(({ models }) => models)).toEqual(expect.arrayContaining([25, 13]));
    expect(told.every(({ error }) => error instanceof OutOfMemoryError)).toBe(true);
    expect(report.runs).toHaveLength(50);
    await own.finished();
    own.dispose();
  });

  it('gives up where one model does not fit', async () => {
    const own = await requestGpu({ limits: 'default', maxBytes: 1000 });
    await expect(trainEnsemble(own, options)).rejects.toThrow(OutOfMemoryError);
    await expect(trainEnsemble(own, options)).rejects.toThrow(/of 1000 \(maxBytes\) are in use/);
    expect(own.bytes).toBe(0);
    own.dispose();
  });
});

describe('a run that was ended', () => {
  it('goes on from what the browser keeps, on another device, to the same bits', async () => {
    const whole = await trainEnsemble(gpu(), options);
    const store = browserStore('test');
    const kept = () => ensembleCheckpoints(store, 'run', { every: 0 });
    const own = await requestGpu({ limits: 'default' });
    const ended = trainEnsemble(own, {
      ...options,
      checkpoints: kept(),
      onLog: ({ step }) => {
        if (step === 200) throw new Error('closed');
      },
    });
    await expect(ended).rejects.toThrow('closed');
    own.dispose();
    const logged: number[] = [];
    const checkpoints = kept();
    const report = await trainEnsemble(gpu(), {
      ...options,
      checkpoints,
      onLog: ({ step }) => logged.push(step),
    });
    expect(logged[0]).toBe(200);
    expect(bitsOf(report.parameters)).toEqual(bitsOf(whole.parameters));
    expect(report.runs).toEqual(whole.runs);
    // A damaged state, or one of other seeds, counts as not there.
    const others = await trainEnsemble(gpu(), { ...options, seeds: { count: 49 }, checkpoints: kept() });
    expect(others.runs).toEqual(whole.runs.slice(0, 49));
    for (const slot of [0, 1]) await store.write(`run-0-${slot}.safetensors`, new Uint8Array(100));
    const other = await trainEnsemble(gpu(), { ...options, checkpoints: kept() });
    expect(bitsOf(other.parameters)).toEqual(bitsOf(whole.parameters));
    await checkpoints.clear();
    expect(await store.read('run-0-0.safetensors')).toBeUndefined();
  });
});

describe('abort', () => {
  it('leaves an ensemble that can be run on, to the same bits', async () => {
    const { steps, ...rest } = options;
    using whole = await createEnsemble(gpu(), rest);
    await whole.run(2000);
    using ensemble = await createEnsemble(gpu(), rest);
    const controller = new AbortController();
    const run = ensemble.run(2000, { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(run).rejects.toThrow(/abort/i);
    expect(ensemble.step).toBeLessThan(2000);
    await ensemble.run(2000 - ensemble.step);
    expect(bitsOf((await ensemble.inspect()).parameters)).toEqual(bitsOf((await whole.inspect()).parameters));
  });
});

describe('bad input', () => {
  const wide = { inputs: 64, layers: [{ unit: 'NALU' as const, outputs: 64 }] };
  const wrong: [string, Partial<EnsembleOptions>, new (...args: never[]) => Error, RegExp][] = [
    [
      'more models than can be trained',
      { seeds: { count: 1e9 } },
      OptionError,
      /seeds.count is 1000000000.*1000000/,
    ],
    ['no models', { seeds: { count: 0 } }, OptionError, /seeds.count is 0/],
    ['an empty list of seeds', { seeds: [] }, OptionError, /seeds is \[\]; it must be a list of seeds/],
    ['a bad seed', { seeds: [1, -2] }, OptionError, /seeds\[1\] is -2/],
    [
      'a batch larger than the data',
      { batch: 25 },
      OptionError,
      /batch is 25, but the data has only 24 rows/,
    ],
    [
      'NaN in a per-model table',
      { learningRate: [...Array(49).fill(1), Number.NaN] },
      OptionError,
      /learningRate\[49\] is NaN/,
    ],
    [
      'a table of the wrong length',
      { learningRate: [1, 2] },
      OptionError,
      /learningRate has 2 values for 50 models/,
    ],
    ['NaN in the data', { y: y.map(() => [Number.NaN]) }, DataError, /y, row 0, column 0: NaN/],
    [
      'a held-out set of the wrong width',
      { evaluate: { v: { x: [[1]], y: [[1]] } } },
      DataError,
      /evaluate\.v\.x, row 0/,
    ],
    [
      'an unknown set to stop on',
      { stopWhen: { set: 'test', below: 1 } },
      OptionError,
      /'test' is not among .* held/,
    ],
    ['a number of lanes that is no power of two', { lanes: 3 }, OptionError, /lanes is 3/],
    ['no steps between log points', { logEvery: 0 }, OptionError, /logEvery is 0/],
    [
      'a stack too large for workgroup memory',
      { model: wide, x: [Array(64).fill(1)], y: [Array(64).fill(1)], evaluate: {} },
      LimitError,
      /maxComputeWorkgroupStorageSize is 16384 .* 1 layers with 12288 parameters/,
    ],
  ];
  it.each(wrong)('%s is refused', async (_, change, type, message) => {
    const bytes = gpu().bytes;
    const run = () => trainEnsemble(gpu(), { ...options, ...change } as TrainEnsembleOptions);
    await expect(run()).rejects.toThrow(type);
    await expect(run()).rejects.toThrow(message);
    expect(gpu().bytes).toBe(bytes);
  });

  it('neither data nor task, or a task without batch, is refused', async () => {
    const { x: _x, y: _y, ...none } = options;
    await expect(trainEnsemble(gpu(), none)).rejects.toThrow(/needs either x or task/);
    const task = {
      inputs: 2,
      outputs: 1,
      shader: { columns: [], input: () => '0.0', target: () => '0.0' },
      columns: {},
    };
    await expect(trainEnsemble(gpu(), { ...none, task })).rejects.toThrow(/give batch/);
  });
});
