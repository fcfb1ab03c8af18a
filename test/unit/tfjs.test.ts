import * as core from '@tensorflow/tfjs-core';
import * as tfLayers from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataError, OptionError } from '../../src/errors.ts';
import { op, symbol } from '../../src/expression/tree.ts';
import { initialParameters, resolveModel } from '../../src/model/description.ts';
import { unitLayers } from '../../src/tfjs/index.ts';
import { defineUnit } from '../../src/units/define.ts';
import type { UnitName } from '../../src/units/descriptions.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { backward, matrix } from '../reference/autodiff.ts';
import { penalties } from '../reference/penalties.ts';
import { allFinite, relativeError } from '../support/compare.ts';
import { runReference } from '../support/compare-unit.ts';
import { runInTfjs } from '../support/tfjs-layer.ts';
import { unitCase } from '../support/unit-case.ts';

const tf = { ...core, ...tfLayers };
const unit = unitLayers(tf);

beforeAll(async () => {
  await tf.setBackend('cpu');
  await tf.ready();
});

/** As for the kernels: what comes near it is a difference of nearly equal numbers. */
const BOUND = 2e-5;

const concatenated = (tensors: readonly core.Tensor[]) => tensors.flatMap((tensor) => [...tensor.dataSync()]);

/** Inputs from 1 to 2, which every unit takes. */
const inputsOf = (rows: number, inputs: number) =>
  tf.tensor2d(
    Float32Array.from({ length: rows * inputs }, (_, k) => 1 + ((k * 7) % 13) / 13),
    [rows, inputs],
  );

describe.each(units.map(({ name }) => name))('%s as a layer of TensorFlow.js', (name) => {
  it.each([
    [5, 3, 7],
    [7, 1, 1],
    [1, 7, 3],
  ])('has the values and gradients of float64: %i rows, %i inputs, %i outputs', async (...shape) => {
    const given = unitCase(name, ...shape);
    const [actual, expected] = [await runInTfjs(tf, given, true), runReference(given)];
    expect(relativeError(actual.y, expected.y), 'y').toBeLessThanOrEqual(BOUND);
    expect(relativeError(actual.dx, expected.dx), 'dx').toBeLessThanOrEqual(BOUND);
    for (const [parameter, gradient] of Object.entries(expected.parameters)) {
      expect(relativeError(actual.parameters[parameter] ?? [], gradient), parameter).toBeLessThanOrEqual(
        BOUND,
      );
    }
  });

  it('begins with the initial values that a model of this package has', () => {
    const layer = unit(name, { units: 4, seed: 11, inputShape: [3] });
    tf.sequential({ layers: [layer] });
    const model = resolveModel({ inputs: 3, layers: [{ unit: name, outputs: 4 }], seed: 11 });
    expect(concatenated(layer.getWeights())).toEqual([...initialParameters(model, 0)]);
    layer.dispose();
  });

  it('is the same after saving and loading, and trains, predicts and evaluates', async () => {
    // Most sums begin below its threshold of 1, and then nothing is learnt.
    const options = name === 'Dense threshold' ? { options: { threshold: -1 } } : {};
    const layer = unit(name, {
      units: 2,
      seed: 3,
      inputShape: [3],
      penalty: { strength: 0.001 },
      ...options,
    });
    const model = tf.sequential({
      layers: [layer, tf.layers.dense({ units: 1, kernelInitializer: 'ones' })],
    });
    model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
    const [x, y] = [inputsOf(32, 3), tf.tensor2d(Array.from({ length: 32 }, (_, k) => [(k % 5) / 5]))];
    const before = concatenated(layer.getWeights());
    const { history } = await model.fit(x, y, { epochs: 3, batchSize: 10, verbose: 0 });
    expect(history.loss).toHaveLength(3);
    expect(allFinite(history.loss as number[])).toBe(true);
    const after = concatenated(layer.getWeights());
    expect(after).not.toEqual(before);
    const loss = (model.evaluate(x, y, { batchSize: 32 }) as core.Scalar).dataSync();
    expect(allFinite(loss)).toBe(true);

    let artifacts: core.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (given) => {
        artifacts = given;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    // As a file has it.
    const { modelTopology, weightSpecs, weightData } = artifacts as core.io.ModelArtifacts;
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: JSON.parse(JSON.stringify(modelTopology)),
        weightSpecs: weightSpecs as core.io.WeightsManifestEntry[],
        weightData: weightData as ArrayBuffer,
      }),
    );
    expect(loaded.layers[0]?.getConfig()).toEqual(layer.getConfig());
    expect(concatenated([loaded.predict(x) as core.Tensor])).toEqual(
      concatenated([model.predict(x) as core.Tensor]),
    );
    const fresh = tf.layers.Layer as unknown as { new (): unknown };
    expect(loaded.layers[0]).toBeInstanceOf(fresh);
    const range = Object.entries(findUnit(name).equation?.ranges ?? {});
    for (const [parameter, [low, high]] of range) {
      const k = Object.keys(unitCase(name, 1, 1, 1).parameters).indexOf(parameter);
      for (const value of layer.getWeights()[k]?.dataSync() ?? []) {
        expect(value).toBeGreaterThanOrEqual(low);
        expect(value).toBeLessThanOrEqual(high);
      }
    }
    model.dispose();
    loaded.dispose();
    tf.dispose([x, y]);
  });
});

describe('layers of TensorFlow.js', () => {
  it('learn a product outside the range of training, in a functional model beside others', async () => {
    const input = tf.input({ shape: [2] });
    const product = unit('NMU', { units: 1, seed: 1 }).apply(input) as core.Tensor;
    const sum = unit('NAU', { units: 1, seed: 1 }).apply(input) as core.Tensor;
    const outputs = tf.layers.concatenate().apply([product, sum] as never) as tfLayers.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs });
    model.compile({ optimizer: tf.train.adam(0.03), loss: 'meanSquaredError' });
    const rows = Array.from({ length: 60 }, (_, i) => [1 + (i % 7) / 7, 1 + (i % 9) / 9] as const);
    const x = tf.tensor2d(rows.map(([a, b]) => [a, b]));
    const y = tf.tensor2d(rows.map(([a, b]) => [a * b, a - b]));
    await model.fit(x, y, { epochs: 400, batchSize: 60, verbose: 0 });
    const [productFar, difference] = (model.predict(tf.tensor2d([[30, 40]])) as core.Tensor).dataSync();
    expect(productFar).toBeCloseTo(1200, 0);
    expect(difference).toBeCloseTo(-10, 1);
    model.dispose();
  });

  it('take inputs of more dimensions, as dense layers do', () => {
    const layer = unit('NALU', { units: 4, seed: 1 });
    const x = tf.randomUniform([2, 5, 3], 1, 2);
    const y = layer.apply(x) as core.Tensor;
    expect(y.shape).toEqual([2, 5, 4]);
    const flat = layer.apply(tf.reshape(x, [10, 3])) as core.Tensor;
    expect(concatenated([y])).toEqual(concatenated([flat]));
  });

  it('leave no tensors behind', async () => {
    const model = tf.sequential({
      layers: [unit('iNALU', { units: 3, inputShape: [2] }), unit('NMU', { units: 1 })],
    });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [x, y] = [inputsOf(8, 2), tf.ones([8, 1])];
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const before = tf.memory().numTensors;
    await model.fit(x, y, { epochs: 3, verbose: 0 });
    (model.predict(x) as core.Tensor).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('draw other noise at each step of training, none in predictions, and the same with the same seed', () => {
    const outputs = () => {
      const layer = unit('Dense RReLU', { units: 3, seed: 5 });
      const x = tf.fill([4, 2], -1);
      const call = (training: boolean) => concatenated([layer.apply(x, { training }) as core.Tensor]);
      return [call(true), call(true), call(false), call(false)] as const;
    };
    const [first, second, third, fourth] = outputs();
    expect(first).not.toEqual(second);
    expect(third).toEqual(fourth);
    expect(outputs()[0]).toEqual(first);
  });

  it('add the penalty of the unit to the loss', () => {
    const layer = unit('NMU', { units: 1, inputShape: [2], penalty: { strength: 3, reduction: 'sum' } });
    const model = tf.sequential({ layers: [layer] });
    layer.setWeights([tf.tensor2d([[0.25], [0.9]])]);
    const [penalty] = layer.calculateLosses();
    expect(penalty?.dataSync()[0]).toBeCloseTo(3 * (0.25 + 0.1), 5);
    model.dispose();
  });

  it.each(Object.keys(penalties) as UnitName[])('have the penalty of %s, with its derivatives', (name) => {
    const given = unitCase(name, 1, 2, 3);
    for (const reduction of ['sum', 'mean'] as const) {
      const layer = unit(name, { units: 3, inputShape: [2], penalty: { strength: 0.75, reduction } });
      const model = tf.sequential({ layers: [layer] });
      // Off the kinks at which a penalty has no derivative.
      const values = Object.entries(given.parameters).map(
        ([parameter, all]) => [parameter, all.map((value) => (value === 0 ? 0.3 : 0.9 * value))] as const,
      );
      layer.setWeights(values.map(([, all], k) => tf.tensor(all, layer.getWeights()[k]?.shape)));
      const total = () => tf.addN(layer.calculateLosses() as core.Tensor[]) as core.Scalar;
      const variables = layer.trainableWeights.map((weight) => weight.read() as core.Variable);
      const { value, grads } = tf.variableGrads(total, variables);
      let expected = 0;
      values.forEach(([parameter, all], k) => {
        const penalty = penalties[name]?.[parameter];
        const factor = 0.75 / (reduction === 'sum' ? 1 : all.length);
        const leaf = matrix(1, all.length, all);
        const each = penalty?.(leaf);
        if (each) {
          expected += factor * each.data.reduce((sum, one) => sum + one, 0);
          backward(each, new Float64Array(all.length).fill(factor));
        }
        const gradient = grads[(variables[k] as core.Variable).name];
        if (each) expect(relativeError(gradient?.dataSync() as Float32Array, leaf.grad)).toBeLessThan(BOUND);
        else expect(gradient?.dataSync().every((one) => one === 0) ?? true).toBe(true);
      });
      expect(Math.abs((value.dataSync()[0] as number) / expected - 1)).toBeLessThan(BOUND);
      model.dispose();
    }
  });

  it('show what was learnt', async () => {
    const layer = unit('NAC', { units: 1, inputShape: [1] });
    tf.sequential({ layers: [layer] });
    layer.setWeights([tf.tensor2d([[20]]), tf.tensor2d([[20]])]);
    expect((await layer.effectiveWeights()).W?.[0]?.[0]).toBeCloseTo(1, 6);
  });

  it('are of units from outside the package, too, saved and loaded', async () => {
    const own = defineUnit({
      name: 'Cube',
      equation: {
        parameters: { edge: ['W'], output: ['b'] },
        weights: { W: symbol('W') },
        outputs: { b: symbol('b') },
        features: { cube: op.power(symbol('x'), 3) },
        accumulators: {
          a: { kind: 'sum', term: op.multiply(symbol('cube'), symbol('W')), rounding: 'sign' },
        },
        out: op.add(symbol('a'), symbol('b'), op.multiply(symbol('scale'), symbol('b'))),
      },
      options: { scale: 2 },
      initializations: { Ones: { W: { kind: 'constant', value: 1 }, b: { kind: 'constant', value: 1 } } },
    });
    const make = unitLayers(tf, { units: [own] });
    const model = tf.sequential({
      layers: [make(own, { units: 1, inputShape: [2], initialization: 'Ones', options: { scale: 4 } })],
    });
    const x = tf.tensor2d([[2, 3]]);
    expect((model.predict(x) as core.Tensor).dataSync()[0]).toBeCloseTo(8 + 27 + 5, 4);
    const again = await tf.models.modelFromJSON(model.toJSON(null, false) as never);
    again.setWeights(model.getWeights());
    expect((again.predict(x) as core.Tensor).dataSync()[0]).toBeCloseTo(40, 4);
  });

  it('say what is wrong', () => {
    const wrong = (make: () => unknown, kind: typeof OptionError, message: RegExp) => {
      expect(make).toThrow(kind);
      expect(make).toThrow(message);
    };
    wrong(() => unit('NALU', {} as never), OptionError, /units/);
    wrong(() => unit('NALU', { units: 1, unitz: 2 } as never), OptionError, /unitz/);
    wrong(() => unit('NALU', { units: 1, options: { omega: 2 } }), OptionError, /omega/);
    wrong(() => unit('NALO' as never, { units: 1 }), OptionError, /NALU/);
    const layer = unit('NALU', { units: 1 });
    layer.apply(tf.ones([2, 3]));
    wrong(() => layer.apply(tf.ones([2, 4])), DataError, /3 inputs/);
    wrong(() => unit('NALU', { units: 1 }).apply(tf.ones([2])), OptionError, /two dimensions/);
  });
});
