import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChrome } from '../../src/node/chrome.ts';
import { deadLinks } from '../support/links.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);
const npm = (args: readonly string[], cwd: string) =>
  run('npm', args, { cwd, shell: process.platform === 'win32', timeout: 600_000 });

/** The examples in the README, as printed. */
const examples = async (): Promise<string[]> => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  return [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code as string);
};

let project: string;
let files: readonly string[];
/** Lends packages of this project to the one that has the tarball: they are hundreds of megabytes to install. */
const lend = async (...names: string[]) => {
  for (const name of names) {
    const path = join(project, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(root, 'node_modules', name), path, 'junction');
  }
};
const command = (file: string, args: readonly string[]) =>
  run(file, args, { cwd: project, shell: process.platform === 'win32' }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
/** The command line as it was installed. */
const nalu = (...args: string[]) => command(join(project, 'node_modules/.bin/nalu'), args);

beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'nalu-package-')));
  const packed = await npm(['pack', '--ignore-scripts', '--json', '--pack-destination', project], root);
  const [pack] = JSON.parse(packed.stdout) as [{ filename: string; files: { path: string }[] }];
  files = pack.files.map(({ path }) => path);
  await writeFile(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }');
  // The package needs no other, so nothing is asked of a registry.
  await npm(['install', '--no-audit', '--no-fund', '--offline', join(project, pack.filename)], project);
});
afterAll(() => rm(project, { recursive: true, force: true }));

describe('the packed package, installed into an empty project', () => {
  it('is one package of at most 3 MB', async () => {
    const lock = JSON.parse(await readFile(join(project, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    expect(Object.keys(lock.packages)).toEqual(['', 'node_modules/nalu-webgpu']);
    let bytes = 0;
    for (const name of await readdir(join(project, 'node_modules'), { recursive: true })) {
      const facts = await lstat(join(project, 'node_modules', name));
      if (facts.isFile()) bytes += facts.size;
    }
    expect(bytes).toBeLessThan(3e6);
  });

  it('holds what it needs and no more', () => {
    for (const file of ['package.json', 'README.md', 'LICENSE', 'dist/src/index.js', 'dist/src/index.d.ts']) {
      expect(files).toContain(file);
    }
    expect(files.filter((file) => /^(src|shaders|test|demo|node_modules|\.ci)\//.test(file))).toEqual([]);
  });

  it('has the licence of every library in it', async () => {
    const text = await readFile(join(project, 'node_modules/nalu-webgpu/dist/LICENSES.md'), 'utf8');
    const names = [...text.matchAll(/^## (\S+) \d/gm)].map(([, name]) => name);
    expect(names).toEqual(['commander', 'idb-keyval', 'jstat', 'papaparse', 'pbf', 'wgsl-preprocessor']);
    expect(text.match(/copyright/gi)?.length).toBeGreaterThanOrEqual(names.length);
  });

  it('has documents whose links lead to what is in it', () => {
    const paths = new Set(files);
    for (const file of files)
      for (let path = dirname(file); path !== '.'; path = dirname(path)) paths.add(path);
    const here = join(project, 'node_modules/nalu-webgpu');
    const read = (path: string) => readFileSync(join(here, path), 'utf8');
    const exists = (path: string) => paths.has(path.replace(/\/$/, ''));
    const pages = files.filter((file) => file.endsWith('.md'));
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/guides/README.md', 'docs/files.md']));
    expect(
      pages.flatMap((page) => deadLinks(page, { exists, read }).map((link) => `${page}: ${link}`)),
    ).toEqual([]);
  });

  it('has a command line that needs nothing more to find a law, predict and export', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => [1 + i / 7, 2 + ((i * 5) % 11) / 3]);
    const table = rows.map(([a, b]) => [a, b, 0.5 * Number(a) * Number(b) ** 2].join()).join('\n');
    await writeFile(join(project, 'energy.csv'), `mass,speed,energy\n${table}\n`);
    const fit = ['fit', 'energy.csv', '--target', 'energy', '--out', 'energy.safetensors'];
    const found = await command('npx', ['--offline', 'nalu', ...fit]);
    expect(found).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('energy = 0.5 * mass * speed ^ 2'),
    });
    const predicted = await nalu('predict', 'energy.safetensors', 'energy.csv');
    expect(predicted.stdout.split('\n').length).toBeGreaterThan(30);
    await nalu('export', 'energy.safetensors', '--format', 'js', '--out', 'energy.js');
    await nalu('export', 'energy.safetensors', '--format', 'onnx', '--out', 'energy.onnx');
    expect((await readdir(project)).filter((name) => /^energy\.(js|onnx)$/.test(name))).toHaveLength(2);
  });

  it('says what to install where a GPU, a browser or figures are wanted', async () => {
    const missing = [
      [['info'], 'npm install webgpu'],
      [['reproduce', '--seeds', '1'], 'npm install webgpu'],
      [['info', '--runtime', 'chrome'], 'npm install puppeteer'],
      [['reproduce', '--plot', 'curves.svg'], 'npm install vega vega-lite'],
      [['fit', 'energy.csv', '--target', 'energy', '--plot', 'fit.svg'], 'npm install vega vega-lite'],
      [['report', 'runs.jsonl', '--figure', 'rates.svg'], 'npm install vega vega-lite'],
    ] as const;
    for (const [args, command] of missing) {
      const { code, stdout, stderr } = await nalu(...args);
      expect({ code, stdout, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining(`\`${command}\``),
      });
    }
    await expect(
      run(process.execPath, ['-e', "import('nalu-webgpu').then((nalu) => nalu.requestGpu())"], {
        cwd: project,
      }),
    ).rejects.toMatchObject({
      stderr: expect.stringContaining('run `npm install webgpu`'),
    });
  });

  it('runs the examples of the README in Node beside the package webgpu, as printed', async () => {
    await lend('webgpu', '@sparticuz/chromium');
    const [single, many, law] = await examples();
    await writeFile(join(project, 'single.js'), single as string);
    await writeFile(join(project, 'many.js'), many as string);
    const first = await run(process.execPath, ['single.js'], { cwd: project, timeout: 600_000 });
    expect(Number(/1234 · 567 = ([\d.]+)/.exec(first.stdout)?.[1])).toBeCloseTo(1234 * 567, 0);
    const second = await run(process.execPath, ['many.js'], { cwd: project, timeout: 600_000 });
    expect(second.stdout).toMatch(/status: 'finished'/);
    expect(Number(/extrapolation: ([\d.e+-]+)/.exec(second.stdout)?.[1])).toBeLessThan(1);
    await writeFile(join(project, 'law.js'), law as string);
    const third = await run(process.execPath, ['law.js'], { cwd: project, timeout: 600_000 });
    expect(third.stdout).toContain('y = 3.7 * x0 / sqrt(x1) + 2 ');
  });

  it('has entries for files, formulas and metrics', async () => {
    const code = `
      import { readTable, saveModel } from 'nalu-webgpu/io';
      import { successRate } from 'nalu-webgpu/metrics';
      import { fit } from 'nalu-webgpu/fit';
      const { names } = await readTable('a,b\\n1,2\\n3,4\\n');
      console.log(names.join(), typeof saveModel, typeof fit, successRate(25, 25).rate);`;
    await writeFile(join(project, 'entries.js'), code);
    expect((await run(process.execPath, ['entries.js'], { cwd: project })).stdout).toBe(
      'a,b function function 1\n',
    );
  });

  it('has a command line that trains, and draws beside vega', async () => {
    const { stdout } = await nalu('info', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ adapter: { vendor: expect.any(String) } });
    await lend('vega', 'vega-lite');
    const drawn = await nalu(
      'reproduce',
      '--experiment',
      'addition',
      '--seeds',
      '1',
      '--epochs',
      '20',
      '--plot',
      'curves.svg',
    );
    expect(drawn.stdout).toContain('Loss curves: curves.svg');
    const png = await nalu('report', 'runs.jsonl', '--figure', 'rates.png');
    expect(png.stderr).toContain('`npm install @resvg/resvg-js dejavu-fonts-ttf`, or name a .svg file');
  });

  it('has types that a strict project accepts', async () => {
    await writeFile(
      join(project, 'use.ts'),
      `import { createModel, requestGpu, type TrainingReport } from 'nalu-webgpu';
       const gpu = await requestGpu();
       const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] });
       const report: TrainingReport = await model.train({ x: [[1, 2]], y: [[2]], steps: 1 });
       // @ts-expect-error a loss that does not exist
       await model.train({ x: [[1, 2]], y: [[2]], steps: 1, loss: 'none' });
       console.log(report.losses);`,
    );
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [tsc, ...options, '--lib', 'es2022,dom,esnext.disposable', 'use.ts'], {
      cwd: project,
    });
  });

  it('is small where layers hold the units they use', async () => {
    const gzipped = async (name: string, code: string): Promise<[string, number]> => {
      await writeFile(join(project, name), code);
      const built = await build({
        root: project,
        logLevel: 'error',
        build: {
          write: false,
          target: 'es2022',
          minify: true,
          rolldownOptions: { input: join(project, name), preserveEntrySignatures: 'strict' },
        },
      });
      const [{ output }] = [built].flat() as [Rolldown.RolldownOutput];
      const text = output.map((file) => (file.type === 'chunk' ? file.code : '')).join('');
      return [text, gzipSync(text, { level: 9 }).length];
    };
    const [layered, layeredBytes] = await gzipped(
      'layered.js',
      "export { createModel, nmu, requestGpu } from 'nalu-webgpu/core';",
    );
    expect(layeredBytes).toBeLessThan(45_000);
    // Neither other units nor the other engine.
    expect([/`NMU`/, /RealNPU/, /W_hat/, /ensemble of/].map((text) => text.test(layered))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const [ensemble, ensembleBytes] = await gzipped(
      'ensemble.js',
      "export { nmu, requestGpu, trainEnsemble } from 'nalu-webgpu/core';",
    );
    expect(ensembleBytes).toBeLessThan(43_500);
    expect([/`NMU`/, /RealNPU/, /W_hat/, /ensemble of/].map((text) => text.test(ensemble))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    // By name, any unit may be asked for.
    const [all] = await gzipped('all.js', "export { createModel, requestGpu } from 'nalu-webgpu';");
    expect(all.includes('RealNPU')).toBe(true);
    // The WGSL has no comments.
    expect(all.includes('Least argument with m_exp')).toBe(false);
  });

  it('takes records of units in its core, and says so where it is given a name', async () => {
    const code = `
      import { createModel, nmu, requestGpu } from 'nalu-webgpu/core';
      const gpu = await requestGpu();
      const model = createModel(gpu, { inputs: 2, layers: [{ unit: nmu, outputs: 1 }] });
      model.setParameters([{ W: [1, 1] }]);
      console.log((await model.predict([[3, 4]]))[0]);
      try { createModel(gpu, { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }] }); } catch (error) { console.log(error.message); }
      gpu.dispose();`;
    await writeFile(join(project, 'core.js'), code);
    const { stdout } = await run(process.execPath, ['core.js'], { cwd: project });
    expect(stdout).toMatch(
      /^12\n'NMU' is the name of a unit, which only 'nalu-webgpu' knows; .*import its record/,
    );
  });

  it('is bundled for a browser and runs the example of the README there, as printed', async () => {
    const [single] = await examples();
    const shown =
      'const shown = []; const { log } = console; console.log = (...all) => shown.push(all.join(" "));';
    await writeFile(join(project, 'page.js'), `${single}\nwindow.shown = shown; console.log = log;`);
    const html = `<!doctype html><script>${shown}</script><script type="module" src="./page.js"></script>`;
    await writeFile(join(project, 'index.html'), html);
    await build({ root: project, logLevel: 'error', build: { target: 'es2022' } });
    const page = await readFile(join(project, 'dist/index.html'), 'utf8');
    const script = /src="\/(assets\/[^"]+)"/.exec(page)?.[1] as string;
    const code = await readFile(join(project, 'dist', script), 'utf8');
    expect(code).not.toMatch(/node:|jstat|commander/);
    const server = createServer((request, response) => {
      const isScript = request.url?.endsWith('.js');
      response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      response.end(isScript ? code : page);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { browser } = await launchChrome();
    try {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await tab.waitForFunction('window.shown', { timeout: 600_000 });
      const text = String(await tab.evaluate('window.shown.join("\\n")'));
      expect(Number(/1234 · 567 = ([\d.]+)/.exec(text)?.[1])).toBeCloseTo(1234 * 567, 0);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
