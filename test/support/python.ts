/** Runs Python where there is one with NumPy or SymPy, which nothing here needs but a few tests are glad of. */

import { spawnSync } from 'node:child_process';

/** `numpy 2.4.6, sympy 1.14.0`, or undefined where one of these modules is not installed. */
export function findPython(modules: readonly string[] = ['numpy', 'sympy']): string | undefined {
  const versions = modules.map((name) => `{'${name}'} {${name}.__version__}`).join(', ');
  const script = `import ${modules.join(', ')}; print(f"${versions}")`;
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
