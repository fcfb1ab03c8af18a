import { InferenceSession, env as ortEnv, Tensor } from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { DataError, FormulaError } from '../../src/errors.ts';
import { toJavaScript, toOnnx, toPython } from '../../src/export/index.ts';
import { defineUnit } from '../../src/units/define.ts';
import { findUnit } from '../../src/units/registry.ts';
import { relativeError } from '../support/compare.ts';
import { exportedModels } from '../support/exported-models.ts';
import { findPython, runPython } from '../support/python.ts';

const models = exportedModels();
const [first] = models as [(typeof models)[number]];
const scaled = models.find(({ exported }) => exported.columns) as typeof first;

/** The module that `code` is. */
const moduleOf = (code: string) =>
  import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
const rowsOf = (rows: Float64Array) =>
  Array.from({ length: rows.length / 3 }, (_, row) => [...rows.subarray(3 * row, 3 * row + 3)]);

ortEnv.wasm.numThreads = 1;
ortEnv.logLevel = 'error';

async function runOnnx(file: Uint8Array, rows: Float64Array): Promise<Float32Array> {
  const session = await InferenceSession.create(file);
  const x = new Tensor('float32', Float32Array.from(rows), [rows.length / 3, 3]);
  const { y } = await session.run({ x });
  await session.release();
  return y?.data as Float32Array;
}

describe.each(models)('$name', ({ exported, rows, expected }) => {
  it('computes the same in JavaScript', async () => {
    const { predict } = await moduleOf(toJavaScript(exported));
    expect(relativeError(predict(rowsOf(rows)).flat(), expected)).toBeLessThan(1e-13);
  });

  it('computes the same in ONNX Runtime, in float32', async () => {
    expect(relativeError(await runOnnx(toOnnx(exported), rows), expected)).toBeLessThan(2e-6);
  });
});

describe('a module of Python', () => {
  const python = findPython(['numpy']);
  const script = `
import json, sys
out = []
for code, rows in json.load(sys.stdin):
    module = {}
    exec(code, module)
    array = module["predict"](rows)
    columns = dict(zip(module["inputs"], zip(*rows)))
    assert (module["predict"](columns) == array).all()
    try:
        module["predict"]([[1.0]])
    except ValueError as error:
        assert str(error).startswith("rows must be finite numbers of shape [rows, 3]"), error
    else:
        raise AssertionError("a short row was taken")
    out.append(array.tolist())
print(json.dumps(out))`;

  // Without Python there is nothing to run: what it shares with JavaScript is computed above, and its text is held below.
  it('computes the same, for every unit and stack', () => {
    if (!python) return;
    const input = models.map(({ exported, rows }) => [toPython(exported), rowsOf(rows)]);
    const found = runPython(script, input) as number[][][];
    models.forEach(({ name, expected }, k) => {
      expect(relativeError((found[k] ?? []).flat(), expected), name).toBeLessThan(1e-13);
    });
  });

  it('has the statements of the module of JavaScript, in NumPy', () => {
    for (const { exported } of models) {
      const python = toPython(exported);
      const javaScript = toJavaScript(exported);
      const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name);
      const layers = (text: string, start: RegExp) => text.slice(text.search(start));
      expect(namesIn(layers(python, /^def layer1/m), /^ {4}(\w+) = (?!np\.atleast)/gm)).toEqual(
        namesIn(layers(javaScript, /^function layer1/m), /^ {2}const (\w+) = /gm),
      );
      expect(namesIn(python, /^(\w+) = np\.array\(/gm)).toEqual(namesIn(javaScript, /^const (\w+) = \[/gm));
      expect(python).not.toMatch(/Math\.|undefined|NaN|=>/);
    }
  });

  it('quotes what the formula and the names hold', () => {
    const { exported } = scaled;
    const nasty = { ...exported, formula: 'a """ \\" \n b', columns: named('"\\', "'''", '*/') };
    expect(toPython(nasty)).toContain(`inputs = ["\\"\\\\", "'''", "*/"]`);
    if (python) expect(runPython(script, [[toPython(nasty), rowsOf(scaled.rows)]])).toHaveLength(1);
  });
});

const named = (...names: string[]) => ({
  inputs: names.map((name) => ({ name, offset: 0, scale: 2 })),
  targets: [{ name: 't', offset: 0, scale: 1 }],
});

describe('a module of JavaScript', () => {
  it('takes rows as objects with the names of the columns', async () => {
    const { predict, inputs, targets } = await moduleOf(toJavaScript(scaled.exported));
    expect({ inputs, targets }).toEqual({ inputs: ['a', 'größe', 'x y'], targets: ['t0'] });
    const [row] = rowsOf(scaled.rows).slice(1) as [number[]];
    expect(predict([{ 'x y': row[2], größe: row[1], a: row[0], other: 7 }])).toEqual(predict([row]));
    expect(predict([Float64Array.from(row)])).toEqual(predict([row]));
  });

  it('says which row it cannot take', async () => {
    const { predict } = await moduleOf(toJavaScript(scaled.exported));
    expect(() => predict([[1, 2, 3], { a: 1 }])).toThrow('row 1 must be 3 finite numbers: a, größe, x y');
    expect(() => predict([[1, 2]])).toThrow('row 0 must be 3 finite numbers');
  });

  it('is a module whatever the formula and the names hold', async () => {
    const nasty = { ...scaled.exported, formula: '*/ evil( `${\n', columns: named('"\\', '`$x', '*/') };
    const { inputs, predict } = await moduleOf(toJavaScript(nasty));
    expect(inputs).toEqual(['"\\', '`$x', '*/']);
    expect(predict([[1, 2, 3]])).toHaveLength(1);
  });
});

describe('numbers at the end of the range', () => {
  // Without a bound, e^z would be infinite where the gate is shut, and zero times infinity is no number.
  it('stay numbers in every language', async () => {
    const model = { inputs: 3, layers: [{ unit: 'NALU' as const, outputs: 1 }] };
    const ones = [9, 9, 9];
    const exported = {
      model,
      parameters: [{ W_hat: { data: ones }, M_hat: { data: ones }, G: { data: ones } }],
    };
    const rows = Float64Array.of(1e30, 1e30, 1e30);
    const { predict } = await moduleOf(toJavaScript(exported));
    expect(predict([[1e200, 1e200, 1e200]])).toEqual([[expect.closeTo(3e200, -198)]]);
    expect((await runOnnx(toOnnx(exported), rows))[0]).toBeCloseTo(3e30, -28);
  });
});

describe('what cannot be exported', () => {
  it.each([toJavaScript, toPython, toOnnx])('is refused: %o', (write) => {
    const { equation: _equation, forward: _forward, ...rest } = findUnit('NAC');
    const unit = defineUnit({ ...rest, name: 'Foreign' });
    const model = { inputs: 3, layers: [{ unit, outputs: 2 }] };
    expect(() => write({ ...first.exported, model })).toThrow(FormulaError);
    expect(() => write({ ...first.exported, parameters: [] })).toThrow(DataError);
    expect(() => write({ ...scaled.exported, columns: { inputs: [], targets: [] } })).toThrow(
      '0 columns and 0 targets were given for a model of 3 inputs',
    );
  });
});

describe('an ONNX file', () => {
  it('uses standard operators alone, and names columns, targets and the formula', () => {
    for (const { exported } of models) {
      const text = Buffer.from(toOnnx(exported)).toString('latin1');
      expect(text).not.toMatch(/com\.microsoft|ai\.onnx\.ml/);
    }
    const text = Buffer.from(toOnnx(scaled.exported)).toString('utf8');
    for (const part of ['["a","größe","x y"]', '["t0"]', 'E = "a" */ \\ b']) expect(text).toContain(part);
  });

  it('takes any number of rows', async () => {
    const file = toOnnx(scaled.exported);
    for (const rows of [1, 5]) {
      const some = scaled.rows.subarray(0, 3 * rows);
      expect(await runOnnx(file, some)).toHaveLength(rows);
    }
  });
});
