/** Builds the package before the tests that run what was built, so that they never see an old one. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
