/** One made-up addition of every kind that CONTRIBUTING.md has a list for, edit by edit as that list says. */

export interface Edit {
  readonly file: string;
  /** As CONTRIBUTING.md names the file, where its name is that of the addition. */
  readonly named?: string;
  /** A text that the file has once, behind which `text` goes; without it the file is new. */
  readonly after?: string;
  readonly text: string;
}

export interface Addition {
  /** Heading of the list in CONTRIBUTING.md, and the word its entry begins with if the list has one for each kind. */
  readonly heading: string;
  readonly entry?: string;
  /** What is there when only the thing itself was written. */
  readonly itself: readonly Edit[];
  /** What the list asks for beside it, and what the checks must say is missing until then. */
  readonly rest: readonly (Edit & { readonly missing?: RegExp })[];
}

const unit: Addition = {
  heading: 'Add a unit',
  itself: [
    {
      file: 'src/units/made-up.ts',
      named: 'src/units/',
      text: `/** Made up: y = Σ x² w. */

import { op, symbol } from '../expression/tree.ts';
import { asTheyAre, x } from './equation.ts';
import { equationShader } from './equation-shader.ts';
import type { Unit } from './unit.ts';
import { unitOf } from './unit-of.ts';

export const madeUp: Unit = unitOf({
  name: 'Made up',
  operations: [],
  options: {},
  equation: () => ({
    parameters: { edge: ['W'] },
    weights: asTheyAre('W'),
    features: { squares: op.multiply(x, x) },
    accumulators: {
      a: { kind: 'sum', term: op.multiply(symbol('squares'), symbol('W')), rounding: 'sign' },
    },
    out: symbol('a'),
  }),
  shader: equationShader,
  initializations: { small: { W: { kind: 'uniform', low: -0.5, high: 0.5 } } },
  initialization: 'small',
  recipe: { learningRate: 0.01 },
  sparse: ['W'],
});
`,
    },
    {
      file: 'src/units/registry.ts',
      after: "import { inalu } from './inalu.ts';\nimport { register } from './known.ts';\n",
      text: "import { madeUp } from './made-up.ts';\n",
    },
    { file: 'src/units/registry.ts', after: '  nmru,\n', text: '  madeUp,\n' },
  ],
  rest: [
    {
      file: 'src/units/records.ts',
      after: "export * from './inalu.ts';\n",
      text: "export * from './made-up.ts';\n",
      missing: /src\/units\/records\.ts must export Made up/,
    },
    {
      file: 'src/units/descriptions.ts',
      after: 'const descriptions = {\n',
      text: "  'Made up': { paper: papers.trask, summary: 'Squares, weighted.' },\n",
      missing: /src\/units\/descriptions\.ts needs a summary and paper of Made up/,
    },
    {
      file: 'test/reference/units.ts',
      after: '  NMRU: nmru,\n',
      text: "  'Made up': (x, p) => matmul(mul(x, x), parameter(p, 'W')),\n",
      missing: /test\/reference\/units\.ts needs the equation of Made up/,
    },
  ],
};

const loss: Addition = {
  heading: 'Add a loss, an optimiser, an operator, a task',
  entry: 'Loss',
  itself: [
    {
      file: 'src/model/losses.ts',
      after: '  meanAbsolute: { mean: true, equation: op.abs(error) },\n',
      text: '  madeUp: { mean: true, equation: op.sqrt(op.add(1, squared)) },\n',
    },
  ],
  rest: [
    {
      file: 'test/chrome/losses.portable.test.ts',
      after: '  meanAbsolute: (y, t) => Math.abs(y - t),\n',
      text: '  madeUp: (y, t) => Math.sqrt(1 + (y - t) ** 2),\n',
      missing: /test\/chrome\/losses\.portable\.test\.ts\S* .*'madeUp' is missing/,
    },
  ],
};

const optimizer: Addition = {
  heading: loss.heading,
  entry: 'Optimiser',
  itself: [
    {
      file: 'shaders/optimizers.wgsl.ts',
      after: 'export const optimizers = { adam, adamw, sgd, rmsprop',
      text: ', madeUp: sgd',
    },
  ],
  rest: [
    {
      file: 'test/reference/optimizers.ts',
      after: '    return [theta - rate * velocity, velocity, 0];\n  },\n',
      text: `  madeUp: ([theta, b], g, rate, _t, { momentum = 0 }) => {
    const velocity = momentum * b + g;
    return [theta - rate * velocity, velocity, 0];
  },
`,
      missing: /test\/reference\/optimizers\.ts\S* .*'madeUp' is missing/,
    },
    {
      file: 'test/reference/optimizers.ts',
      after: '  sgd: { momentum: 0.75 },\n',
      text: '  madeUp: { momentum: 0.75 },\n',
      missing: /test\/reference\/optimizers\.ts\S* .*'madeUp' is missing/,
    },
  ],
};

/** The file that must have the operator, said by the types. */
const asked = (file: string) => new RegExp(`${file.replaceAll(/[./]/g, '\\$&')}\\S* .*madeUp`);

const operator: Addition = {
  heading: loss.heading,
  entry: 'Operator of expressions',
  itself: [{ file: 'src/expression/tree.ts', after: "  | 'softplus'\n", text: "  | 'madeUp'\n" }],
  rest: [
    {
      file: 'src/expression/tree.ts',
      after: "  softplus: unary('softplus'),\n",
      text: "  madeUp: unary('madeUp'),\n",
      missing: asked('src/expression/tree.ts'),
    },
    {
      file: 'src/expression/operators.ts',
      after: '  floor: unary(Math.floor),\n',
      text: '  madeUp: unary((a) => a * a * a),\n',
      missing: asked('src/expression/operators.ts'),
    },
    {
      file: 'src/expression/differentiate.ts',
      after: '  softplus: unary((a) => op.sigmoid(a)),\n',
      text: '  madeUp: unary((a) => op.multiply(3, square(a))),\n',
      missing: asked('src/expression/differentiate.ts'),
    },
    {
      file: 'src/expression/wgsl.ts',
      after: "  floor: 'floor',\n",
      text: "  madeUp: (a) => ['(', a, '*', a, '*', a, ')'].join(' '),\n",
      missing: asked('src/expression/wgsl.ts'),
    },
    {
      file: 'src/tfjs/operators.ts',
      after: '    floor: unary(tf.floor),\n',
      text: '    madeUp: unary((a) => tf.mul(a, tf.mul(a, a))),\n',
      missing: asked('src/tfjs/operators.ts'),
    },
    {
      file: 'src/expression/layout.ts',
      after: '  log1p: (a) => op.log(op.add(1, a)),\n',
      text: '  madeUp: (a) => op.power(a, 3),\n',
    },
    {
      file: 'src/export/onnx.ts',
      after: '  log1p: (a) => op.log(op.add(a, 1)),\n',
      text: '  madeUp: (a) => op.power(a, 3),\n',
      missing: asked('src/export/onnx.ts'),
    },
  ],
};

const task: Addition = {
  heading: loss.heading,
  entry: 'Task',
  itself: [
    {
      file: 'src/tasks/made-up.ts',
      named: 'src/tasks/',
      text: `/** Made up: y = x. */

import { type BenchmarkTask } from './benchmark.ts';
import { identity } from './identity.ts';

export const madeUp: BenchmarkTask = { ...identity, name: 'made-up' };
`,
    },
    {
      file: 'src/tasks/registry.ts',
      after: "import { identity } from './identity.ts';\n",
      text: "import { madeUp } from './made-up.ts';\n",
    },
    { file: 'src/tasks/registry.ts', after: '  identity,\n', text: '  madeUp,\n' },
  ],
  rest: [
    {
      file: 'docs/tasks.md',
      after: '|---|---|---|---|\n',
      text: '| `made-up` | x | as `identity` | never |\n',
      missing: /docs\/tasks\.md needs a row for made-up/,
    },
    {
      file: 'src/report/names.ts',
      after: "  identity: 'Identity task',\n",
      text: "  'made-up': 'Made-up task',\n",
      missing: /src\/report\/names\.ts needs the title of made-up/,
    },
  ],
};

const section: Addition = {
  heading: 'Add a section to the page',
  itself: [
    {
      file: 'demo/src/experiments/madeup/job.ts',
      named: 'demo/src/experiments/NAME/',
      text: `/** Counts. */

import type { Job, JobKind, Turn } from '../job.ts';

export interface MadeUpOptions {
  readonly by: number;
}

export const kind: JobKind<MadeUpOptions, number> = {
  open: async (_gpu, { by }) => new MadeUpJob(by),
};

class MadeUpJob implements Job<number> {
  readonly #by: number;
  step = 0;

  constructor(by: number) {
    this.#by = by;
  }

  async advance({ until }: Turn) {
    this.step = until;
    return undefined;
  }

  async report(): Promise<number> {
    return this.step * this.#by;
  }

  dispose(): void {}
}
`,
    },
    {
      file: 'demo/src/sections/sections.ts',
      after: "    load: () => import('./code/section.tsx'),\n  },\n",
      text: `  {
    id: 'madeup',
    short: 'Made up',
    title: 'Made up',
    summary: 'A section that counts.',
    heights: { phone: 300, laptop: 200, wide: 200 },
    load: () => import('./madeup/section.tsx'),
  },
`,
    },
  ],
  rest: [
    {
      file: 'demo/src/experiments/jobs.ts',
      after: "  identity: () => import('./identity/job.ts'),\n",
      text: "  madeup: () => import('./madeup/job.ts'),\n",
      missing: /demo\/src\/experiments\/jobs\.ts needs a line for madeup/,
    },
    {
      file: 'demo/src/sections/madeup/state.ts',
      named: 'demo/src/sections/NAME/',
      text: `/** How far it counts. */

import { signal } from '@preact/signals';
import { number } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { Training } from '../../state/training.ts';

export const state = sectionState('madeup', { by: number(2, { least: 1, most: 9, whole: true }) });
export const count = signal(0);

export const training = new Training('madeup', {
  onOpen: () => {
    count.value = 0;
  },
  onReport: (report) => {
    count.value = report;
  },
});
`,
    },
    {
      file: 'demo/src/sections/madeup/section.tsx',
      named: 'demo/src/sections/NAME/',
      text: `/** A button, and how far it has counted. */

import { count, training } from './state.ts';

export function Section() {
  return (
    <button type="button" onClick={() => training.advance()}>
      {count.value}
    </button>
  );
}
`,
      missing: /demo\/src\/sections\/madeup\/section\.tsx must export Section/,
    },
    {
      file: 'test/e2e/demo-madeup.test.ts',
      named: 'test/e2e/demo-NAME.test.ts',
      text: `import { expect, it } from 'vitest';
import { sections } from '../../demo/src/sections/sections.ts';

it('is there', () => expect(sections.map(({ id }) => id)).toContain('madeup'));
`,
      missing: /test\/e2e\/demo-madeup\.test\.ts must test the section/,
    },
  ],
};

export const additions: readonly Addition[] = [unit, loss, optimizer, operator, task, section];
