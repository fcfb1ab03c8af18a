/** Every name that an entry point of the package exports has a description: the comment before its declaration. */

import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from 'vite';

interface Module {
  readonly text: string;
  readonly comments: readonly {
    readonly type: string;
    readonly value: string;
    readonly start: number;
    readonly end: number;
  }[];
  /** Where each exported name is declared: here, or in another file under a name of its own. */
  readonly exports: ReadonlyMap<
    string,
    { readonly at: number } | { readonly file: string; readonly name: string }
  >;
  /** Files of which all names are passed on. */
  readonly all: readonly string[];
}

const modules = new Map<string, Module>();

function load(file: string): Module {
  const known = modules.get(file);
  if (known) return known;
  const text = readFileSync(file, 'utf8');
  const { module, program, comments, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`);
  const beside = (path: string) => posix.join(posix.dirname(file), path);
  const imported = new Map<string, { file: string; name: string }>();
  for (const { moduleRequest, entries } of module.staticImports) {
    for (const { importName, localName } of entries) {
      if (moduleRequest.value.startsWith('.')) {
        imported.set(localName.value, {
          file: beside(moduleRequest.value),
          name: importName.name ?? 'default',
        });
      }
    }
  }
  /** Where the statement that declares a name begins, its modifiers included. */
  const declared = new Map<string, number>();
  for (const statement of program.body as unknown as readonly Statement[]) {
    const declaration = statement.declaration ?? statement;
    for (const name of namesOf(declaration)) if (!declared.has(name)) declared.set(name, statement.start);
  }
  const exports = new Map<string, { at: number } | { file: string; name: string }>();
  const all: string[] = [];
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, importName, exportName, localName } of entries) {
      const name = exportName.name;
      if (moduleRequest && name === null) all.push(beside(moduleRequest.value));
      else if (name === null) continue;
      else if (moduleRequest)
        exports.set(name, { file: beside(moduleRequest.value), name: importName.name ?? name });
      else {
        const local = localName.name ?? name;
        const at = declared.get(local);
        exports.set(name, at === undefined ? (imported.get(local) ?? { at: -1 }) : { at });
      }
    }
  }
  const found = { text, comments, exports, all };
  modules.set(file, found);
  return found;
}

interface Statement {
  readonly type: string;
  readonly start: number;
  readonly declaration?: Statement;
  readonly id?: { readonly name: string };
  readonly declarations?: readonly { readonly id: { readonly name: string } }[];
}

const namesOf = ({ id, declarations }: Statement): string[] =>
  declarations ? declarations.map((each) => each.id.name) : id ? [id.name] : [];

/** Where `name` is declared: a file, and a place in it. */
function declarationOf(file: string, name: string): { readonly file: string; readonly at: number } {
  const { exports, all } = load(file);
  const found = exports.get(name);
  if (found && 'at' in found) return { file, at: found.at };
  if (found) return declarationOf(found.file, found.name);
  const other = all.find((each) => names(each).has(name));
  if (other === undefined) throw new Error(`${file} exports ${name}, which is declared nowhere`);
  return declarationOf(other, name);
}

/** What the comment before a declaration says; empty where there is none. */
function descriptionAt({ file, at }: { readonly file: string; readonly at: number }): string {
  const { text, comments } = load(file);
  const before = comments.filter(({ end }) => end <= at).at(-1);
  const isNext = before !== undefined && text.slice(before.end, at).trim() === '';
  return isNext && before.value.startsWith('*') ? before.value.replace(/[\s*]+/g, ' ').trim() : '';
}

function names(file: string): Set<string> {
  const { exports, all } = load(file);
  return new Set([...exports.keys(), ...all.flatMap((other) => [...names(other)])]);
}

/** The sources of all entry points: those of `exports` in package.json. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: object };
  const outputs = JSON.stringify(exports).match(/dist\/src\/[\w./-]+?\.js(?=")/g) ?? [];
  return [...new Set(outputs)]
    .map((output) => output.replace(/^dist\/(.*)\.js$/, '$1.ts'))
    .filter(existsSync);
}

const checked = new Map<string, string | undefined>();
for (const entry of entries()) {
  for (const name of names(entry)) {
    const place = declarationOf(entry, name);
    const line = load(place.file).text.slice(0, place.at).split('\n').length;
    checked.set(`${place.file}:${line}: ${name}`, descriptionAt(place));
  }
}
const missing = [...checked].filter(([, description]) => !description);
for (const [place] of missing) {
  console.error(`${place} is exported and has no description: write a comment before it`);
}
console.log(`${checked.size} exported names, ${missing.length} without a description`);
process.exitCode = missing.length > 0 || checked.size === 0 ? 1 : 0;
