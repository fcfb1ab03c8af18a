/** As in containers: a user without a home, whose cache cannot be written. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../support/command.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nalu-container-'));
  mkdirSync(join(folder, 'tmp'));
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'tmp'), 0o1777);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'] as const;

/** Whether this process may become another user, and that user may read the package. */
function canBeNobody(): boolean {
  const [command, ...args] = nobody;
  return process.platform === 'linux' && spawnSync(command, [...args, 'test', '-r', main]).status === 0;
}

/** Runs `nalu reproduce`, as nobody where that can be. */
function reproduce(environment: NodeJS.ProcessEnv) {
  const { HOME, XDG_CACHE_HOME, ...rest } = process.env;
  const nalu = [process.execPath, main, 'reproduce', '--epochs', '2', '--experiment', 'addition'];
  const [command, ...args] = [...(canBeNobody() ? nobody : []), ...nalu] as [string, ...string[]];
  return spawnSync(command, args, {
    cwd: '/',
    env: { ...rest, NALU_ADAPTER: 'software', TMPDIR: join(folder, 'tmp'), ...environment },
    encoding: 'utf8',
  });
}

describe('nalu reproduce', () => {
  it.each([
    ['is not set', () => ({})],
    ['is not there', () => ({ HOME: '/nonexistent' })],
    [
      'has a cache that cannot be written',
      () => {
        mkdirSync(join(folder, 'cache'), { mode: 0o555 });
        return { HOME: folder, XDG_CACHE_HOME: join(folder, 'cache') };
      },
    ],
  ])('works where HOME %s, and leaves nothing behind', (_, environment) => {
    const { status, stdout, stderr } = reproduce(environment());
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Adapter .*\(software: runs on the CPU\)$/m);
    expect(stdout).toContain('Addition: NAC');
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });

  it('repairs a library that was cut off, which would end the process', () => {
    const cache = join(folder, 'cache');
    mkdirSync(cache);
    chmodSync(cache, 0o755);
    const env = { XDG_CACHE_HOME: cache };
    const run = () =>
      spawnSync(process.execPath, [main, 'reproduce', '--epochs', '2'], {
        env: { ...process.env, ...env, NALU_ADAPTER: 'software', TMPDIR: join(folder, 'tmp') },
        encoding: 'utf8',
      });
    expect(run()).toMatchObject({ status: 0, signal: null });
    const [unpacked] = readdirSync(join(cache, 'nalu-webgpu'));
    for (const library of ['libvk_swiftshader.so', 'libvulkan.so.1']) {
      truncateSync(join(cache, 'nalu-webgpu', unpacked as string, library), 100_000);
      expect(run()).toMatchObject({ status: 0, signal: null });
    }
    expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
  });
});
