import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { besideOf, fileIdentity, followLinks } from '../../src/node/file-identity.ts';
import { FileLockedError, lockFile } from '../../src/node/file-lock.ts';
import { isRunning, thisProcess } from '../../src/node/process-identity.ts';

let folder = '';
let path = '';
let lockPath = '';
const children: ChildProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nalu-lock-'));
  path = join(folder, 'results.jsonl');
  lockPath = join(folder, '.results.jsonl.lock');
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

/** A process that does nothing until it is killed. */
function sleeper(): ChildProcess & { pid: number } {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], { stdio: 'ignore' });
  children.push(child);
  return child as ChildProcess & { pid: number };
}

const ended = (child: ChildProcess) => new Promise((resolve) => child.once('exit', resolve));

/** Puts the lock of another process there. */
const leave = (owner: object) =>
  writeFile(
    lockPath,
    JSON.stringify({ ...thisProcess(), token: 'other', since: '2026-01-01T00:00:00.000Z', ...owner }),
  );

/** Where the system tells when a process started; elsewhere signs of life decide. */
const startedOf = async (pid: number) => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] as string;
};

/** What is young stays young however busy the machine is; what is old is older by far. */
const quick = { beat: 20, silence: 600_000 };

describe('a lock on a file', () => {
  it('has one owner at a time, whatever the file is called, and goes with its release', async () => {
    const lock = await lockFile(path);
    await expect(lockFile(path)).rejects.toThrow(
      /this process is writing .* already: two outputs need two names/,
    );
    await symlink('results.jsonl', join(folder, 'link'));
    await expect(lockFile(join(folder, 'link'))).rejects.toThrow(FileLockedError);
    await expect(lockFile(join(folder, '.', 'results.jsonl'))).rejects.toMatchObject({ own: true });
    await lock.verify();
    await lock.release();
    expect(await readdir(folder)).toEqual(['link']);
    await (await lockFile(path)).release();
  });

  it('gives it to one of many that ask at once, and to one of many that find a dead owner at once', async () => {
    for (let round = 0; round < 10; round++) {
      if (round >= 5) await leave({ pid: 2 ** 30 });
      const asked = await Promise.allSettled(Array.from({ length: 8 }, () => lockFile(path)));
      const locks = asked.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      expect(locks).toHaveLength(1);
      for (const each of asked)
        if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(FileLockedError);
      await locks[0]?.verify();
      await locks[0]?.release();
      expect(await readdir(folder)).toEqual([]);
    }
  });

  it('refuses while its owner runs, however long it was silent, and names it', async () => {
    const child = sleeper();
    await leave({ pid: child.pid, started: await startedOf(child.pid), host: 'here' });
    await utimes(lockPath, 0, 0);
    await expect(lockFile(path, quick)).rejects.toThrow(`process ${child.pid} on here, since 2026-01-01`);
  });

  it('takes over from an owner that was killed, at once', async () => {
    const child = sleeper();
    await leave({ pid: child.pid, started: await startedOf(child.pid) });
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
    const lock = await lockFile(path); // with the default times: no sign of life is waited for
    await lock.verify();
    await lock.release();
  });

  it('takes over where the process id was given to another process since', async () => {
    const child = sleeper();
    await leave({ pid: child.pid, started: '1' });
    await (await lockFile(path)).release();
    await leave({ pid: process.pid, started: '1' });
    await (await lockFile(path)).release();
  });

  it('cannot ask for an owner in another container, whose id may be that of a process here: signs of life decide', async () => {
    await leave({ pid: process.pid, machine: 'elsewhere123' });
    await expect(lockFile(path, quick)).rejects.toThrow(FileLockedError);
    await utimes(lockPath, 1, 1);
    const lock = await lockFile(path, quick);
    await lock.verify();
    await lock.release();
  });

  it('sees an owner elsewhere that touches its lock, though the clocks differ, and one that does not', async () => {
    await leave({ machine: 'elsewhere123' });
    let at = Date.now() / 1000 - 86_400;
    const touch = () => {
      at += 0.01;
      return utimes(lockPath, at, at);
    };
    await touch();
    const touching = setInterval(() => void touch().catch(() => {}), 5);
    await expect(lockFile(path, { ...quick, beat: 200 })).rejects.toThrow(FileLockedError);
    clearInterval(touching);
    // From a clock that is a day ahead: such a lock must not block for a day.
    await utimes(lockPath, at, at + 2 * 86_400);
    await (await lockFile(path, quick)).release();
  });

  it('takes over a lock that is empty or damaged once nothing touches it', async () => {
    for (const text of ['', '{"pid":', '[]', 'null', '{"pid":-1}', `{"pid":${process.pid},"token":3}`]) {
      await writeFile(lockPath, text);
      await expect(lockFile(path, quick)).rejects.toThrow(`its lock is ${lockPath}`);
      await utimes(lockPath, 1, 1);
      await (await lockFile(path, quick)).release();
    }
  });

  it('shows that it lives', async () => {
    const lock = await lockFile(path, quick);
    await utimes(lockPath, 1, 1);
    while ((await stat(lockPath)).mtimeMs < 2000) await new Promise((resolve) => setTimeout(resolve, 5));
    await lock.release();
  });

  it('tells its owner when it was lost, and then leaves the new one alone', async () => {
    const lock = await lockFile(path);
    await leave({ token: 'of another' });
    await expect(lock.verify()).rejects.toThrow(/is gone/);
    await lock.release();
    expect(await readFile(lockPath, 'utf8')).toContain('of another');
    await rm(lockPath);
    const next = await lockFile(path);
    await expect(lock.verify()).rejects.toThrow(/is gone/);
    await lock.release();
    await next.verify();
    await next.release();
  });

  it('takes over what one left that died while it took over', async () => {
    await leave({ pid: 2 ** 30 });
    await (await lockFile(path)).release();
    const id = createHash('sha256').update('other').digest('hex').slice(0, 12);
    await leave({ pid: 2 ** 30 });
    await writeFile(
      `${lockPath}-${id}`,
      JSON.stringify({ ...thisProcess(), pid: 2 ** 30 + 1, token: 'breaker', since: 'x' }),
    );
    await writeFile(`${lockPath}-0123456789ab`, '');
    const lock = await lockFile(path);
    expect(await readdir(folder)).toEqual(['.results.jsonl.lock']);
    await lock.release();
  });

  it('says what the system says where the folder cannot be written', async () => {
    await expect(lockFile(join(folder, 'none', 'x'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('which process', () => {
  it('is running, has ended, or cannot be told', async () => {
    expect(isRunning(thisProcess())).toBe(true);
    expect(isRunning({ ...thisProcess(), started: '1' })).toBe(false);
    expect(isRunning({ ...thisProcess(), started: undefined })).toBe(undefined);
    expect(isRunning({ ...thisProcess(), machine: 'other' })).toBe(undefined);
    const child = sleeper();
    const identity = { ...thisProcess(), pid: child.pid, started: await startedOf(child.pid) };
    expect(isRunning(identity)).toBe(true);
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
    expect(isRunning(identity)).toBe(false);
  });
});

describe('which file', () => {
  it('is one under all its names', async () => {
    await writeFile(path, 'x');
    await symlink('results.jsonl', join(folder, 'link'));
    await symlink('link', join(folder, 'link of link'));
    await symlink('not there', join(folder, 'dangling'));
    await symlink('circle', join(folder, 'circle'));
    const identity = await fileIdentity(path);
    expect(identity).toMatch(/^\d+:\d+$/);
    for (const name of ['link', 'link of link', './results.jsonl']) {
      expect(await fileIdentity(`${folder}/${name}`)).toBe(identity);
      expect(await followLinks(`${folder}/${name}`)).toBe(path);
    }
    await writeFile(join(folder, 'other'), 'x');
    expect(await fileIdentity(join(folder, 'other'))).not.toBe(identity);
    expect(await fileIdentity(join(folder, 'dangling'))).toBe(undefined);
    expect(await followLinks(join(folder, 'dangling'))).toBe(join(folder, 'not there'));
    await expect(followLinks(join(folder, 'circle'))).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('has names beside it that fit a file system, however long its own is', () => {
    const names = ['a', 'b'].map((end) => besideOf(`/x/${'é'.repeat(126)}${end}`, 'lock'));
    for (const name of names) expect(Buffer.byteLength(name)).toBeLessThan(200);
    expect(names[0]).not.toBe(names[1]);
    expect(besideOf('/x/a.csv', 'lock')).toBe('/x/.a.csv.lock');
  });
});
