import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ReproduceResult } from '../../src/reproduce/result.ts';
import { descendants, onlyJson, runs, start, until } from '../support/command.ts';

/** Longer than any test may last. */
const endless = ['--epochs', '100000000'];

describe.each(['node', 'chrome'])('nalu reproduce --runtime %s', (runtime) => {
  const base = ['reproduce', '--runtime', runtime];

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with %i, says so and leaves no process behind', async (signal, code) => {
    const { child, output, finished } = start([...base, ...endless]);
    await until('the adapter', () => output().includes('Adapter'));
    await setTimeout(500);
    const children = descendants(child.pid as number);
    expect(children.length > 0).toBe(runtime === 'chrome');
    child.kill(signal);
    expect(await finished).toMatchObject({ code, stderr: '' });
    expect(output()).toMatch(
      /\n(Seed 1, interrupted after \S+ of 100,000,000 epochs, |Interrupted before the first epoch was done, )/,
    );
    expect(output()).toMatch(/\n\nInterrupted: .*\n$/);
    await until('the browser to end', () => !children.some(runs), 10);
  });

  it('prints how far all seeds have come', async () => {
    const { child, finished } = start([...base, ...endless, '--seeds', '3', '--json']);
    // Nothing tells that the training has begun: the browser takes a few seconds, Dawn less than one.
    await setTimeout(runtime === 'chrome' ? 10_000 : 4000);
    child.kill('SIGINT');
    const result = await finished;
    expect(result).toMatchObject({ code: 130, stderr: '' });
    const { complete, experiments } = onlyJson<ReproduceResult>(result);
    expect(complete).toBe(false);
    expect(experiments.map(({ name }) => name)).toEqual(['addition']);
    const trained = experiments[0]?.runs ?? [];
    expect(trained.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    for (const { epochs, predicted, losses, finalLoss } of trained) {
      expect(epochs).toBe(trained[0]?.epochs);
      expect(epochs).toBeGreaterThan(10);
      expect(epochs).toBeLessThan(100_000_000);
      expect(predicted).toHaveLength(10);
      expect(losses.at(-1)).toEqual([epochs, Number(finalLoss.toPrecision(6))]);
    }
  });
});

describe('headless Chrome', () => {
  it('ends, too, when the command is interrupted while it starts', async () => {
    const { child, finished } = start(['reproduce', '--runtime', 'chrome', ...endless, '--json']);
    const children = () => descendants(child.pid as number);
    await until('the browser', () => children().length > 0);
    child.kill('SIGINT');
    const started = children();
    const result = await finished;
    expect(result).toMatchObject({ code: 130, stderr: 'error: interrupted\n' });
    expect(onlyJson(result)).toEqual({ error: { code: 'interrupted', message: 'interrupted' } });
    await until('every part of the browser to end', () => !started.some(runs), 10);
  });

  it('ends at once, and prints nothing more, on a second signal', async () => {
    const { child, output, finished } = start(['reproduce', '--runtime', 'chrome', ...endless]);
    await until('the adapter', () => output().includes('Adapter'));
    const children = descendants(child.pid as number);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await finished).toMatchObject({ code: expect.toBeOneOf([130, 143]), stderr: '' });
    expect(output()).not.toContain('nterrupted');
    await until('the browser to end', () => !children.some(runs), 10);
  });

  it('that ends in the middle of a training is an error', async () => {
    const { child, output, finished } = start(['reproduce', '--runtime', 'chrome', ...endless]);
    await until('the adapter', () => output().includes('Adapter'));
    const children = descendants(child.pid as number);
    process.kill(children[0] as number, 'SIGKILL');
    const { code, stderr } = await finished;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: the page in headless Chrome failed: /);
    await until('every part of the browser to end', () => !children.some(runs), 10);
  });
});
