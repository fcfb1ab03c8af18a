/** Dependencies point one way: holds every import of every source file against the rules below. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from 'vite';

interface Rule {
  /** A file, or a folder with a slash at its end; the first rule that fits a file holds for it. */
  files: string;
  /** What it may import: files, folders with a slash at their end, `npm:` and a package, `node:` and a module; `npm:` and `node:` alone are all. */
  may: string[];
  mayNot?: string[];
}

/** Of no concern to the library: what starts it, and where. */
const outer = ['src/index.ts', 'src/index.node.ts', 'src/core.node.ts', 'src/node/', 'src/cli/'];

/** Of the library, for the page. */
const entryPoints = [
  'src/index.ts',
  'src/metrics/index.ts',
  'src/formula/index.ts',
  'src/fit/index.ts',
  'src/io/index.ts',
  'src/export/index.ts',
];
const foldersOf = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
    : [];
const experiments = foldersOf('demo/src/experiments');
const sections = foldersOf('demo/src/sections');
const protocol = 'demo/src/worker/protocol.ts';
const jobs = ['demo/src/experiments/job.ts', 'demo/src/experiments/jobs.ts'];
/** What every part of the page that is seen may use. */
const page = ['demo/src/components/', 'demo/src/state/', 'demo/src/format.ts', 'demo/src/styles/', 'npm:'];

const rules: Rule[] = [
  { files: 'shaders/wgsl.ts', may: ['npm:wgsl-preprocessor', 'src/errors.ts'] },
  { files: 'shaders/', may: ['shaders/'] },
  { files: 'src/errors.ts', may: [] },
  { files: 'src/options/', may: ['src/options/', 'src/errors.ts'] },
  { files: 'src/random.ts', may: ['src/errors.ts'] },
  { files: 'src/pauses.ts', may: [] },
  { files: 'src/range.ts', may: ['src/options/', 'src/errors.ts'] },
  {
    files: 'src/metrics/',
    may: ['src/metrics/', 'src/options/', 'src/errors.ts', 'src/range.ts', 'npm:jstat'],
  },
  {
    files: 'src/gpu/',
    may: [
      'src/gpu/',
      'src/options/',
      'src/errors.ts',
      'shaders/wgsl.ts',
      'shaders/bindings.ts',
      'shaders/struct.ts',
    ],
  },
  {
    files: 'src/units/',
    may: ['src/units/', 'src/expression/', 'src/options/', 'src/errors.ts', 'src/random.ts', 'shaders/'],
  },
  {
    files: 'src/expression/',
    may: ['src/expression/', 'src/options/', 'src/errors.ts', 'shaders/wgsl.ts', 'shaders/functions.wgsl.ts'],
  },
  { files: 'src/model/', may: ['src/', 'shaders/'], mayNot: ['src/engines/', ...outer] },
  { files: 'src/engines/layered/', may: ['src/', 'shaders/'], mayNot: ['src/engines/ensemble/', ...outer] },
  { files: 'src/engines/ensemble/', may: ['src/', 'shaders/'], mayNot: ['src/engines/layered/', ...outer] },
  {
    files: 'src/node/',
    may: ['src/node/', 'src/gpu/', 'src/options/', 'src/errors.ts', 'node:', 'npm:webgpu', 'npm:puppeteer'],
  },
  {
    files: 'src/report/',
    may: [
      'src/report/',
      'src/benchmark/record.ts',
      'src/benchmark/read.ts',
      'src/metrics/',
      'src/range.ts',
      'src/units/registry.ts',
      'src/errors.ts',
      'node:',
    ],
  },
  {
    files: 'src/formula/',
    may: ['src/formula/', 'src/expression/', 'src/model/', 'src/options/', 'src/units/', 'src/errors.ts'],
  },
  {
    files: 'src/export/',
    may: [
      'src/export/',
      'src/expression/',
      'src/formula/scaling.ts',
      'src/model/',
      'src/options/',
      'src/units/',
      'src/errors.ts',
      'npm:pbf',
    ],
  },
  {
    files: 'src/io/',
    may: [
      'src/io/',
      'src/expression/',
      'src/formula/',
      'src/model/',
      'src/options/',
      'src/units/',
      'src/engines/ensemble/',
      'src/errors.ts',
      'src/pauses.ts',
      'npm:idb-keyval',
      'npm:papaparse',
    ],
  },
  {
    files: 'src/fit/',
    may: [
      'src/fit/',
      'src/expression/',
      'src/formula/',
      'src/io/table.ts',
      'src/io/summary.ts',
      'src/engines/ensemble/',
      'src/model/',
      'src/options/',
      'src/units/',
      'src/gpu/',
      'src/errors.ts',
      'src/random.ts',
    ],
  },
  {
    files: 'src/tfjs/',
    may: ['src/', 'shaders/', 'npm:@tensorflow/tfjs-core', 'npm:@tensorflow/tfjs-layers'],
    mayNot: ['src/engines/ensemble', ...outer],
  },
  { files: 'src/cli/', may: ['src/', 'node:', 'npm:'], mayNot: ['src/engines/', 'src/gpu/'] },
  { files: 'src/index.node.ts', may: ['src/index.ts', 'src/node/'] },
  { files: 'src/core.node.ts', may: ['src/core.ts', 'src/node/'] },
  {
    files: 'src/core.ts',
    may: ['src/', 'shaders/'],
    mayNot: ['src/tasks/', 'src/units/registry.ts', ...outer],
  },
  { files: 'src/browser.ts', may: ['src/'] },
  { files: 'src/', may: ['src/', 'shaders/'], mayNot: outer },
  // The page, from what computes to what is seen. An experiment knows no other, a section no other section.
  { files: 'demo/src/format.ts', may: [] },
  { files: 'demo/src/experiments/jobs.ts', may: ['demo/src/experiments/'] },
  { files: 'demo/src/experiments/job.ts', may: ['src/index.ts'] },
  { files: 'demo/src/experiments/pieces.ts', may: [] },
  ...experiments.map((name) => ({
    files: `demo/src/experiments/${name}/`,
    may: [
      `demo/src/experiments/${name}/`,
      'demo/src/experiments/job.ts',
      'demo/src/experiments/pieces.ts',
      ...entryPoints,
      ...(name === 'speed' ? ['bench/'] : []),
    ],
  })),
  {
    files: 'demo/src/worker/',
    may: ['demo/src/worker/', ...jobs, 'src/index.ts'],
  },
  { files: 'demo/src/recordings/', may: ['demo/src/recordings/', protocol, ...jobs] },
  {
    files: 'demo/src/state/',
    may: [
      'demo/src/state/',
      protocol,
      'demo/src/experiments/jobs.ts',
      'demo/src/recordings/player.ts',
      'npm:',
    ],
  },
  {
    files: 'demo/src/components/',
    may: [
      'demo/src/components/',
      'demo/src/state/',
      'demo/src/experiments/jobs.ts',
      'demo/src/experiments/speed/',
      'demo/src/format.ts',
      'demo/src/styles/',
      'npm:',
    ],
  },
  { files: 'demo/src/sections/sections.ts', may: ['demo/src/sections/', 'npm:preact'] },
  { files: 'demo/src/sections/lazy-section.tsx', may: ['demo/src/sections/sections.ts', ...page] },
  ...sections.map((name) => ({
    files: `demo/src/sections/${name}/`,
    may: [`demo/src/sections/${name}/`, 'demo/src/experiments/', ...entryPoints, ...page],
  })),
  { files: 'demo/src/bench/', may: ['demo/src/bench/', 'demo/src/sections/race/compare.tsx', ...page] },
  { files: 'demo/src/', may: ['demo/src/'].concat(page) },
  { files: 'demo/vite.config.ts', may: ['tools/compile-wgsl.ts', 'npm:', 'node:fs'] },
  { files: 'bench/formulas/', may: ['bench/formulas/', 'src/', 'node:'], mayNot: outer },
  {
    files: 'bench/',
    may: [
      'bench/',
      'shaders/math.wgsl.ts',
      'src/core.ts',
      'src/index.ts',
      'src/index.node.ts',
      'src/tfjs/index.ts',
      'src/cli/tidy-svg.ts',
      'src/node/chrome.ts',
      'tools/compile-wgsl.ts',
      'npm:',
      'node:',
    ],
  },
];

/** Whether `path` is one of `places` or inside one. */
const fits = (path: string, places: string[] = []) =>
  places.some((place) => {
    if (/[/:]$/.test(place)) return path.startsWith(place);
    return path === place || (place.startsWith('npm:') && path.startsWith(`${place}/`));
  });

/** What a file imports, as paths from the project's root, `npm:` names or `node:` names. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const { module, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const fixed = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
  const passedOn = module.staticExports.flatMap(({ entries }) =>
    entries.map((entry) => entry.moduleRequest?.value),
  );
  const called = [...text.matchAll(/\bimport\(\s*['"`]([^'"`]+)/g)].map(([, value]) => value);
  return [...fixed, ...passedOn, ...called].flatMap((value) => {
    if (!value) return [];
    if (value.startsWith('.')) return [posix.join(posix.dirname(file), value)];
    return [value.startsWith('node:') ? value : `npm:${value}`];
  });
}

let files = 0;
const faults = new Set<string>();
for (const folder of ['shaders', 'src', 'demo', 'bench'].filter((name) => existsSync(name))) {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = posix.join(folder, path.replaceAll('\\', '/'));
    if (!/\.(ts|tsx|js|mjs)$/.test(file) || file.endsWith('.d.ts')) continue;
    files += 1;
    const rule = rules.find((candidate) => fits(file, [candidate.files]));
    for (const target of importsOf(file)) {
      if (rule && fits(target, rule.may) && !fits(target, rule.mayNot)) continue;
      const allowed = rule
        ? `${rule.files} may import ${rule.may.join(', ') || 'nothing'}`
        : 'no rule is for this file';
      const except = rule?.mayNot ? `, but not ${rule.mayNot.join(', ')}` : '';
      faults.add(`${file} imports ${target}: ${allowed}${except}`);
    }
  }
}
for (const fault of faults) console.error(fault);
console.log(
  `${files} files, ${faults.size} imports that cross a layer (the rules are in tools/check-layers.ts)`,
);
process.exitCode = faults.size > 0 || files === 0 ? 1 : 0;
