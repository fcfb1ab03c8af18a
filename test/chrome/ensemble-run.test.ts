import { describe, expect, it } from 'vitest';
import { runChunk } from '../../src/benchmark/run-chunk.ts';
import { joinStates } from '../../src/engines/ensemble/state.ts';
import {
  createEnsemble,
  createEnsembleRun,
  DataError,
  DisposedError,
  type DrivenOptions,
  type EnsembleOptions,
  findTask,
  type Gpu,
  NaluError,
  OptionError,
  renewGpu,
  requestGpu,
  type SavedWave,
  trainEnsemble,
} from '../../src/index.ts';
import { type ByteStore, ensembleCheckpoints } from '../../src/io/index.ts';
import { bitsOf } from '../support/compare.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

const x = Array.from({ length: 24 }, (_, row) => [1 + (row % 5) / 5, 1 + (row % 7) / 7]);
const options: DrivenOptions = {
  model: { inputs: 2, layers: [{ unit: 'NALU', outputs: 1, initialization: 'wide' }] },
  seeds: { count: 20 },
  x,
  y: x.map(([a, b]) => [(a as number) * (b as number)]),
  learningRate: 0.02,
  steps: 700,
  logEvery: 100,
};

/** A store in memory. */
function memory(): ByteStore & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: async (name) => files.get(name),
    write: async (name, bytes) => void files.set(name, bytes),
    remove: async (name) => void files.delete(name),
  };
}

describe('a run that is driven in pieces', () => {
  it('has the bits of one that is not, however it is cut, paused and lost', async () => {
    const whole = await trainEnsemble(gpu(), options);
    const own = await requestGpu({ limits: 'default' });
    const logged: number[] = [];
    using run = createEnsembleRun(own, {
      ...options,
      modelsPerWave: 13,
      onLog: ({ step }, first) => void (first === 0 && logged.push(step)),
    });
    const cuts = [{ steps: 1 }, { milliseconds: 0 }, { steps: 99 }, { milliseconds: 20 }, { steps: 250 }];
    for (let turn = 0; !run.done; turn++) {
      await run.advance(cuts[turn % cuts.length]);
      if (turn === 2) own.device.destroy();
      if (turn % 2 === 0 && !run.done) {
        const point = await run.inspect();
        expect(point.step).toBe(run.step);
        expect(point.losses).toHaveLength(run.first === 0 ? 13 : 7);
      }
    }
    expect(run.recoveries).toBe(1);
    expect(logged).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
    expect(run.finished.map(({ first, seeds }) => [first, seeds.length])).toEqual([
      [0, 13],
      [13, 7],
    ]);
    const parameters = Float32Array.from(run.finished.flatMap((wave) => [...wave.parameters]));
    expect(bitsOf(parameters)).toEqual(bitsOf(whole.parameters));
    await run.advance();
    own.dispose();
  });

  it('begins with a state, in waves too', async () => {
    const whole = await trainEnsemble(gpu(), options);
    // Of a run that trained its models in two parts, too.
    using first = createEnsembleRun(gpu(), { ...options, steps: 333, modelsPerWave: 13 });
    const ends = [await first.advance({ steps: 300 }), await first.advance(), await first.advance()];
    expect(ends.map((end) => end?.step)).toEqual([undefined, 333, 333]);
    expect(await first.advance()).toBeUndefined();
    const state = joinStates(ends.flatMap((end) => (end ? [end.state] : [])));
    using second = createEnsembleRun(gpu(), { ...options, from: state, modelsPerWave: 11 });
    await second.complete();
    const parameters = Float32Array.from(second.finished.flatMap((wave) => [...wave.parameters]));
    expect(bitsOf(parameters)).toEqual(bitsOf(whole.parameters));
    expect(() => createEnsembleRun(gpu(), { ...options, seeds: { count: 19 }, from: state })).toThrow(
      DataError,
    );
  });

  it('goes on after an abort, which its last state is kept of', async () => {
    const whole = await trainEnsemble(gpu(), options);
    const store = memory();
    const kept = () => ensembleCheckpoints(store, 'run', { every: 1e9 });
    const controller = new AbortController();
    using run = createEnsembleRun(gpu(), { ...options, checkpoints: kept() });
    const onProgress = ({ step }: { step: number }) =>
      void (step > 150 && controller.abort(new Error('enough')));
    await expect(run.complete({ signal: controller.signal, onProgress })).rejects.toThrow('enough');
    expect(run.step).toBeGreaterThan(150);
    expect(run.step).toBeLessThan(700);
    using other = createEnsembleRun(gpu(), { ...options, checkpoints: kept() });
    await other.advance({ steps: 1 });
    expect(other.step).toBe(run.step + 1);
    await run.complete();
    await other.complete();
    for (const { finished } of [run, other]) {
      expect(bitsOf(finished[0]?.parameters as Float32Array)).toEqual(bitsOf(whole.parameters));
    }
  });

  it('is prepared before its first step, shows that step, and stays at its end', async () => {
    const logged: number[] = [];
    using run = createEnsembleRun(gpu(), { ...options, onLog: ({ step }) => void logged.push(step) });
    await run.prepare();
    expect([run.step, run.lanes > 0, logged]).toEqual([0, true, []]);
    await run.advance({ steps: 0 });
    await run.advance({ steps: 0 });
    expect([run.step, logged]).toEqual([0, [0]]);
    const start = await run.inspect();
    expect(run.weights(start, 19)[0]?.parameters.W_hat?.data).toEqual(start.parameters.slice(-6, -4));
    await run.complete();
    const end = await run.inspect();
    expect([run.step, end.step, logged.at(-1)]).toEqual([700, 700, 700]);
    await run.prepare();
  });

  it('refuses what makes no sense', async () => {
    expect(() => createEnsembleRun(gpu(), { ...options, steps: 0 })).toThrow(OptionError);
    const run = createEnsembleRun(gpu(), options);
    const busy = run.complete();
    await expect(run.advance()).rejects.toThrow(/already being driven/);
    run.dispose();
    await expect(busy).rejects.toThrow(DisposedError);
    await expect(run.advance()).rejects.toThrow(DisposedError);
  });
});

describe('kept states', () => {
  /** A run that is ended, and what it left. */
  async function ended(change: Partial<DrivenOptions> = {}) {
    const store = memory();
    const checkpoints = ensembleCheckpoints(store, 'run', { every: 0 });
    using run = createEnsembleRun(gpu(), { ...options, ...change, checkpoints });
    await run.advance({ steps: 300 });
    const [saved] = await checkpoints.load(0);
    return { store, checkpoints, saved: saved as SavedWave };
  }

  const begins = async (checkpoints: DrivenOptions['checkpoints'], change: Partial<DrivenOptions> = {}) => {
    using run = createEnsembleRun(gpu(), { ...options, ...change, ...(checkpoints && { checkpoints }) });
    await run.advance({ steps: 1 });
    return run.step - 1;
  };

  it('are gone on from by the same run alone', async () => {
    const { saved } = await ended();
    const checkpoints = { every: 1e9, load: async () => [saved], save: async () => {} };
    expect(saved.state.step).toBe(300);
    expect(await begins(checkpoints)).toBe(saved.state.step);
    expect(await begins(checkpoints, { steps: 900 })).toBe(saved.state.step);
    for (const change of [
      { loss: 'sumSquared' },
      { optimizer: 'sgd' },
      { y: x.map(([a, b]) => [(a as number) + (b as number)]) },
      { learningRateFactor: (step: number) => 0.999 ** step },
      { lanes: 8 },
      { steps: 10 },
    ] as const) {
      expect(await begins(checkpoints, change)).toBe(0);
    }
  });

  it('that are whole, and of another shape, count as not there', async () => {
    const { saved } = await ended();
    const { state } = saved;
    const wrong: Partial<SavedWave['state']>[] = [
      { models: 21 },
      { floats: state.floats.slice(1) },
      { trainStates: state.trainStates.slice(1) },
      { trainStates: state.trainStates.map((word, at) => (at % 5 === 3 ? 7 : word)) },
      { trainStates: state.trainStates.map((word, at) => (at % 5 === 0 ? word + 1 : word)) },
      { losses: new Float32Array(0) },
      { logged: -2 },
      { lanes: 0 },
      { lanes: 3 },
      { monitor: { errors: [], histories: [], draws: [] } },
    ];
    for (const change of wrong) {
      const checkpoints = {
        every: 1e9,
        load: async () => [{ ...saved, state: { ...state, ...change } }],
        save: async () => {},
      };
      expect(await begins(checkpoints), JSON.stringify(Object.keys(change))).toBe(0);
    }
    // An older one that fits is taken instead.
    const older = { every: 1e9, load: async () => [{ ...saved, run: 'f00' }, saved], save: async () => {} };
    expect(await begins(older)).toBe(saved.state.step);
  });

  it('carry what is attached to them', async () => {
    let sum = 0;
    const attachments: DrivenOptions['attachments'] = {
      save: (first, models) => ({ sum: Float64Array.of(sum, first, models) }),
      restore(first, models, attached) {
        if (attached.sum?.[1] !== first || attached.sum[2] !== models)
          throw new DataError('not of these models');
        sum = attached.sum[0] as number;
      },
    };
    const onLog: DrivenOptions['onLog'] = ({ step }) => {
      sum += step;
    };
    const { checkpoints } = await ended({ attachments, onLog });
    sum = -1;
    using run = createEnsembleRun(gpu(), { ...options, attachments, onLog, checkpoints });
    await run.complete();
    expect(sum).toBe(100 * (0 + 1 + 2 + 3 + 4 + 5 + 6 + 7));
  });
});

describe('an abort while kernels compile', () => {
  it('is heard before they are done, and leaves the device well', async () => {
    const { device } = gpu();
    const { steps: _, ...described } = options;
    const stuck: EnsembleOptions = { ...described, seeds: { count: 1 }, batch: 5 };
    for (const make of [
      (signal: AbortSignal) => createEnsemble(gpu(), stuck, { signal }),
      (signal: AbortSignal) => trainEnsemble(gpu(), { ...stuck, steps: 1, lanes: 8, signal }),
    ]) {
      const controller = new AbortController();
      const reason = new NaluError('interrupted', 'interrupted');
      // The first kernel is compiled after the abort was heard, and not before: else this waits for ever.
      let heard = () => {};
      const gate = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const compiled = device.createComputePipelineAsync.bind(device);
      device.createComputePipelineAsync = async (descriptor) => {
        controller.abort(reason);
        await gate;
        return compiled(descriptor);
      };
      try {
        await expect(make(controller.signal)).rejects.toBe(reason);
      } finally {
        Reflect.deleteProperty(device, 'createComputePipelineAsync');
        heard();
      }
    }
    using run = createEnsembleRun(gpu(), { ...options, steps: 1 });
    await run.complete();
    await gpu().finished();
  });
});

describe('a chunk of a benchmark', () => {
  const cell = findTask('single-module').cell({
    operation: 'mul',
    unit: 'NMU',
    seeds: { count: 2 },
    steps: 1500,
    ranges: [
      { range: [1, 2], extrapolationRange: [2, 6] },
      { range: [-2, -1], extrapolationRange: [-6, -2] },
    ],
  });
  const plain = (records: Awaited<ReturnType<typeof runChunk>>) =>
    records.map(({ seconds: _, ...record }) => record);

  it('gives the same records through lost devices, ends and short memory', async () => {
    const undisturbed = plain(await runChunk(gpu(), cell, { version: '1', curves: true }));
    expect(undisturbed[0]).toMatchObject({
      steps: 1500,
      training: { steps: 1500, stretch: 0.03, logEvery: 150 },
    });
    expect(undisturbed[0]?.curve).toHaveLength(11);

    const lost: Gpu[] = [await requestGpu({ limits: 'default' })];
    let losses = 0;
    const survived = await runChunk(lost[0] as Gpu, cell, {
      version: '1',
      curves: true,
      onProgress: (done) => {
        if (done >= 4 * 400 * (losses + 1) && losses < 2) {
          losses += 1;
          lost.at(-1)?.device.destroy();
        }
      },
      recover: async () => {
        lost.push(await renewGpu(lost.at(-1) as Gpu));
        return lost.at(-1) as Gpu;
      },
    });
    expect(losses).toBe(2);
    expect(plain(survived)).toEqual(undisturbed);
    for (const device of lost) device.dispose();

    const store = memory();
    const checkpoints = () => ensembleCheckpoints(store, 'chunk', { every: 0 });
    for (let end = 300; end < 1500; end += 300) {
      const controller = new AbortController();
      const stopped = runChunk(gpu(), cell, {
        version: '1',
        curves: true,
        checkpoints: checkpoints(),
        signal: controller.signal,
        onProgress: (done) => void (done >= 4 * end && controller.abort(new Error('ended'))),
      });
      await expect(stopped).rejects.toThrow('ended');
    }
    const resumed = await runChunk(gpu(), cell, { version: '1', curves: true, checkpoints: checkpoints() });
    expect(plain(resumed)).toEqual(undisturbed);

    // A state that is whole but lacks what the records are made of counts as not there.
    const [kept] = await checkpoints().load(0);
    for (const name of ['best', 'curves'] as const) {
      const { [name]: _, ...attached } = (kept as SavedWave).attached;
      const lacking = {
        every: 1e9,
        load: async () => [{ ...(kept as SavedWave), attached }],
        save: async () => {},
      };
      const anew = await runChunk(gpu(), cell, { version: '1', curves: true, checkpoints: lacking });
      expect(plain(anew)).toEqual(undisturbed);
    }

    const free = await requestGpu({ limits: 'default' });
    const { steps: _, ...training } = cell.options;
    const all = await createEnsemble(free, { ...training, evaluate: cell.evaluate });
    const maxBytes = free.bytes - 1;
    all.dispose();
    free.dispose();
    const short = await requestGpu({ limits: 'default', maxBytes });
    const cut: number[] = [];
    const inParts = await runChunk(short, cell, {
      version: '1',
      curves: true,
      onRecovery: ({ models }) => cut.push(models),
    });
    expect(cut).toEqual([2]);
    expect(plain(inParts)).toEqual(undisturbed);
    short.dispose();
  });
});
