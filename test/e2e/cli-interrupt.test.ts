import { execFileSync, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { servePage } from '../../src/cli/chrome-server.ts';
import { toJavaScript } from '../../src/export/index.ts';
import { loadModel, saveModel } from '../../src/io/index.ts';
import type { ReproduceResult } from '../../src/reproduce/result.ts';
import { descendants, interrupted, nalu, onlyJson, runs, start, until } from '../support/command.ts';

/** Longer than any test may last. */
const endless = ['--epochs', '100000000'];

describe.each([
  ['node', 'SIGINT', 130],
  ['chrome', 'SIGTERM', 143],
] as const)('nalu reproduce --runtime %s', (runtime, signal, code) => {
  const base = ['reproduce', '--runtime', runtime];

  it(`ends on ${signal} with ${code}, says so and leaves no process behind`, async () => {
    const { child, output, finished } = start([...base, ...endless]);
    await until('the adapter', () => output().includes('Adapter'));
    await setTimeout(500);
    const children = descendants(child.pid as number);
    expect(children.length > 0).toBe(runtime === 'chrome');
    child.kill(signal);
    expect(await finished).toMatchObject({ code, stderr: '' });
    expect(output()).toMatch(
      /\n(20 seeds \(1 to 20\), interrupted after \S+ of 100,000,000 epochs, |Interrupted before the first epoch was done, )/,
    );
    expect(output()).toMatch(/\n\nInterrupted: .*\n$/);
    await until('the browser to end', () => !children.some(runs));
  });

  it('prints how far all seeds have come', async () => {
    const result = await interrupted(
      () => start([...base, ...endless, '--seeds', '3', '--json']),
      ({ stdout }) => /"seed":1,"epochs":\d\d.*"losses"/.test(stdout),
    );
    expect(result).toMatchObject({ code: 130, stderr: '' });
    const { complete, experiments } = onlyJson<ReproduceResult>(result);
    expect(complete).toBe(false);
    expect(experiments.map(({ name }) => name)).toEqual(['addition']);
    const trained = experiments[0]?.runs ?? [];
    expect(trained.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    for (const { epochs, predicted, losses, finalLoss } of trained) {
      expect(epochs).toBe(trained[0]?.epochs);
      expect(epochs).toBeGreaterThanOrEqual(10);
      expect(epochs).toBeLessThan(100_000_000);
      expect(predicted).toHaveLength(10);
      expect(losses.at(-1)).toEqual([epochs, Number(finalLoss.toPrecision(6))]);
    }
  });
});

describe('headless Chrome', () => {
  it('ends with the command, and its profile goes, though the command is killed without a word', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'nalu-killed-'));
    try {
      const env = { TMPDIR: temporary };
      const { child, output, finished } = start(['reproduce', '--runtime', 'chrome', ...endless], env);
      await until('the adapter', () => output().includes('Adapter'));
      const children = descendants(child.pid as number);
      expect(children.length).toBeGreaterThan(3);
      expect(readdirSync(temporary).some((name) => name.startsWith('nalu-chrome-'))).toBe(true);
      child.kill('SIGKILL');
      await finished;
      await until('every part of the browser to end', () => !children.some(runs));
      await until('its profile to go', () => readdirSync(temporary).length === 0);
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  });

  it('ends, too, when the command is interrupted while it starts', async () => {
    const { child, finished } = start(['reproduce', '--runtime', 'chrome', ...endless, '--json']);
    const children = () => descendants(child.pid as number);
    await until('the browser', () => children().length > 0);
    child.kill('SIGINT');
    const started = children();
    const result = await finished;
    expect(result).toMatchObject({ code: 130, stderr: 'error: interrupted\n' });
    expect(onlyJson(result)).toEqual({ error: { code: 'interrupted', message: 'interrupted' } });
    await until('every part of the browser to end', () => !started.some(runs));
  });

  it('ends at once, and prints nothing more, on a second signal', async () => {
    const { child, output, finished } = start(['reproduce', '--runtime', 'chrome', ...endless]);
    await until('the adapter', () => output().includes('Adapter'));
    const children = descendants(child.pid as number);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await finished).toMatchObject({ code: expect.toBeOneOf([130, 143]), stderr: '' });
    expect(output()).not.toContain('nterrupted');
    await until('the browser to end', () => !children.some(runs));
  });

  it('that ends in the middle of a training is an error', async () => {
    const { child, output, finished } = start(['reproduce', '--runtime', 'chrome', ...endless]);
    await until('the adapter', () => output().includes('Adapter'));
    const children = descendants(child.pid as number);
    process.kill(children[0] as number, 'SIGKILL');
    const { code, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the page in headless Chrome failed: /);
    await until('every part of the browser to end', () => !children.some(runs));
  });
});

describe('a command that waits for its input', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nalu-waits-'));
    await writeFile(
      join(folder, 'm.safetensors'),
      saveModel({
        model: { inputs: 1, layers: [{ unit: 'Linear', outputs: 1 }] },
        parameters: [{ W: { data: [1] }, b: { data: [0] } }],
      }),
    );
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['fit', ['fit', 'PIPE', '--target', 'y']],
    ['fit', ['fit', '-', '--target', 'y']],
    ['predict', ['predict', 'MODEL', 'PIPE']],
    ['predict', ['predict', 'MODEL', '-', '--out', 'OUT']],
    ['predict', ['predict', 'PIPE', 'MODEL']],
    ['export', ['export', 'PIPE', '--format', 'js']],
  ])('hears that it is interrupted: %s %j', async (_, args) => {
    const names: Record<string, string> = { PIPE: 'pipe', MODEL: 'm.safetensors', OUT: 'out.csv' };
    const given = args.map((each) => (names[each] ? join(folder, names[each]) : each));
    const result = await interrupted(() => start(given, { NALU_ADAPTER: 'software' }, 'pipe'));
    expect(result).toMatchObject({
      code: 130,
      stdout: '',
      stderr: expect.stringMatching(/^error: interrupted.*\n$/),
    });
    expect(readdirSync(folder).sort()).toEqual(['m.safetensors', 'pipe']);
  });
});

describe('a named pipe', () => {
  it('is read to its end, whoever is there first', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nalu-pipe-'));
    try {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      const bytes = saveModel({
        model: { inputs: 1, layers: [{ unit: 'Linear', outputs: 1 }] },
        parameters: [{ W: { data: [1] }, b: { data: [0] } }],
      });
      await writeFile(join(folder, 'm'), bytes);
      for (const wait of [0, 1]) {
        const writer = spawn('sh', ['-c', `sleep ${wait}; cat "$1" > "$2"`, 'sh', join(folder, 'm'), pipe]);
        const { code, stdout } = await nalu(['export', pipe, '--format', 'js']);
        expect({ code, stdout }).toEqual({ code: 0, stdout: toJavaScript(loadModel(bytes)) });
        writer.kill();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('the server of the page in headless Chrome', () => {
  it('answers whatever it is sent, and goes on', async () => {
    const server = await servePage();
    const { port } = new URL(server.url);
    /** Sends a request's first line as it is, and gives the answer's status. */
    const ask = (line: string) =>
      new Promise<string>((resolve, reject) => {
        let answer = '';
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(`${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
        });
        socket
          .setEncoding('latin1')
          .on('data', (text) => {
            answer += text;
          })
          .on('error', reject)
          .on('close', () => resolve(answer.split(' ')[1] ?? ''));
      });
    try {
      const missing = [
        '//',
        '///x',
        '//[',
        '/../../package.json',
        '/dist/../package.json',
        '/dist/%2e%2e/a.js',
      ];
      for (const path of [...missing, '*', 'http://[/', '/dist/src/cli/no.js', '/dist/src/cli', '/\\..']) {
        expect(await ask(`GET ${path}`), path).toBe('404');
      }
      expect(await ask('GET')).toBe('400');
      expect(await ask('GET /')).toBe('200');
      expect(await ask('GET /?//')).toBe('200');
      expect(await ask('GET /dist/src/cli/chrome-page.js')).toBe('200');
    } finally {
      await server.close();
    }
  });
});
