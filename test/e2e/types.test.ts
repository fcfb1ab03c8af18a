import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const npm = (args: readonly string[], cwd: string) =>
  run('npm', args, { cwd, shell: process.platform === 'win32' });

/** The oldest TypeScript that is promised, and those since; the last is the one that the project itself is compiled with. */
const versions = ['5.6', '6', '7'] as const;
let project: string;
const compiler = (version: string): string =>
  join(
    version === '7' ? root : project,
    'node_modules',
    version === '7' ? 'typescript' : `typescript-${version}`,
  );

/** What a project may do with each entry, and what must not compile. */
const use = `
import { createModel, requestGpu, trainEnsemble, type TrainingReport, type TrainOptions } from 'nalu-webgpu';
import { createModel as createOwn, nmu } from 'nalu-webgpu/core';
import { toOnnx } from 'nalu-webgpu/export';
import { fit, type FitOptions } from 'nalu-webgpu/fit';
import { printFormula, snapFormula } from 'nalu-webgpu/formula';
import { loadModel, readTable, saveModel } from 'nalu-webgpu/io';
import { successRate } from 'nalu-webgpu/metrics';
const gpu = await requestGpu({ powerPreference: 'low-power' });
const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] });
const options: TrainOptions = { x: [[1, 2]], y: [2], steps: 1, optimizer: { name: 'adam', beta1: 0.8 } };
const report: TrainingReport = await model.train(options);
createOwn(gpu, { inputs: 2, layers: [{ unit: nmu, outputs: 1 }] }).dispose();
const first: number | undefined = (await model.predict([1, 2]))[0];
const wanted: FitOptions = { target: 'y' };
const found = await fit(gpu, await readTable('x,y\\n1,2\\n'), wanted);
const file: Uint8Array = saveModel({ model: model.description, parameters: [] });
const onnx: Uint8Array = toOnnx(loadModel(file));
// @ts-expect-error a unit's name is spelt as in the literature
createModel(gpu, { inputs: 2, layers: [{ unit: 'Nalu', outputs: 1 }] });
// @ts-expect-error beta1
await model.train({ x: [1, 2], y: [2], steps: 1, optimizer: { name: 'adam', beta_1: 0.9 } });
// @ts-expect-error one of steps and epochs
await model.train({ x: [1, 2], y: [2] });
// @ts-expect-error and not both
await model.train({ x: [1, 2], y: [2], steps: 1, epochs: 1 });
// @ts-expect-error learningRate
await trainEnsemble(gpu, { model: model.description, seeds: [1], x: [1, 2], y: [2], steps: 1, lr: 1 });
// @ts-expect-error an await was forgotten
createModel(requestGpu(), { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] });
export { first, found, onnx, printFormula, report, snapFormula, successRate };
`;

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'nalu-types-')));
  const packed = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', project], root);
  const [{ filename }] = JSON.parse(packed.stdout) as [{ filename: string }];
  await writeFile(join(project, 'package.json'), '{ "name": "strict", "private": true, "type": "module" }');
  const compilers = versions.slice(0, -1).map((version) => `typescript-${version}@npm:typescript@${version}`);
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--omit=optional', '--ignore-scripts'];
  await npm(['install', ...quiet, join(project, filename), ...compilers], project);
  await writeFile(join(project, 'use.ts'), use);
});
afterAll(() => rm(project, { recursive: true, force: true }));

/** What the compiler says of `file`. */
const compile = (version: string, resolution: string, file: string): Promise<string> => {
  const module = resolution === 'bundler' ? 'esnext' : resolution;
  const strict = ['--strict', '--noEmit', '--skipLibCheck', 'false', '--target', 'es2022'];
  const how = ['--module', module, '--moduleResolution', resolution];
  const tsc = join(compiler(version), 'bin/tsc');
  return run(process.execPath, [tsc, ...strict, ...how, file], { cwd: project }).then(
    () => '',
    ({ stdout }: { stdout: string }) => stdout,
  );
};

// The way a module is resolved does not depend on the version.
it.each([
  ['5.6', 'nodenext'],
  ['6', 'bundler'],
  ['7', 'nodenext'],
])('TypeScript %s accepts every declaration as it is: %s', async (version, resolution) => {
  expect(await compile(version, resolution, 'use.ts')).toBe('');
});

// From version 6 on TypeScript's own library has these types.
describe('@webgpu/types, where a project has them', () => {
  it('tell what a device is', async () => {
    await mkdir(join(project, 'node_modules/@webgpu'), { recursive: true });
    const types = 'node_modules/@webgpu/types';
    await symlink(join(root, types), join(project, types), 'junction');
    const code = `/// <reference types="@webgpu/types" />
      import { requestGpu } from 'nalu-webgpu';
      const size: number = (await requestGpu()).device.limits.maxBufferSize;
      export { size };`;
    await writeFile(join(project, 'device.ts'), code);
    expect(await compile('5.6', 'nodenext', 'device.ts')).toBe('');
  });
});

describe('an editor', () => {
  it('completes the names of units and options, and shows options by their names', async () => {
    const file = join(project, 'edited.ts');
    const code = `import { createModel, type Gpu, type Model } from 'nalu-webgpu';
declare const gpu: Gpu;
declare const model: Model;
createModel(gpu, { inputs: 2, layers: [{ unit: '', outputs: 1 }] });
model.train({ x: [1], y: [1], steps: 1,  });
`;
    await writeFile(file, code);
    const ts = createRequire(import.meta.url)(compiler('5.6')) as TypeScript;
    const options = { strict: true, target: 9, module: 199, moduleResolution: 99, skipLibCheck: true };
    const service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => [file],
      getScriptVersion: () => '0',
      getScriptSnapshot: (path: string) => {
        const text = ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => project,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      realpath: ts.sys.realpath,
    });
    const names = (at: number) =>
      service.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name);
    expect(names(code.indexOf("unit: '") + 7)).toEqual(
      expect.arrayContaining(['NALU', 'RealNPU', 'Dense tanh']),
    );
    const keys = names(code.indexOf('steps: 1, ') + 10);
    expect(keys).toEqual(expect.arrayContaining(['learningRate', 'batch', 'onProgress', 'signal']));
    const shown = service.getQuickInfoAtPosition(file, code.indexOf('train('))?.displayParts;
    expect(shown?.map(({ text }) => text).join('')).toContain('train(options: TrainOptions)');
  });
});

/** What this test uses of TypeScript 5's own interface, which the project's version does not have. */
interface TypeScript {
  createLanguageService(host: { readonly [name: string]: unknown }): {
    getCompletionsAtPosition(
      file: string,
      at: number,
      options: object,
    ): { readonly entries: readonly { readonly name: string }[] } | undefined;
    getQuickInfoAtPosition(
      file: string,
      at: number,
    ): { readonly displayParts?: readonly { readonly text: string }[] } | undefined;
  };
  readonly ScriptSnapshot: { fromString(text: string): object };
  readonly getDefaultLibFilePath: (options: object) => string;
  readonly sys: {
    readonly readFile: (path: string) => string | undefined;
    readonly fileExists: (path: string) => boolean;
    readonly directoryExists: (path: string) => boolean;
    readonly realpath?: (path: string) => string;
  };
}
