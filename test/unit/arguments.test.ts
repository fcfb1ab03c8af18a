/**
 * Every function that an entry point exports refuses what it does not take with an error of the package: never a raw TypeError, and
 * never a call that hangs. What needs a device is in test/e2e/arguments.test.ts.
 */

import { describe, expect, it } from 'vitest';
import * as exporting from '../../src/export/index.ts';
import { operators } from '../../src/expression/operators.ts';
import * as fitting from '../../src/fit/index.ts';
import * as formulas from '../../src/formula/index.ts';
import * as main from '../../src/index.node.ts';
import * as io from '../../src/io/index.ts';
import * as metrics from '../../src/metrics/index.ts';
import * as tfjs from '../../src/tfjs/index.ts';
import { deviceFunctions } from '../support/device-functions.ts';
import { faultsOf } from '../support/wrong-arguments.ts';

type Given = () => readonly unknown[];

const { op } = main;
const model = { inputs: 2, layers: [{ unit: 'Linear', outputs: 1 }], seed: 1 } as const;
const parameters = [
  { W: { shape: [2, 1], data: new Float32Array([1, 2]) }, b: { shape: [1], data: new Float32Array(1) } },
];
const expression = () =>
  op.add(formulas.variable(0), op.multiply(formulas.constant(2, true), formulas.variable(1)));
const formula = (): formulas.Formula => ({
  variables: ['a', 'b'],
  targets: ['y'],
  expressions: [expression()],
});
const table = () =>
  io.tableOf({ a: [1, 2, 3, 4, 5, 6, 7, 8], b: [5, 3, 8, 1, 9, 2, 7, 4], y: [11, 8, 19, 6, 23, 10, 21, 16] });
const rows = () => Float64Array.from([1, 2, 3, 4]);
const scaling = () => [
  { offset: 0, scale: 2 },
  { offset: 1, scale: 1 },
];
const npy = () => io.writeNpy(rows(), [2, 2]);
const saved = () => ({ model, parameters });
const memory = (): io.ByteStore => ({
  read: async () => undefined,
  write: async () => undefined,
  remove: async () => undefined,
});
const state = () => ({
  version: 2,
  models: 1,
  lanes: 4,
  step: 3,
  logged: -1,
  floats: new Float32Array(3),
  trainStates: new Uint32Array(5),
  losses: new Float32Array(1),
  monitor: { errors: [1], draws: [0], histories: [[[1, 2]]] },
});
const own = () => ({
  name: 'Own',
  equation: {
    parameters: { edge: ['V'] },
    weights: { W: main.symbol('V') },
    features: { X: main.symbol('x') },
    accumulators: {
      a: { kind: 'sum', term: op.multiply(main.symbol('X'), main.symbol('W')), rounding: 'sign' },
    },
    out: main.symbol('a'),
  },
  initializations: { usual: { V: { kind: 'constant', value: 1 } } },
});
const outcome = () => ({
  step: 1,
  validation: 0,
  extrapolation: 0,
  success: true,
  solvedAt: 5,
  parameters: new Float32Array(2),
});
const point = () => ({
  step: 1,
  errors: { validation: [0.1], extrapolation: [0.2] },
  parameters: new Float32Array(2),
});
const range = () => [1, 2];
const draws = () => () => 0.25;
/** A zip archive of no files. */
const EMPTY_ZIP = [0x50, 0x4b, 5, 6, ...Array.from({ length: 18 }, () => 0)];

/** Found without a device, in no time. */
const result = await fitting.fit(undefined, table(), { target: 'y', seconds: 5 } as never);

/** Arguments of a call that works, for every function of every entry. */
const calls: Readonly<Record<string, Readonly<Record<string, Given>>>> = {
  main: {
    defineUnit: () => [own()],
    describeAdapter: () => [{ vendor: 'a', architecture: 'b', device: '', description: '', software: false }],
    describeUnit: () => [main.nalu],
    expressionBenchmark: () => [
      {
        expression: 'x0 * x1',
        ranges: [{ range: [1, 2], extrapolationRange: [2, 6] }],
        variables: ['x0', 'x1'],
      },
    ],
    expressionTask: () => [{ expression: 'x0 * x1', range: [1, 2], inputs: 3 }],
    f32: () => [1.5],
    findTask: () => ['arithmetic'],
    findUnit: () => ['NALU'],
    folderStore: () => ['folder'],
    formatRange: () => [range()],
    identityCurve: () => [
      { inputs: 1, layers: [{ unit: 'Linear', outputs: 1 }] },
      new Float32Array(2),
      { range: [-5, 5], extrapolationRange: [-20, 20] },
      41,
    ],
    initialWeights: () => [{ inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }], seed: 3 }],
    maxRelativeError: () => [
      [1, 2],
      [[1], [2]],
    ],
    parseRange: () => ['U[1,2)'],
    recipeFor: () => [main.nalu, 'arithmetic', 'add'],
    stretchSchedules: () => [{ learningRate: 0.1, regularizer: main.nau.recipe.regularizer }, 2],
    sumsTask: () => [
      { inputs: 4, operation: 'add', ranges: [[1, 2]], a: { from: 0, to: 2 }, b: { from: 1, to: 3 } },
    ],
    symbol: () => ['x', 'any'],
    wgsl: () => [['fn f() {}']],
  },
  io: {
    browserStore: () => ['name'],
    chooseColumns: () => [['a', 'b'], { targets: ['b'], inputs: ['a'] }],
    columnOf: () => [table(), 'a'],
    csvLines: () => [table(), { delimiter: ';', decimal: ',', header: false }],
    describeFaults: () => [
      { count: 1, rows: 1, first: [{ row: 1, column: 'a', kind: 'missing', text: '' }] },
      3,
    ],
    ensembleCheckpoints: () => [memory(), 'run', { every: 10, keep: 1, label: 'x' }],
    formulaPredictor: () => [formula()],
    holdsFormula: () => [{ formula: formula() }],
    importParameters: () => [
      model,
      { W: parameters[0]?.W, b: parameters[0]?.b },
      { rename: { W: 'layers.0.W', b: 'layers.0.b' }, transpose: false },
    ],
    loadCheckpoint: () => [io.saveCheckpoint(state() as never)],
    loadFormula: () => [io.saveFormula({ formula: formula() })],
    loadModel: () => [io.saveModel(saved()), { units: [main.nalu] }],
    loadSaved: () => [io.saveModel(saved())],
    modelFromJson: () => [io.modelToJson(model), { units: [main.nalu] }],
    modelToJson: () => [model],
    predictCsv: () => [
      io.formulaPredictor(formula()),
      { formula: formula() },
      'a,b\n1,2\n3,4\n',
      { only: true, onFault: 'drop', rows: 1, columns: ['a', 'b'], delimiter: ',' },
    ],
    readNpy: () => [npy()],
    readNpz: () => [Uint8Array.from(EMPTY_ZIP), { names: [] }],
    readSafetensors: () => [io.saveModel(saved())],
    readTable: () => ['a,b\n1,2\n', { delimiter: ',', header: true, columns: ['a'], onFault: 'drop' }],
    rowsOf: () => [table(), ['a', 'b']],
    saveCheckpoint: () => [state(), { note: 'x' }, { more: new Float64Array(2) }],
    saveFormula: () => [{ formula: formula(), notes: { how: 'x' } }],
    saveModel: () => [
      {
        ...saved(),
        formula: 'y = a',
        notes: { how: 'x' },
        columns: {
          inputs: [
            { name: 'a', offset: 0, scale: 1 },
            { name: 'b', offset: 0, scale: 1 },
          ],
          targets: [{ name: 'y', offset: 0, scale: 1 }],
        },
      },
    ],
    summarize: () => [table()],
    tableBatches: () => ['a,b\n1,2\n3,4\n', { rows: 1, delimiter: ',' }],
    tableFormat: () => ['a,b\n'],
    tableOf: () => [{ a: [1, 2], b: [3, 4] }],
    tableOfMatrix: () => [rows(), 2, ['a', 'b']],
    tableOfRows: () => [
      [
        [1, 2],
        [3, 4],
      ],
      ['a', 'b'],
    ],
    tensorValues: () => [{ dtype: 'F32', shape: [1], data: new Float32Array(1) }, 'W'],
    writeCsv: () => [table(), { delimiter: ';', decimal: ',' }],
    writeNpy: () => [rows(), [2, 2]],
    writeSafetensors: () => [
      {
        tensors: new Map([['W', { dtype: 'F32', shape: [1], data: new Float32Array(1) }]]),
        metadata: { format: 'x' },
      },
    ],
  },
  formula: {
    compile: () => [expression()],
    complexityOf: () => [expression()],
    constant: () => [1, true],
    derivative: () => [expression(), formulas.variable(1)],
    evaluate: () => [formula(), rows()],
    evaluateColumns: () => [
      expression(),
      [
        [1, 2],
        [3, 4],
      ],
      2,
    ],
    formulaOf: () => [
      model,
      parameters,
      { variables: ['a', 'b'], targets: ['y'], inputScaling: scaling(), targetScaling: scaling().slice(1) },
    ],
    gradient: () => [expression(), [formulas.variable(1)], formulas.constant(2)],
    parametrize: () => [expression()],
    parseExpression: () => ['a + b', ['a', 'b']],
    printFormula: () => [formula(), 'latex'],
    printName: () => ['a', 'latex'],
    scaleRows: () => [rows(), scaling()],
    scalingOf: () => [rows()],
    simplify: () => [expression()],
    sizeOf: () => [expression()],
    snapFormula: () => [
      model,
      parameters,
      {
        x: [
          [1, 2],
          [3, 5],
        ],
        y: [[5], [13]],
      },
      { tolerances: [0.1], slack: 0, variables: ['a', 'b'] },
    ],
    symbol: () => ['x'],
    unscaleRows: () => [rows(), scaling()],
    variable: () => [1, 'positive'],
    variablesOf: () => [expression()],
    writeProgram: () => [formula(), 'python'],
  },
  export: {
    toJavaScript: () => [saved()],
    toOnnx: () => [{ formula: formula() }],
    toPython: () => [saved()],
  },
  fit: {
    fit: () => [
      undefined,
      table(),
      { target: 'y', inputs: ['a', 'b'], seconds: 0.01, seed: 1, operators: ['exp'] },
    ],
    fitJson: () => [result],
    formulaToSave: () => [result, 'a test'],
    meaningsOf: () => [expression(), true],
    parseSplit: () => ['column:a', 0.3],
    readSavedFit: () => [JSON.stringify(result.search)],
  },
  metrics: {
    arithmeticSubsets: () => [100, 0.25, 0.5],
    arithmeticThreshold: () => ['add', range(), draws(), { samples: 10, epsilon: 1e-5 }],
    recurrentThreshold: () => ['add', range(), draws(), { samples: 10, steps: 5, epsilon: 1e-5 }],
    singleModuleThreshold: () => ['mul', range(), { inputs: 2, epsilon: 1e-5 }],
    solvedAt: () => [[1000, 2000, 3000]],
    sparsityErrors: () => [[0.1, 0.2, 0.05]],
    successRate: () => [3, 10],
    summarize: () => [[outcome()], () => 0.1],
  },
  tfjs: {},
};

/** Functions and classes with methods of their own. */
const others: Readonly<Record<string, readonly [call: (...given: never[]) => unknown, given: Given]>> = {
  ...Object.fromEntries(
    Object.entries(op).map(([name, build]) => [
      `op.${name}`,
      [build, () => [1, 2, 3, 4].slice(0, operators[name as formulas.OperatorName].arity)],
    ]),
  ),
  'new ColumnProgram': [
    (expressions: never, names: never) => new formulas.ColumnProgram(expressions, names),
    () => [[expression()], ['c']],
  ],
  'ColumnProgram.run': [
    (table: never, count: never, constants: never) =>
      new formulas.ColumnProgram([expression()]).run(table, count, constants),
    () => [[[1, 2], rows().slice(0, 2)], 2, [1]],
  ],
  'new Selection': [
    (options: never) => new metrics.Selection(options),
    () => [{ threshold: 1, validation: 'validation', extrapolation: 'extrapolation', initial: true }],
  ],
  'Selection.add': [
    (given: never, part: never) => new metrics.Selection({ threshold: 1 }).add(given, part),
    () => [point()],
  ],
};

const entries = { main, io, formula: formulas, export: exporting, fit: fitting, metrics, tfjs };
const isClass = (value: unknown): boolean => /^class\b/.test(Function.prototype.toString.call(value));

const exportsOf = Object.entries(entries).map(([entry, exported]) => {
  const functions = Object.entries(exported).flatMap(([name, value]) =>
    typeof value === 'function' && !isClass(value) && !deviceFunctions.includes(name)
      ? [[name, value as (...given: unknown[]) => unknown] as const]
      : [],
  );
  return { entry, functions };
});

describe.each(exportsOf.filter(({ functions }) => functions.length > 0))(
  'what $entry exports',
  ({ entry, functions }) => {
    it.each(functions)('%s takes what it should, and refuses all else by name', async (name, call) => {
      const given = calls[entry]?.[name];
      expect(given, `add a call of ${name} to the list in test/unit/arguments.test.ts`).toBeDefined();
      if (!given) return;
      if (name !== 'readNpz') await call(...given());
      expect(await faultsOf(name, call, given)).toEqual([]);
    });
  },
);

describe('operators, classes and their methods', () => {
  it.each(Object.entries(others))('%s', async (name, [call, given]) => {
    await (call as (...given: unknown[]) => unknown)(...given());
    expect(await faultsOf(name, call as (...given: unknown[]) => unknown, given)).toEqual([]);
  });
});
