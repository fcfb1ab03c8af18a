/** What every instance of a kind must have beside its record, and the file to edit where something is missing. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sections } from '../../demo/src/sections/sections.ts';
import { taskTitle } from '../../src/report/names.ts';
import { tasks } from '../../src/tasks/registry.ts';

const path = (file: string): string => join(import.meta.dirname, '../..', file);
const read = (file: string): string => (existsSync(path(file)) ? readFileSync(path(file), 'utf8') : '');

describe.each(tasks)('the task $name', ({ name }) => {
  it('is documented, and has a title in reports', () => {
    expect.soft(read('docs/tasks.md'), `docs/tasks.md needs a row for ${name}`).toContain(`| \`${name}\` |`);
    expect.soft(taskTitle(name), `src/report/names.ts needs the title of ${name}`).not.toBe(name);
  });
});

describe.each(sections)('the section $id', ({ id }) => {
  it('has a view and a test', () => {
    const section = `demo/src/sections/${id}/section.tsx`;
    expect.soft(read(section), `${section} must export Section`).toMatch(/export (function|const) Section\b/);
    const test = `test/e2e/demo-${id}.test.ts`;
    expect.soft(existsSync(path(test)), `${test} must test the section`).toBe(true);
  });
});

const jobs = readdirSync(path('demo/src/experiments')).filter((name) =>
  existsSync(path(`demo/src/experiments/${name}/job.ts`)),
);
it.each(jobs)('the job of demo/src/experiments/%s can be opened', (name) => {
  const file = 'demo/src/experiments/jobs.ts';
  expect(read(file), `${file} needs a line for ${name}`).toContain(`import('./${name}/job.ts')`);
});
