/** Runs Python where there is one with NumPy and SymPy, which nothing here needs but a few tests are glad of. */

import { spawnSync } from 'node:child_process';

/** `NumPy 2.4, SymPy 1.14`, or undefined where they are not installed. */
export function findPython(): string | undefined {
  const script = 'import numpy, sympy; print(f"NumPy {numpy.__version__}, SymPy {sympy.__version__}")';
  const { status, stdout } = spawnSync('python3', ['-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** What `script` prints as JSON, given `input` as JSON. */
export function runPython(script: string, input: unknown): unknown {
  const { status, stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', script], {
    encoding: 'utf8',
    input: JSON.stringify(input),
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
