import { describe, expect, it } from 'vitest';
import type { EnsembleState } from '../../src/engines/ensemble/state.ts';
import { DataError, FileFormatError, OptionError } from '../../src/errors.ts';
import {
  loadCheckpoint,
  loadModel,
  modelFromJson,
  modelToJson,
  readSafetensors,
  type Safetensors,
  saveCheckpoint,
  saveModel,
  writeSafetensors,
} from '../../src/io/index.ts';
import { initialParameters, type ModelDescription, resolveModel } from '../../src/model/description.ts';
import { splitParameters } from '../../src/model/weights.ts';
import { defineUnit } from '../../src/units/define.ts';
import { findUnit, units } from '../../src/units/registry.ts';
import { bitsOf } from '../support/compare.ts';

const parametersOf = (description: ModelDescription) => {
  const model = resolveModel(description);
  return model.layers.map((layer, k) => splitParameters(layer, initialParameters(model, k)));
};
const refusal = (act: () => unknown): FileFormatError => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(FileFormatError);
    return error as FileFormatError;
  }
  throw new Error('nothing was refused');
};
/** The file with its tensors and metadata changed. */
const changed = (file: Uint8Array, change: (tensors: Map<string, unknown>, metadata: object) => void) => {
  const { tensors, metadata } = readSafetensors(file);
  const copy = new Map(tensors);
  const texts = { ...metadata };
  change(copy as Map<string, unknown>, texts);
  return writeSafetensors({ tensors: copy, metadata: texts });
};

const stack: ModelDescription = {
  inputs: 3,
  seed: 7,
  layers: [
    { unit: 'NALU', outputs: 2, initialization: 'wide', options: { epsilon: 1e-5 } },
    {
      unit: 'Linear',
      outputs: 1,
      initialization: { W: { kind: 'uniform', low: -1, high: 1 }, b: { kind: 'constant', value: 0 } },
    },
  ],
};

describe('a description as JSON', () => {
  it('comes back as it was', () => {
    expect(modelFromJson(modelToJson(stack))).toEqual(stack);
    for (const { name } of units) {
      const description = { inputs: 2, layers: [{ unit: name, outputs: 1 }] };
      expect(modelFromJson(modelToJson(description))).toEqual(description);
    }
  });

  it('finds units from outside the package by name', () => {
    const unit = defineUnit({ ...findUnit('NAC'), name: 'Foreign' });
    const text = modelToJson({ inputs: 2, layers: [{ unit, outputs: 1 }] });
    expect(modelFromJson(text, { units: [unit] }).layers[0]?.unit).toBe(unit);
    expect(refusal(() => modelFromJson(text)).message).toContain("there is no unit 'Foreign'");
  });

  const start = '"format":"nalu-webgpu/model","version":1,"inputs":2';
  const layer = (fields: string) => `{${start},"layers":[{${fields}}]}`;
  it.each([
    ['[]', 'the description: must be an object'],
    ['{"format":"other"}', 'format: it is "other"'],
    ['{"format":"nalu-webgpu/model","version":2}', 'version: it is 2; this release reads version 1'],
    [`{${start}}`, 'layers: must be a list'],
    [`{${start},"layers":[]}`, 'it must be a list of at least one layer'],
    [`{${start},"layers":[1]}`, 'layers[0]: must be an object'],
    [`{${start},"layers":[],"colour":1}`, 'the description: "colour" is not known here'],
    [`{${start},"layers":[${'{},'.repeat(1000)}{}]}`, 'a list of at most 1000'],
    [layer('"outputs":1'), 'layers[0].unit: must be the name of a unit'],
    [layer('"unit":"toString","outputs":1'), "there is no unit 'toString'"],
    [layer('"unit":"NAC"'), 'layers[0] has no outputs'],
    [layer('"unit":"NAC","outputs":"1"'), "layers[0].outputs is '1'; it must be a whole number"],
    [layer('"unit":"NAC","outputs":1,"x":1'), "layers[0] has no option 'x'"],
    [
      layer('"unit":"NAC","outputs":1,"initialization":"none"'),
      "initialization is 'none'; it must be 'article', 'madsen' or 'narrow'",
    ],
    [layer('"unit":"NAC","outputs":1,"initialization":{}'), 'has no initial values for parameter W_hat'],
    [
      layer('"unit":"NAU","outputs":1,"initialization":{"W":{"kind":"no"}}'),
      "W.kind is 'no'; it must be 'constant', ",
    ],
    [layer('"unit":"NAU","outputs":1,"initialization":{"W":{"kind":"uniform","low":1}}'), 'W has no high'],
    [
      layer('"unit":"NAU","outputs":1,"initialization":{"W":{"kind":"nac","low":1}}'),
      "W has no option 'low'",
    ],
    [layer('"unit":"NALU","outputs":1,"options":{"epsilon":"1"}'), "options.epsilon is '1'"],
    [
      layer('"unit":"NALU","outputs":1,"options":{"omega":1}'),
      "NALU (layers[0].options) has no option 'omega'; its options: epsilon",
    ],
  ])('%s is refused', (text, message) => {
    expect(refusal(() => modelFromJson(text)).message).toContain(message);
  });

  it('is refused where it is no model to begin with', () => {
    expect(() => modelToJson({ inputs: 2, layers: [] })).toThrow(OptionError);
  });
});

describe('a model in a file', () => {
  const columns = {
    inputs: ['a', 'b', 'c'].map((name, k) => ({ name, offset: k, scale: 2 ** k })),
    targets: [{ name: 'größe', offset: 0.1, scale: -3 }],
  };
  const notes = { source: 'a table', error: '1e-9' };
  const parameters = parametersOf(stack);

  it('comes back to the bit, with columns and notes', () => {
    const file = saveModel({ model: stack, parameters, columns, formula: 'größe = a', notes });
    const back = loadModel(file);
    expect(back).toMatchObject({ model: stack, columns, formula: 'größe = a', notes });
    back.parameters.forEach((layer, k) => {
      expect(Object.keys(layer)).toEqual(Object.keys(parameters[k] ?? {}));
      for (const [name, { data, shape }] of Object.entries(layer)) {
        expect(bitsOf(data)).toEqual(bitsOf(parameters[k]?.[name]?.data ?? []));
        expect(shape).toEqual(parameters[k]?.[name]?.shape);
      }
    });
    expect(saveModel(back)).toEqual(file);
  });

  it('says the names of columns as lists, and their scaling only where there is one', () => {
    const { metadata } = readSafetensors(saveModel({ model: stack, parameters, columns }));
    expect(metadata).toMatchObject({ columns: '["a","b","c"]', targets: '["größe"]' });
    expect(JSON.parse(metadata.scaling ?? '')).toEqual({
      inputs: [0, 1, 2].map((k) => ({ offset: k, scale: 2 ** k })),
      targets: [{ offset: 0.1, scale: -3 }],
    });
    const plain = {
      inputs: columns.inputs.map(({ name }) => ({ name, offset: 0, scale: 1 })),
      targets: [{ name: 'y', offset: 0, scale: 1 }],
    };
    const file = saveModel({ model: stack, parameters, columns: plain });
    expect(readSafetensors(file).metadata).not.toHaveProperty('scaling');
    expect(loadModel(file).columns).toEqual(plain);
  });

  it('has the names of the units’ records', () => {
    const { tensors } = readSafetensors(saveModel({ model: stack, parameters }));
    expect([...tensors.keys()].sort()).toEqual([
      'layers.0.G',
      'layers.0.M_hat',
      'layers.0.W_hat',
      'layers.1.W',
      'layers.1.b',
    ]);
  });

  it.each(units.map(({ name }) => name))('holds %s', (unit) => {
    const model = { inputs: 3, layers: [{ unit, outputs: 2 }], seed: 3 };
    const file = saveModel({ model, parameters: parametersOf(model) });
    expect(loadModel(file)).toEqual({ model, parameters: parametersOf(model) });
  });

  it('is not written with a parameter missing or not finite', () => {
    expect(() => saveModel({ model: stack, parameters: [] })).toThrow(DataError);
    const broken = parametersOf(stack);
    (broken[1]?.b?.data as Float32Array)[0] = Number.NaN;
    expect(() => saveModel({ model: stack, parameters: broken })).toThrow(
      'layer 1: parameter b has NaN at index 0',
    );
  });

  const file = saveModel({ model: stack, parameters, columns });
  const one = { dtype: 'F32', shape: [1], data: Float32Array.of(1) };
  it.each<[string, Parameters<typeof changed>[1], string]>([
    ['a missing tensor', (tensors) => tensors.delete('layers.0.G'), 'layers.0.G: this tensor is missing'],
    ['one too many', (tensors) => tensors.set('layers.2.W', one), 'layers.2.W: this tensor does not belong'],
    ['a wrong shape', (tensors) => tensors.set('layers.1.W', one), 'has shape [1]; expected [2,1]'],
    [
      'a wrong type',
      (tensors) => tensors.set('layers.1.b', { dtype: 'F64', shape: [1], data: Float64Array.of(1) }),
      'is F64; expected F32',
    ],
    [
      'infinity',
      (tensors) => tensors.set('layers.1.b', { ...one, data: Float32Array.of(Number.POSITIVE_INFINITY) }),
      'has Infinity at index 0',
    ],
    ['no format', (_, texts) => Object.assign(texts, { format: 'pt' }), 'format is "pt"'],
    ['a broken description', (_, texts) => Object.assign(texts, { model: '{' }), 'expected a name'],
    ['columns of no model', (_, texts) => Object.assign(texts, { columns: '["a"]' }), 'columns: must list 3'],
    ['columns twice', (_, texts) => Object.assign(texts, { columns: '["a","b","a"]' }), "'a' is there twice"],
    [
      'numbers as names',
      (_, texts) => Object.assign(texts, { targets: '[1]' }),
      'targets[0]: must be a name',
    ],
    ['no targets', (_, texts) => Object.assign(texts, { targets: '[]' }), 'targets: must list 1'],
    [
      'scaling of no model',
      (_, texts) => Object.assign(texts, { scaling: '{}' }),
      'scaling.inputs: must list',
    ],
    [
      'a scale of zero',
      (_, texts: { scaling?: string }) =>
        Object.assign(texts, { scaling: texts.scaling?.replace('-3', '0') }),
      'scaling.targets[0]: needs a finite offset',
    ],
  ])('is refused with %s', (_, change, message) => {
    expect(refusal(() => loadModel(changed(file, change))).message).toContain(message);
  });
});

describe('a checkpoint', () => {
  const state: EnsembleState = {
    version: 2,
    models: 3,
    lanes: 32,
    step: 12_345,
    logged: 12_000,
    floats: Float32Array.of(1, -0, Number.NaN, 5e-45, Number.NEGATIVE_INFINITY, 0.1),
    trainStates: Uint32Array.from({ length: 15 }, (_, k) => 0xffffffff - k),
    losses: Float32Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY),
    monitor: {
      errors: [0.1, Number.POSITIVE_INFINITY, Number.NaN],
      histories: [
        [
          [0.1, 3],
          [0.2, 10],
        ],
        [],
        [[Number.POSITIVE_INFINITY, 2 ** 40]],
      ],
      draws: [0, 1, 7],
    },
  };

  it('comes back to the bit', () => {
    const { state: back, notes } = loadCheckpoint(saveCheckpoint(state, { options: '{}' }));
    expect(back).toEqual(state);
    expect(bitsOf(back.floats)).toEqual(bitsOf(state.floats));
    expect(bitsOf(back.losses)).toEqual(bitsOf(state.losses));
    expect(notes).toEqual({ options: '{}' });
  });

  const u32 = (...values: number[]) => ({
    dtype: 'U32',
    shape: [values.length],
    data: Uint32Array.from(values),
  });
  it.each<[string, Parameters<typeof changed>[1], string]>([
    ['another version', (_, texts) => Object.assign(texts, { version: '1' }), 'reads version 2'],
    [
      'no step',
      (_, texts) => Object.assign(texts, { step: '-1' }),
      '__metadata__.step: must be a whole number',
    ],
    ['too many models', (_, texts) => Object.assign(texts, { models: '4' }), 'values; 20 are needed'],
    ['no log step', (_, texts) => Object.assign(texts, { logged: '-2' }), '__metadata__.logged: must be'],
    ['a missing tensor', (tensors) => tensors.delete('losses'), 'losses: this tensor is missing'],
    ['another type', (tensors) => tensors.set('floats', u32(1)), 'floats: this tensor is not of F32'],
    ['lost histories', (tensors) => tensors.set('monitor.lengths', u32(2, 0, 9)), 'must have 11 values'],
  ])('is refused with %s', (_, change, message) => {
    const file = changed(saveCheckpoint(state), change);
    expect(refusal(() => loadCheckpoint(file)).message).toContain(message);
  });

  it('is no model', () => {
    const file: Safetensors = readSafetensors(saveCheckpoint(state));
    expect(refusal(() => loadModel(writeSafetensors(file))).format).toBe('model');
  });
});
